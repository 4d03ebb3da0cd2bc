import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { configuration } from '../../domain/configuration.ts';
import { FaultError } from '../../domain/fault.ts';
import { startHttpServer } from '../http/http-server.ts';
import { buildPage } from './build-page.ts';
import type { CommandIo } from './command-io.ts';
import { findBrowser } from './find-browser.ts';
import { packageVersion } from './version.ts';

export type ScreenshotOptions = { readonly out: string; readonly pages?: string; readonly size: string; readonly cells: number };

const COUNT_WITHIN_MS = 120_000;
const SETTLE_MS = 1500;
const MOST_BYTES = 150_000;
const COUNTED_IN_TILE = `[...document.querySelectorAll('[data-tile="camera-2"] [data-count]')].some((count) => Number(count.dataset.count) > 3)`;
const THEMES = [
  { scheme: 'light', suffix: '' },
  { scheme: 'dark', suffix: '-dark' },
] as const;

const launch = async (): Promise<Browser> => {
  const executablePath = await findBrowser();
  const remedy = 'install Chromium, or name it in SMEARSCOPE_BROWSER';
  if (executablePath === undefined)
    throw new FaultError({ kind: 'usage', what: 'pictures of the page need a Chromium, and none is here', remedy });
  const { chromium } = await import('playwright-core').catch((cause: unknown) => {
    throw new FaultError(
      { kind: 'usage', what: 'pictures of the page need the package playwright-core', remedy: 'run npm ci without --omit=dev' },
      { cause },
    );
  });
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--no-first-run'] }).catch((cause: unknown) => {
    throw new FaultError({ kind: 'usage', what: `${executablePath} cannot be started`, remedy }, { cause });
  });
};

/** Pictures of a page besides its first view: by their names, what is done on the page before. */
type MoreShots = Readonly<Record<string, (page: Page) => Promise<void>>>;

const LIVE_SHOTS: MoreShots = {
  sizes: async (page) => {
    await page.keyboard.press('z');
    for (let i = 0; i < 3; i++) await page.keyboard.press('+');
    await page.locator('[data-sizes] svg[role="img"]').waitFor();
  },
};

/** Of the review of a session. */
const REVIEW_SHOTS: MoreShots = {
  review: async (page) => {
    await page.locator('[data-cells]').focus();
    for (let i = 0; i < 6; i++) await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('ArrowDown');
    await page.locator('aside [data-cell]').waitFor();
  },
  queue: async (page) => {
    await page.keyboard.press('q');
    await page.locator('[data-place-of]').waitFor();
  },
};

/** Waits until an expression holds in the page. The page lets nothing be evaluated from within it. */
const becomes = async (page: Page, expression: string): Promise<void> => {
  const deadline = performance.now() + COUNT_WITHIN_MS;
  while (!(await page.evaluate(expression)) && performance.now() < deadline) await page.waitForTimeout(SETTLE_MS);
};

/** Corrects cells and looks through fields of the largest session: something to learn from. */
const correctSome = async (url: string): Promise<void> => {
  const ask = async (path: string, body?: unknown): Promise<Record<string, { readonly id: number }[]>> => {
    const sent = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const answer = await fetch(`${url}/api/sessions${path}`, body === undefined ? {} : sent);
    return (await answer.json()) as Record<string, { readonly id: number }[]>;
  };
  const session = (await ask('?sort=cells&order=desc&limit=1'))['sessions']?.[0]?.id;
  const ids = async (what: string): Promise<number[]> => ((await ask(`/${session}/${what}?limit=12`))[what] ?? []).map(({ id }) => id);
  const correct = (change: unknown) => ask(`/${session}/corrections`, { reading: 1, by: 'First reader', change });
  await correct({ kind: 'reviewed', keyframes: await ids('keyframes'), reviewed: true });
  for (const cell of await ids('cells')) await correct({ kind: 'mark', cells: [cell], uncertain: true });
};

/** Opens the newest session. */
const openReview = async (page: Page, url: string): Promise<void> => {
  await page.goto(`${url}/#/sessions`);
  await page.locator('[data-session] a').first().click();
};

/** A picture of what the window shows as WebP, of the best quality that stays small. */
const shoot = async (page: Page, file: string): Promise<number> => {
  const png = await page.screenshot();
  for (const quality of [88, 78, 66, 50]) {
    const webp = await sharp(png).webp({ quality, effort: 6 }).toBuffer();
    if (webp.length > MOST_BYTES && quality > 50) continue;
    await sharp(webp).toFile(file);
    return webp.length;
  }
  return 0;
};

/** Takes a picture of each page in light and dark, with the virtual microscope counting. */
export const runScreenshots = async ({ out, pages, size, cells }: ScreenshotOptions, io: CommandIo): Promise<void> => {
  const [width, height] = size.split('x').map(Number);
  if (!width || !height)
    throw new FaultError({ kind: 'usage', what: `no such size: ${size}`, remedy: 'write WIDTHxHEIGHT, like 1280x720' });
  const say = (line: string): void => io.stderr(`${line}\n`);
  const folder = resolve(out);
  await mkdir(folder, { recursive: true });
  const dataDir = await mkdtemp(join(tmpdir(), 'smearscope-screenshots-'));
  await using owned = new AsyncDisposableStack();
  owned.defer(() => rm(dataDir, { recursive: true, force: true }));
  const browser = await launch();
  owned.defer(() => browser.close());
  await buildPage(say, io.signal);
  const server = await startHttpServer({
    configuration: configuration.parse({ port: 0, dataDir, source: 'simulate:?seed=3', stopAt: 'WBC±3', record: 'video' }),
    version: packageVersion(),
    listCameras: async () => [],
    onEvent: () => {},
    onInternal: say,
  });
  owned.defer(() => server.close());
  await server.cameras.open({ id: 'main', source: 'simulate:?seed=3' });
  const page = await browser.newPage({ viewport: { width, height } });
  await page.goto(server.url);
  say(`waiting for ${cells} cells …`);
  const counted = page.locator('[data-total]');
  const deadline = performance.now() + COUNT_WITHIN_MS;
  while (Number(await counted.getAttribute('data-total', { timeout: COUNT_WITHIN_MS })) < cells) {
    if (performance.now() > deadline)
      throw new FaultError({ kind: 'usage', what: `not ${cells} cells were counted in time`, remedy: 'ask for fewer with --cells' });
    await page.waitForTimeout(SETTLE_MS);
  }
  const links = await page.locator('[data-page-link]').all();
  const known = await Promise.all(links.map(async (link) => (await link.getAttribute('data-page-link')) ?? ''));
  const wanted = pages === undefined ? known : pages.split(',');
  const unknown = wanted.find((id) => !known.includes(id));
  if (unknown !== undefined)
    throw new FaultError({ kind: 'usage', what: `there is no page ${unknown}`, remedy: `pages are ${known.join(', ')}` });
  for (const id of wanted) {
    if (io.signal.aborted) return;
    if (id === 'train') await correctSome(server.url);
    if (id === 'cameras') await server.cameras.open({ id: 'camera-2', source: 'simulate:flow?speed=slow' });
    for (const { scheme, suffix } of THEMES) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.goto(`${server.url}/#/${id}`);
      await page.locator(`[data-page="${id}"]`).waitFor();
      if (id === 'cameras') await page.locator('[data-tile="camera-2"]').waitFor();
      for (const tile of await page.locator('[data-page="cameras"] [data-tile]').all())
        await tile.locator('canvas[data-picture-frame]').waitFor({ timeout: COUNT_WITHIN_MS });
      // The flow camera was just opened: it is shown when it has counted.
      if (id === 'cameras') await becomes(page, COUNTED_IN_TILE);
      await page.waitForTimeout(SETTLE_MS);
      const file = join(folder, `${id}${suffix}.webp`);
      say(`${file} ${Math.round((await shoot(page, file)) / 1000)} kB`);
    }
    if (id === 'cameras') await server.cameras.remove('camera-2');
    const more = id === 'sessions' ? REVIEW_SHOTS : id === 'live' ? LIVE_SHOTS : {};
    for (const [name, show] of Object.entries(more))
      for (const { scheme, suffix } of THEMES) {
        await page.emulateMedia({ colorScheme: scheme });
        if (id === 'sessions') await openReview(page, server.url);
        else await page.reload();
        await page.locator('canvas[data-picture-frame]').waitFor({ timeout: COUNT_WITHIN_MS });
        await show(page);
        await page.waitForTimeout(SETTLE_MS);
        const file = join(folder, `${name}${suffix}.webp`);
        say(`${file} ${Math.round((await shoot(page, file)) / 1000)} kB`);
      }
  }
};
