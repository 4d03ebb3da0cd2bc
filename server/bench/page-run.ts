import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { FaultError } from '../../domain/fault.ts';
import { findBrowser } from '../cli/find-browser.ts';
import type { StandSize } from './page-load.ts';
import { IDLE, PAN_FIELD, PAN_SLIDE, SCROLL } from './page-scripts.ts';
import { startPageStand } from './page-stand.ts';
import { watchShownFrames } from './shown-frames.ts';

/** What was on the screen while something moved. */
export type Smoothness = {
  /** Frames that were drawn on the screen. */
  readonly framesPerSecond: number;
  /** Time from one turn of the page to the next, of each. */
  readonly gapsMs: readonly number[];
  /** Processor time of the page's main thread, and of the whole browser, for one frame: mean. */
  readonly workMs: number;
  readonly browserMs: number;
};

export type PageFigures = {
  readonly idle: Smoothness;
  readonly scroll: Smoothness;
  /** The live picture with its cells as boxes, as outlines, and as fills. */
  readonly overlay: Smoothness;
  readonly outlines: Smoothness;
  readonly fills: Smoothness;
  readonly slide: Smoothness;
  /** Tiles that the gallery holds at once. */
  readonly tiles: number;
  /** Share of the turns while it scrolled in which a row in view was not there yet. */
  readonly missingShare: number;
  /** From the address to the live page's controls, the first time this browser sees the page. */
  readonly interactiveMs: number;
  /** From the address to all of the slide's cells on the page. */
  readonly slideReadyMs: number;
};

const SETTLE_MS = 1500;

const launch = async (gpu: boolean): Promise<Browser> => {
  const executablePath = await findBrowser();
  if (executablePath === undefined)
    throw new FaultError({
      kind: 'usage',
      what: 'this needs a Chromium, and none is here',
      remedy: 'install one, or name it in SMEARSCOPE_BROWSER',
    });
  const { chromium } = await import('playwright-core');
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--no-first-run', ...(gpu ? [] : ['--disable-gpu'])] });
};

const measure = async (browser: Browser, page: Page, move: () => Promise<readonly number[]>): Promise<Smoothness> => {
  const devtools = await page.context().newCDPSession(page);
  // Time on the processor alone, so that other work on the machine is left out.
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  const workS = async (): Promise<number> => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
  };
  const before = await workS();
  const stop = await watchShownFrames(browser);
  const times = await move();
  const { shown, processorMs } = await stop();
  const work = (await workS()) - before;
  await devtools.detach();
  const gapsMs = times.slice(1).map((at, i) => at - times[i]!);
  const elapsedMs = (times.at(-1) ?? 0) - (times[0] ?? 0);
  return { framesPerSecond: (1000 * shown) / elapsedMs, gapsMs, workMs: (1000 * work) / shown, browserMs: processorMs / shown };
};

const run = (page: Page, script: string) => async (): Promise<number[]> => (await page.evaluate(script)) as number[];

/** Opens the real page in a real browser over a large slide and session, and moves what is on it. */
export const runPage = async (
  { seconds, gpu, ...size }: StandSize & { readonly seconds: number; readonly gpu: boolean },
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<PageFigures> => {
  say('making a large slide and session');
  await using stand = await startPageStand(size);
  const browser = await launch(gpu);
  await using cleanUp = new AsyncDisposableStack();
  cleanUp.defer(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  page.setDefaultTimeout(120_000);
  const rest = (): Promise<void> => sleep(SETTLE_MS, undefined, { signal });

  await page.goto('about:blank');
  const idle = await measure(browser, page, run(page, IDLE(Math.min(3, seconds))));
  say('live picture');
  await page.goto(`${stand.url}/?video=jpeg#/live`);
  await page.locator('canvas[data-picture-frame]').waitFor();
  const interactiveMs = (await page.evaluate('performance.getEntriesByName("page live")[0].startTime')) as number;
  // Zoomed in a little the picture can be moved.
  await page.keyboard.press('+');
  await rest();
  const outlines = await measure(browser, page, run(page, PAN_FIELD(seconds)));
  await page.keyboard.press('b');
  await rest();
  const fills = await measure(browser, page, run(page, PAN_FIELD(seconds)));
  await page.keyboard.press('b');
  await page.keyboard.press('b');
  await rest();
  const overlay = await measure(browser, page, run(page, PAN_FIELD(seconds)));
  // The slide shows outlines too.
  await page.keyboard.press('b');
  say('gallery');
  await page.goto(`${stand.url}/#/gallery`);
  await page.locator(`[data-gallery="${size.crops}"]`).waitFor();
  await rest();
  let missingShare = 0;
  const scroll = await measure(browser, page, async () => {
    const { times, missing } = (await page.evaluate(SCROLL(seconds))) as { times: number[]; missing: number };
    missingShare = missing / times.length;
    return times;
  });
  const tiles = await page.locator('[data-tile]').count();
  say('slide');
  const asked = performance.now();
  await page.goto(`${stand.url}/?video=jpeg#/slide`);
  await page.locator(`[data-slide-ready="true"][data-slide-cells="${size.cells}"]`).waitFor();
  const slideReadyMs = performance.now() - asked;
  await rest();
  const slide = await measure(browser, page, run(page, PAN_SLIDE(seconds)));
  return { idle, scroll, overlay, outlines, fills, slide, tiles, missingShare, interactiveMs, slideReadyMs };
};
