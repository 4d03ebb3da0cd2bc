import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findBrowser } from './find-browser.ts';
import { type StartedService, startService } from './started-service.ts';

const executablePath = await findBrowser();
if (executablePath === undefined) console.warn('tests/e2e is skipped: no Chromium here. Install one or name it in SMEARSCOPE_BROWSER.');

describe.skipIf(executablePath === undefined)('cells that the model draws', { timeout: 90_000 }, () => {
  let service: StartedService;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];
  const field = () => page.locator('canvas[data-field]');
  const outlined = async (): Promise<number> => Number(await field().getAttribute('data-outlines'));
  const size = (name: string) => page.locator(`[data-size="${name}"]`).textContent();

  beforeAll(async () => {
    service = await startService('simulate:?seed=3');
    browser = await chromium.launch({ executablePath: executablePath as string, args: ['--no-sandbox', '--disable-gpu'] });
    page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    page.setDefaultTimeout(30_000);
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(service.address);
    await page.locator('canvas[data-picture-frame]').waitFor();
  }, 150_000);
  afterAll(async () => {
    await browser?.close();
    await service?.[Symbol.asyncDispose]();
  });

  test('are outlined in the live picture by themselves', async () => {
    await expect.poll(outlined, { timeout: 60_000 }).toBeGreaterThan(0);
    expect(await field().getAttribute('data-overlay-frame')).toBe(await field().getAttribute('data-picture-frame'));
  });

  test('are boxes, outlines, fills or nothing, as one chooses with the menu or a key, on the next visit too', async () => {
    await page.locator('[data-action="layers"]').click();
    const way = (label: string) => page.getByRole('radio', { name: label, exact: true });
    expect(await way('Outlines').isChecked()).toBe(true);
    await way('Boxes').check({ force: true });
    await expect.poll(outlined).toBe(0);
    await page.keyboard.press('Escape');
    await page.locator('body').press('b');
    await expect.poll(outlined, { timeout: 30_000 }).toBeGreaterThan(0);
    await page.locator('body').press('b');
    await page.reload();
    await page.locator('canvas[data-picture-frame]').waitFor();
    await expect.poll(outlined, { timeout: 60_000 }).toBeGreaterThan(0);
    await page.locator('[data-action="layers"]').click();
    expect(await way('Fills').isChecked()).toBe(true);
    await way('Outlines').check({ force: true });
    await page.keyboard.press('Escape');
  });

  test('are measured: a histogram of diameters fills, with mean and distribution width', async () => {
    await page.locator('body').press('z');
    const measured = async () => Number(await page.locator('[data-sizes]').getAttribute('data-sizes'));
    await expect.poll(measured, { timeout: 60_000 }).toBeGreaterThan(20);
    // The made-up red cells are about 7 µm wide.
    const mean = Number(/[\d.]+/.exec((await size('Diameter')) ?? '')?.[0]);
    expect(mean).toBeGreaterThan(5);
    expect(mean).toBeLessThan(9);
    expect(await size('RDW')).toMatch(/^\d+\.\d %$/);
    expect(await page.locator('[data-sizes] svg[role="img"]').getAttribute('aria-label')).toMatch(/^Red cells by diameter: Diameter/);
  });

  test('are outlined on the slide, where they are large enough', async () => {
    await page.goto(`${service.address}#/slide`);
    await page.locator('[data-slide-ready="true"]').waitFor();
    const drawn = async () => Number(await page.locator('canvas[data-ground]').getAttribute('data-outlines'));
    await expect
      .poll(
        async () => {
          await page.locator('body').press('+');
          return drawn();
        },
        { timeout: 60_000, interval: 500 },
      )
      .toBeGreaterThan(0);
  });

  test('have measures of their own, and the outline over their picture', async () => {
    await page.goto(`${service.address}#/gallery`);
    const drawnTile = page.locator('[data-tile]', { hasText: '⌀' }).first();
    await drawnTile.waitFor();
    await drawnTile.click();
    await page.locator('[data-shape]').waitFor();
    expect(await page.locator('[data-measure="Area"]').textContent()).toMatch(/^\d+\.\d µm²$/);
    expect(Number(await page.locator('[data-measure="Circularity"]').textContent())).toBeLessThanOrEqual(1);
    const box = page.locator('input[name="crop-outline"]');
    await box.uncheck();
    expect(await page.locator('[data-crop-outline]').count()).toBe(0);
    await box.check();
  });

  test('are outlined in the review of their session, and measured there', async () => {
    const cameras = await (
      await fetch(new URL('/api/cameras', service.address), { headers: { authorization: 'Bearer only-for-this-test-run' } })
    ).json();
    const [{ session }] = cameras as [{ session: string }];
    await page.goto(`${service.address}#/sessions?id=${session}`);
    const review = page.locator('canvas[data-review-frame]');
    await expect.poll(async () => Number(await review.getAttribute('data-outlines')), { timeout: 60_000 }).toBeGreaterThan(0);
    await page.locator('[data-side="sizes"]').click();
    await expect
      .poll(async () => Number(await page.locator('[data-sizes]').getAttribute('data-sizes')), { timeout: 30_000 })
      .toBeGreaterThan(20);
  });

  test('the page complains of nothing', () => {
    expect(complaints).toEqual([]);
  });
});
