import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findBrowser } from './find-browser.ts';
import { type StartedService, startService } from './started-service.ts';

const executablePath = await findBrowser();
if (executablePath === undefined) console.warn('tests/e2e is skipped: no Chromium here. Install one or name it in SMEARSCOPE_BROWSER.');

const QUIET = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
const NO_SERVICES = ['--disable-component-update', '--disable-sync'];

const FRAMES_TO_COMPARE = 100;

/** Notes the frames on the screen from now on: how many, and how many had the boxes of another frame over them. */
const watchFrames = `
  const canvas = document.querySelector('canvas[data-field]');
  const seen = (window.seenFrames = { shown: 0, apart: 0, backwards: 0, last: -1 });
  new MutationObserver(() => {
    const picture = Number(canvas.getAttribute('data-picture-frame'));
    const overlay = Number(canvas.getAttribute('data-overlay-frame'));
    if (picture !== overlay) seen.apart += 1;
    if (picture < seen.last) seen.backwards += 1;
    if (picture !== seen.last) seen.shown += 1;
    seen.last = picture;
  }).observe(canvas, { attributes: true, attributeFilter: ['data-picture-frame', 'data-overlay-frame'] });
`;

describe.skipIf(executablePath === undefined)('the live page', { timeout: 90_000 }, () => {
  let service: StartedService;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  const total = async (): Promise<number> => Number(await page.locator('[data-total]').getAttribute('data-total'));
  const shownFrame = async (): Promise<number> => Number(await page.locator('canvas[data-field]').getAttribute('data-picture-frame'));
  const cameraIs = (state: string) => page.locator(`[data-camera-state="${state}"]`).waitFor();

  beforeAll(async () => {
    service = await startService('simulate:?seed=3');
    browser = await chromium.launch({ executablePath: executablePath as string, args: [...QUIET, ...NO_SERVICES] });
    page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    page.setDefaultTimeout(30_000);
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(service.address);
    await page.locator('canvas[data-picture-frame]').waitFor();
  }, 150_000);
  afterAll(async () => {
    await browser?.close();
    await service?.[Symbol.asyncDispose]();
  });

  test('counts rise', async () => {
    await expect.poll(total, { timeout: 30_000 }).toBeGreaterThan(0);
    const first = await total();
    await expect.poll(total, { timeout: 30_000 }).toBeGreaterThan(first);
  });

  test('every picture carries the boxes of its own frame, and time never runs backwards', async () => {
    await page.evaluate(watchFrames);
    await expect.poll(() => page.evaluate('window.seenFrames.shown'), { timeout: 60_000 }).toBeGreaterThanOrEqual(FRAMES_TO_COMPARE);
    expect(await page.evaluate('window.seenFrames')).toMatchObject({ apart: 0, backwards: 0 });
  });

  test('pause holds the picture, start goes on', async () => {
    await page.locator('[data-action="pause"]').click();
    await cameraIs('paused');
    const stays = async (): Promise<boolean> => {
      const before = await shownFrame();
      await page.waitForTimeout(700);
      return (await shownFrame()) === before;
    };
    // Pictures may be on their way yet.
    await expect.poll(stays, { timeout: 30_000 }).toBe(true);
    const held = await shownFrame();
    await page.locator('body').press('Space');
    await cameraIs('running');
    await expect.poll(shownFrame, { timeout: 15_000 }).toBeGreaterThan(held);
  });

  test('reset asks first, then counts from nothing', async () => {
    await expect.poll(total, { timeout: 15_000 }).toBeGreaterThan(0);
    const before = await total();
    await page.locator('[data-action="reset"]').click();
    await page.getByRole('button', { name: 'Keep counting' }).click();
    expect(await total()).toBeGreaterThanOrEqual(before);
    await page.locator('body').press('r');
    await page.getByRole('button', { name: 'Clear and start anew' }).click();
    await expect.poll(total, { interval: 50, timeout: 15_000 }).toBeLessThan(before);
  });

  test('a source that cannot be opened is refused in one line at its field', async () => {
    await page.locator('[data-action="source"]').click();
    await page.getByText('A recorded scan').click();
    await page.locator('input[name="file"]').fill('no/such/clip.mp4');
    await page.getByRole('button', { name: 'Open' }).click();
    const problem = page.locator('[data-problem]');
    await expect.poll(() => problem.textContent(), { timeout: 15_000 }).toMatch(/clip\.mp4/);
    expect(await problem.textContent()).not.toContain('\n');
    expect((await problem.boundingBox())?.height).toBeLessThan(45);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await cameraIs('running');
  });

  test('a killed camera process comes back, and the page says what happened', async () => {
    const [pid] = await service.cameraPids();
    expect(pid).toBeDefined();
    process.kill(pid as number, 'SIGKILL');
    await page.locator('[data-camera-state="restarting"], [data-camera-state="starting"]').first().waitFor();
    await page.locator('[data-tab="events"]').click();
    await page.getByRole('list', { name: 'Events, newest first' }).getByText('stopped unexpectedly').first().waitFor();
    await cameraIs('running');
    await expect.poll(total, { timeout: 30_000 }).toBeGreaterThan(0);
    await expect.poll(() => page.locator('[data-health="restarts"]').textContent(), { timeout: 30_000 }).toBe('1');
    expect(await service.cameraPids()).not.toContain(pid);
  });

  test('the page complains of nothing', () => {
    // The one refusal above is reported by the browser itself.
    expect(complaints.filter((text) => !/status of 4\d\d/.test(text))).toEqual([]);
  });
});
