import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../cli/run-cli.ts';
import { findBrowser } from './find-browser.ts';
import { type StartedService, startService } from './started-service.ts';

const executablePath = await findBrowser();
if (executablePath === undefined) console.warn('tests/e2e is skipped: no Chromium here. Install one or name it in SMEARSCOPE_BROWSER.');

const ID = '20260131-142501-0c4f9a';
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** The shipped model, but so strict that it finds no white cells. */
const addStrictModel = (dataDir: string): void => {
  const folder = join(dataDir, 'models', 'strict');
  cpSync(fileURLToPath(new URL('../../models/bundles/default', import.meta.url)), folder, { recursive: true });
  const path = join(folder, 'card.json');
  const card = JSON.parse(readFileSync(path, 'utf8'));
  const score = card.thresholds.score.map((least: number, i: number) => (card.classes[i] === 'WBC' ? 0.999 : least));
  writeFileSync(path, JSON.stringify({ ...card, name: 'strict', thresholds: { ...card.thresholds, score } }));
};

describe.skipIf(executablePath === undefined)('the replay panel', { timeout: 240_000 }, () => {
  let service: StartedService;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];
  const panel = () => page.locator('.replay');

  beforeAll(async () => {
    service = await startService('simulate:?view=empty&width=320&height=240');
    const folder = join(service.dataDir, 'sessions', ID);
    mkdirSync(join(service.dataDir, 'sessions'), { recursive: true });
    const source = 'simulate:?width=640&height=480&slideWidth=1280&slideHeight=960&seed=5';
    const counted = await runCli(['count', source, '--frames', '90', '--engine', 'onnx:cpu', '--session', folder], {
      cwd: service.dataDir,
    });
    expect(counted.code, counted.stderr).toBe(0);
    addStrictModel(service.dataDir);
    browser = await chromium.launch({
      executablePath: executablePath as string,
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run'],
    });
    page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    page.setDefaultTimeout(120_000);
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(service.address);
    await page.goto(`${new URL(service.address).origin}/#/sessions?id=${ID}`);
    await page.locator('[data-side="replay"]').click();
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await service?.[Symbol.asyncDispose]();
  });

  test('counts again with the model that counted, and says that nothing differs', async () => {
    await panel().locator('[data-action="start-replay"]').click();
    await panel().locator('[data-identical="true"]').waitFor();
    await panel().getByText('No cell differs').waitFor();
    expect(await panel().locator('tr[data-row="RBC"] td').first().innerText()).toMatch(/^\d+/);
  });

  test('lists what another model does differently; a click picks the cell on the page', async () => {
    await panel()
      .getByRole('combobox', { name: /^Model/ })
      .click();
    await page.getByRole('option', { name: 'strict' }).click();
    await panel().locator('[data-action="start-replay"]').click();
    await panel().locator('[data-identical="false"]').waitFor();
    const missing = panel().locator('[data-difference="onlyA"]').first();
    await missing.locator('img').waitFor();
    await expect
      .poll(() => missing.locator('img').evaluate((img) => (img as unknown as { readonly naturalWidth: number }).naturalWidth))
      .toBeGreaterThan(0);
    const axed =
      await page.evaluate(`(async () => { ${axe.source}; const { violations } = await axe.run('.replay', { runOnly: ${JSON.stringify(WCAG)} });
      return violations.map(({ id, nodes }) => id + ' ' + nodes[0].html); })()`);
    expect(axed).toEqual([]);
    const cell = await missing.getAttribute('data-cell');
    await missing.click();
    await page.locator('[data-side="cell"]').click();
    await page.locator('.cell').getByText(`#${cell}`).first().waitFor();
    expect(complaints).toEqual([]);
  });

  test('stops one that runs, and keeps nothing of it', async () => {
    await page.locator('[data-side="replay"]').click();
    await panel().locator('[data-action="start-replay"]').click();
    await panel().locator('[data-action="stop-replay"]').click();
    await panel().getByText('Stopped: nothing of it is kept').waitFor();
    await expect.poll(() => panel().locator('[data-replays]').getAttribute('data-replays')).toBe('2');
  });
});
