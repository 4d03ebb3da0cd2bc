import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../domain/random.ts';
import { findBrowser } from '../cli/find-browser.ts';

/** How the review page of a real browser does on a session: until it shows its first frame, and from each press on the timeline to the screen. */
export type PageFigures = { readonly openMs: number; readonly scrubMs: readonly number[]; readonly together: number };

const CANVAS = 'canvas[data-review-frame]';
const SHEET = '[data-timeline] .sheet';
/** What comes later than this after a press belongs to it no more. */
const SETTLED_MS = 600;
const FIRST_FRAME_WITHIN_MS = 60_000;

/** Notes when the timeline was pressed, and when the screen was made up with each frame that was drawn since. */
const WATCH = `(() => {
  const canvas = document.querySelector('${CANVAS}');
  window.pressedAt = undefined;
  window.drawn = [];
  document.querySelector('${SHEET}').addEventListener('pointerdown', () => { window.pressedAt = performance.now(); window.drawn = []; }, { capture: true });
  new MutationObserver(() => requestAnimationFrame(() => window.drawn.push([performance.now(), canvas.dataset.pictureFrame === canvas.dataset.overlayFrame])))
    .observe(canvas, { attributes: true, attributeFilter: ['data-overlay-frame'] });
})()`;

/** Reviews a session in a browser; `undefined` where none is here. */
export const measurePage = async (address: string, id: string, scrubs: number, random: Random): Promise<PageFigures | undefined> => {
  const executablePath = await findBrowser();
  if (executablePath === undefined) return undefined;
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--no-first-run'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    await page.goto(`${address}/#/sessions`);
    await page.locator('[data-page="sessions"]').waitFor();
    const openedAt = performance.now();
    await page.evaluate(`location.hash = '#/sessions?id=${id}'`);
    await page.locator(`${CANVAS}[data-picture-frame]`).waitFor({ timeout: FIRST_FRAME_WITHIN_MS });
    const openMs = performance.now() - openedAt;
    await page.evaluate(WATCH);
    const sheet = (await page.locator(SHEET).boundingBox())!;
    const scrubMs: number[] = [];
    let together = 0;
    for (let n = 0; n < scrubs; n++) {
      await page.mouse.click(sheet.x + (0.01 + 0.98 * random.next()) * sheet.width, sheet.y + sheet.height / 2);
      await page.waitForFunction('window.drawn.length > 0', undefined, { timeout: 10_000 }).catch(() => undefined);
      await sleep(SETTLED_MS);
      const [pressedAt, drawn] = (await page.evaluate('[window.pressedAt, window.drawn]')) as [number, [number, boolean][]];
      const last = drawn.at(-1);
      scrubMs.push(last === undefined ? Number.POSITIVE_INFINITY : last[0] - pressedAt);
      if (last?.[1] === true) together++;
    }
    return { openMs, scrubMs, together };
  } finally {
    await browser.close();
  }
};
