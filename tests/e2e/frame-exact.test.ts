import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeClip } from '../ingest/make-clip.ts';
import { findBrowser } from './find-browser.ts';
import { type StartedService, startService } from './started-service.ts';

const executablePath = await findBrowser();
if (executablePath === undefined) console.warn('tests/e2e is skipped: no Chromium here. Install one or name it in SMEARSCOPE_BROWSER.');

const WIDTH_PX = 320;
const HEIGHT_PX = 240;
const FRAMES_TO_READ = 40;

/** Reads the number that is painted into each picture back from the screen, beside the ids that picture and boxes claim to have. */
const readPainted = `
  window.read = [];
  const canvas = document.querySelector('canvas[data-field]');
  const context = canvas.getContext('2d');
  new MutationObserver(() => {
    const scale = Math.min(canvas.width / ${WIDTH_PX}, canvas.height / ${HEIGHT_PX});
    const left = (canvas.width - ${WIDTH_PX} * scale) / 2;
    const top = (canvas.height - ${HEIGHT_PX} * scale) / 2;
    let painted = 0;
    for (let bit = 0; bit < 12; bit++) {
      // Boxes may be drawn over a stripe: the middle of what lies in a column of it is the picture.
      const x = Math.floor(left + ((bit + 0.5) * ${WIDTH_PX} * scale) / 12);
      const column = context.getImageData(x, Math.floor(top + 0.05 * ${HEIGHT_PX} * scale), 1, Math.floor(0.4 * ${HEIGHT_PX} * scale)).data;
      const greens = column.filter((_, at) => at % 4 === 1).sort();
      if (greens[greens.length >> 1] > 125) painted |= 1 << bit;
    }
    window.read.push([painted, Number(canvas.dataset.pictureFrame), Number(canvas.dataset.overlayFrame)]);
  }).observe(canvas, { attributes: true, attributeFilter: ['data-overlay-frame'] });
`;

/** Counts what goes through the browser's video decoder. */
const countDecoded = `
  window.decoded = 0;
  const { decode } = VideoDecoder.prototype;
  VideoDecoder.prototype.decode = function (chunk) { window.decoded += 1; return decode.call(this, chunk); };
`;

describe.skipIf(executablePath === undefined)('a picture on the screen', { timeout: 90_000 }, () => {
  let folder = '';
  let service: StartedService;
  let browser: Browser;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'smearscope-exact-'));
    const clip = join(folder, 'numbers.mp4');
    await makeClip(clip, { widthPx: WIDTH_PX, heightPx: HEIGHT_PX, frames: 1200 });
    service = await startService(clip, { flags: ['--um-per-px', '0.1'] });
    browser = await chromium.launch({ executablePath: executablePath as string, args: ['--no-sandbox', '--disable-gpu'] });
  }, 150_000);
  afterAll(async () => {
    await browser?.close();
    await service?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  test.each([
    ['as a coded stream', '', true],
    ['as JPEG', '&video=jpeg', false],
  ])('%s is the frame that its boxes belong to, by the number painted into it', async (_how, query, coded) => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    await page.addInitScript(countDecoded);
    await page.goto(`${service.address}${query}`);
    await page.locator('canvas[data-picture-frame]').waitFor();
    await page.evaluate(readPainted);
    await expect.poll(() => page.evaluate('window.read.length'), { timeout: 60_000 }).toBeGreaterThanOrEqual(FRAMES_TO_READ);
    const read = (await page.evaluate('window.read')) as [number, number, number][];
    for (const [painted, picture, overlay] of read) expect([painted, picture]).toEqual([overlay, overlay]);
    const decoded = await page.evaluate('window.decoded');
    if (coded) expect(decoded).toBeGreaterThanOrEqual(FRAMES_TO_READ);
    else expect(decoded).toBe(0);
    await page.close();
  });

  test('is a JPEG again where the browser’s decoder fails, and the page says so', async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    await page.addInitScript(`VideoDecoder.prototype.configure = () => { throw new DOMException('no such codec', 'NotSupportedError'); };`);
    await page.goto(service.address);
    await page.getByText('cannot decode the video').first().waitFor({ state: 'attached' });
    const shown = () => page.locator('canvas[data-field]').getAttribute('data-picture-frame');
    const first = await shown();
    await expect.poll(shown, { timeout: 20_000 }).not.toBe(first);
    await page.close();
  });
});
