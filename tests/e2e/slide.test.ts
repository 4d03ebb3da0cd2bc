import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findBrowser } from '../../server/cli/find-browser.ts';
import { type StartedService, startService } from './started-service.ts';

const executablePath = await findBrowser();
if (executablePath === undefined)
  console.warn('tests/e2e/slide is skipped: no Chromium here. Install one or name it in SMEARSCOPE_BROWSER.');

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Ids and elements of what a page lacks for people who cannot see or point. */
const barriers = async (page: Page): Promise<string[]> => {
  await page.evaluate(axe);
  const { violations } = (await page.evaluate("axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa'] })")) as {
    violations: { id: string; nodes: { html: string }[] }[];
  };
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
};

const POLL = { timeout: 30_000 };

/** Pixels of the slide's layers that bear the shade of ground already counted. */
const COUNT_SHADED = `(() => {
  const canvas = document.querySelector('canvas[data-ground]');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let shaded = 0;
  for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 40 && data[i + 3] < 100 && data[i + 1] > data[i] + 60) shaded++;
  return shaded;
})()`;

describe.skipIf(executablePath === undefined)('the slide and the gallery', { timeout: 240_000 }, () => {
  let service: StartedService;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];
  const refused: string[] = [];

  const cells = async (): Promise<number> => Number(await page.locator('[data-slide-cells]').getAttribute('data-slide-cells'));

  beforeAll(async () => {
    service = await startService('simulate:?seed=3');
    browser = await chromium.launch({
      executablePath: executablePath as string,
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run'],
    });
    page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    page.setDefaultTimeout(60_000);
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('response', (response) => response.status() >= 400 && refused.push(new URL(response.url()).pathname));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${service.address}#/slide`);
    await page.locator('[data-slide-ready="true"]').waitFor();
  }, 150_000);
  afterAll(async () => {
    await browser?.close();
    await service?.[Symbol.asyncDispose]();
  });

  test('a cell chosen on the slide by key is told of: its crop, its sightings, why it counts', async () => {
    await expect.poll(cells, { timeout: 200_000 }).toBeGreaterThan(20);
    await page.locator('[data-slide-cells]').focus();
    await page.keyboard.press('Enter');
    const panel = page.locator('[data-cell]');
    await panel.waitFor();
    const id = await panel.getAttribute('data-cell');
    await expect.poll(() => page.url(), POLL).toContain(`#/slide?cell=${id}`);
    await panel.locator('img').waitFor();
    await expect.poll(() => page.evaluate(`document.querySelector('[data-cell] img')?.naturalWidth > 0`), POLL).toBe(true);
    await panel.locator('tbody tr').first().waitFor();
    await expect.poll(() => panel.textContent(), POLL).toContain('µm');
    await expect.poll(() => panel.locator('ol li').count(), POLL).toBeGreaterThan(0);
  });

  test('the slide is read by everybody', async () => {
    expect(await barriers(page)).toEqual([]);
  });

  test('the layers change what is shown, and what is counted can be shaded', async () => {
    const shaded = () => page.evaluate(COUNT_SHADED) as Promise<number>;
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('[data-cell]').count(), POLL).toBe(0);
    await expect.poll(shaded, POLL).toBeLessThan(100);
    await page.locator('[data-layer="looked"]').check();
    await expect.poll(shaded, POLL).toBeGreaterThan(2000);
    await page.locator('[data-layer="looked"]').uncheck();
  });

  test('the view follows the stage until it is moved by hand', async () => {
    const follow = page.locator('[data-action="follow"]');
    await follow.click();
    await expect.poll(() => follow.getAttribute('aria-pressed'), POLL).toBe('true');
    await page.locator('[data-slide-cells]').focus();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => follow.getAttribute('aria-pressed'), POLL).toBe('false');
  });

  test('the gallery shows crops, least certain first, and opens one by key', async () => {
    await page.locator('[data-page-link="gallery"]').click();
    const tile = page.locator('[data-tile]');
    await tile.first().locator('img').waitFor();
    const scores = (await tile.allTextContents()).map((text) => Number(/\d\.\d\d/.exec(text)?.[0])).slice(0, 12);
    expect(scores).toEqual([...scores].sort((a, b) => a - b));
    // Crops are of any shape, their tiles square.
    const places = (await page.evaluate(
      `[...document.querySelectorAll('[data-tile] img')].map((image) => { const { width, height } = image.parentElement.getBoundingClientRect(); return width - height; })`,
    )) as number[];
    expect(places.every((difference) => Math.abs(difference) < 1.5)).toBe(true);
    await page.locator('[data-gallery]').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.locator('[data-cell]').waitFor();
    await expect.poll(() => page.url(), POLL).toContain('#/gallery?cell=');
    expect(await barriers(page)).toEqual([]);
  });

  test('the gallery keeps to the class that is asked for, and says where nothing is like that', async () => {
    await page.locator('button[data-class="WBC"]').click();
    await expect
      .poll(async () => (await page.locator('[data-tile]').first().getAttribute('aria-label'))?.slice(0, 3), { timeout: 60_000 })
      .toBe('WBC');
    await page.getByLabel('Smallest size in micrometres').fill('400');
    await page.getByLabel('Smallest size in micrometres').press('Enter');
    await page.getByText('No cell is like that.').waitFor();
    await page.getByRole('button', { name: 'Show all cells' }).click();
    await page.locator('[data-tile]').first().waitFor();
  });

  test('a cell of the gallery is shown on the slide, and the back button leads back', async () => {
    await page.locator('[data-tile]').first().click();
    await page.locator('[data-action="show-on-map"]').click();
    await expect.poll(() => page.url(), POLL).toContain('#/slide?cell=');
    await page.locator('[data-slide-ready="true"]').waitFor();
    await page.goBack();
    await page.locator('[data-gallery]').waitFor();
  });

  test('the pages complain of nothing', () => {
    // A busy machine writes cells and large pictures to disk a little after they are on the map; the browser reports such refusals by itself.
    expect(refused.filter((path) => !/\/(cells\/\d+|keyframes\/\d+\/picture)$/.test(path))).toEqual([]);
    expect(complaints.filter((text) => !/status of 404|^Tile .* failed to load/.test(text))).toEqual([]);
  });
});

describe.skipIf(executablePath === undefined)('flowing cells', { timeout: 240_000 }, () => {
  test('have no slide, and the page says so', async () => {
    await using service = await startService('simulate:flow?speed=slow');
    const browser = await chromium.launch({ executablePath: executablePath as string, args: ['--no-sandbox', '--disable-gpu'] });
    try {
      const page = await browser.newPage();
      page.setDefaultTimeout(180_000);
      await page.goto(`${service.address}#/slide`);
      await page.locator('[data-no-slide]').waitFor();
      await page.goto(`${service.address}#/gallery`);
      await page.locator('[data-no-slide]').waitFor();
    } finally {
      await browser.close();
    }
  });
});
