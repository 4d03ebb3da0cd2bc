import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findBrowser } from './find-browser.ts';
import { type StartedService, startService } from './started-service.ts';

const executablePath = await findBrowser();
if (executablePath === undefined) console.warn('tests/e2e is skipped: no Chromium here. Install one or name it in SMEARSCOPE_BROWSER.');

const POLL = { timeout: 20_000 };
const QUIET = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];

describe.skipIf(executablePath === undefined)('the calibration page', { timeout: 120_000 }, () => {
  let service: StartedService;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    service = await startService('simulate:?view=micrometer&width=960&height=540', { flags: ['--engine', 'onnx:cpu'] });
    browser = await chromium.launch({ executablePath: executablePath as string, args: QUIET });
    page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    page.setDefaultTimeout(60_000);
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${service.address}#/calibration`);
    await page.locator('[data-page="calibration"] canvas').waitFor();
  }, 150_000);
  afterAll(async () => {
    await browser?.close();
    await service?.[Symbol.asyncDispose]();
  });

  const act = (name: string) => page.locator(`[data-action="${name}"]`).click();
  const scale = async (): Promise<number> => Number(await page.locator('[data-scale]').getAttribute('data-scale'));

  test('measures the micrometer and lays the found lines over the frozen picture', async () => {
    await page.locator('[data-camera-state="running"]').waitFor();
    await act('measure-micrometer');
    await page.locator('svg[data-ruling]').waitFor();
    await expect.poll(scale, POLL).toBeCloseTo(0.072, 3);
    // The pitch is the user's word: twice as far apart, twice the scale.
    await page.locator('input[name="pitch"]').fill('20');
    await expect.poll(scale, POLL).toBeCloseTo(0.144, 3);
    await page.locator('input[name="pitch"]').fill('10');
  });

  test('takes a line of known length, whose ends the keyboard moves', async () => {
    await page.getByText('Known length', { exact: true }).click();
    await act('freeze');
    const start = page.locator('[data-handle="Start"]');
    await start.focus();
    const before = await scale();
    for (let i = 0; i < 4; i++) await start.press('Shift+ArrowLeft');
    await expect.poll(async () => before / (await scale()), POLL).toBeCloseTo((0.4 * 960 + 40) / (0.4 * 960), 2);
    await page.getByText('Micrometer', { exact: true }).click();
    await expect.poll(scale, POLL).toBeCloseTo(0.072, 3);
  });

  test('refuses a flat field that is none, measures an empty place, saves and uses the profile', async () => {
    await act('measure-empty');
    expect(await page.locator('[data-refusal="light"]').textContent()).toMatch(/not empty/);
    await page.evaluate(
      `fetch('/api/cameras', { method: 'POST', headers: { 'content-type': 'application/json', authorization: 'Bearer only-for-this-test-run' },
        body: JSON.stringify({ id: 'main', source: 'simulate:?view=empty&width=960&height=540&shade=0.35&cast=0.2' }) })`,
    );
    const source = async (): Promise<unknown> => {
      const answer = await fetch(new URL('/api/cameras', service.address), { headers: { authorization: 'Bearer only-for-this-test-run' } });
      return ((await answer.json()) as unknown[])[0];
    };
    await expect.poll(source, POLL).toMatchObject({ state: 'running', source: expect.stringContaining('shade=0.35') });
    await page.locator('[data-camera-state="running"]').waitFor();
    await act('measure-empty');
    await page.locator('[data-light="good"]').waitFor();
    // Evened out, the corner is as light as the middle, and grey.
    const corner = async (): Promise<readonly number[]> =>
      page.evaluate(
        `[...document.querySelector('canvas[data-frozen="empty"]').getContext('2d').getImageData(930, 10, 1, 1).data].slice(0, 3)`,
      );
    const [red, green, blue] = (await corner()) as [number, number, number];
    expect(Math.max(red, green, blue) - Math.min(red, green, blue)).toBeLessThan(8);
    await page.locator('#evened').click();
    await expect.poll(async () => (await corner())[2], POLL).toBeLessThan(blue - 40);
    await page.locator('input[name="objective"]').fill('100× oil');
    await page.locator('input[name="profile"]').fill('bench 100x');
    await act('save');
    await page.locator('[data-saved="true"]').waitFor();
    await page.locator('[data-in-use="bench 100x"]').waitFor();
    await page.locator('tr[data-profile="bench 100x"][aria-current]').waitFor();
  });

  test('renames and deletes profiles, and goes back to none', async () => {
    await page.getByRole('button', { name: 'Use none' }).click();
    await page.locator('[data-in-use=""]').waitFor();
    await page.getByRole('button', { name: 'Rename bench 100x' }).click();
    await page.getByLabel('New name').fill('oil 100');
    await page.getByRole('button', { name: 'Rename', exact: true }).click();
    await page.locator('tr[data-profile="oil 100"]').waitFor();
    await page.getByRole('button', { name: 'Delete oil 100' }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByText('No profile yet').waitFor();
    // A refused measurement is an answer of its own, and the browser notes it.
    expect(complaints.filter((line) => !line.includes('409'))).toEqual([]);
  });
});
