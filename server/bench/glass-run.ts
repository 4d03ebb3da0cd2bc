import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { configuration } from '../../domain/configuration.ts';
import { FaultError } from '../../domain/fault.ts';
import type { PictureWish } from '../../domain/wire.ts';
import { buildPage } from '../cli/build-page.ts';
import { findBrowser } from '../cli/find-browser.ts';
import { startHttpServer } from '../http/http-server.ts';
import { WATCH_CAMERA, WATCH_SCREEN } from './glass-scripts.ts';
import { writePaintedClip } from './painted-clip.ts';

export type GlassRequest = {
  readonly seconds: number;
  readonly frames: number;
  readonly pictures: PictureWish;
  readonly engine: string;
  readonly threads: number;
};

export type GlassFigures = {
  /** From the camera's picture in the browser to the screen being made up with it, of each picture shown. */
  readonly latenciesMs: readonly number[];
  readonly shown: number;
  /** Shown with the boxes of the same frame. */
  readonly together: number;
  /** Shown, but the number could not be read. */
  readonly unreadable: number;
  readonly cameraFramesPerSecond: number;
  /** What the sending page says of itself: rates, size, codec. */
  readonly sending: string;
};

type Shown = { readonly number?: number; readonly picture: string; readonly overlay: string; readonly at?: number };
type Captured = readonly [number: number, at: number];

const STEADY_AFTER_MS = 8000;

const launch = async (clip: string): Promise<Browser> => {
  const executablePath = await findBrowser();
  if (executablePath === undefined)
    throw new FaultError({
      kind: 'usage',
      what: 'this needs a Chromium, and none is here',
      remedy: 'install one, or name it in SMEARSCOPE_BROWSER',
    });
  const { chromium } = await import('playwright-core');
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-backgrounding-occluded-windows',
      '--disable-renderer-backgrounding',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${clip}`,
    ],
  });
};

const openPage = async (browser: Browser, address: string): Promise<Page> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, permissions: ['camera'] });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(address);
  return page;
};

/** The latest time at which the camera gave this picture, before it was shown. */
const capturedAt = (captured: readonly Captured[], number: number, beforeMs: number): number | undefined =>
  captured.findLast(([given, at]) => given === number && at <= beforeMs)?.[1];

/** A page of a real browser sends a clip as its camera, another shows what the real service makes of it; both clocks are the machine's. */
export const runGlass = async (request: GlassRequest, signal: AbortSignal, say: (line: string) => void): Promise<GlassFigures> => {
  const { seconds, frames, pictures, engine, threads } = request;
  await using cleanUp = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'smearscope-glass-'));
  cleanUp.defer(() => rm(dataDir, { recursive: true, force: true }));
  await buildPage(say, signal);
  say('painting the clip');
  const clip = join(dataDir, 'clip.y4m');
  await writePaintedClip(clip, frames, signal);
  const server = await startHttpServer({
    configuration: configuration.parse({ port: 0, dataDir, engine, threads, umPerPx: 0.072 }),
    version: 'bench',
    listCameras: async () => [],
    onEvent: () => {},
    onInternal: say,
  });
  cleanUp.defer(() => server.close());
  const browser = await launch(clip);
  cleanUp.defer(() => browser.close());

  say('the camera is sent');
  const sender = await openPage(browser, `${server.url}/#/publish`);
  await sender.locator('[data-action="send"]').click();
  await sender.locator('[data-sending="live"]').waitFor();
  await sender.evaluate(WATCH_CAMERA);
  const viewer = await openPage(browser, `${server.url}/?video=${pictures}#/live`);
  await viewer.locator('canvas[data-picture-frame]').waitFor();
  await sleep(STEADY_AFTER_MS, undefined, { signal });
  await viewer.evaluate(WATCH_SCREEN);
  say(`measuring for ${seconds} s`);
  await sleep(seconds * 1000, undefined, { signal });
  const shown = (await viewer.evaluate('window.shown')) as Shown[];
  const captured = (await sender.evaluate('window.captured')) as Captured[];

  const during = captured.filter(([, at]) => at >= (captured.at(-1)?.[1] ?? 0) - seconds * 1000);
  return {
    latenciesMs: shown.flatMap(({ number, at }) => {
      const from = number === undefined || at === undefined ? undefined : capturedAt(captured, number, at);
      return from === undefined || at === undefined ? [] : [at - from];
    }),
    shown: shown.length,
    together: shown.filter(({ picture, overlay }) => picture === overlay).length,
    unreadable: shown.filter(({ number }) => number === undefined).length,
    cameraFramesPerSecond: during.length / seconds,
    sending: (await sender.locator('[data-sending]').innerText()).replaceAll(/\s*\n\s*/g, ' '),
  };
};
