import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeFindings } from './axe-findings.ts';
import { findBrowser } from './find-browser.ts';
import { type StartedService, startService } from './started-service.ts';

const executablePath = await findBrowser();
if (executablePath === undefined) console.warn('tests/e2e is skipped: no Chromium here. Install one or name it in SMEARSCOPE_BROWSER.');

const QUIET = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update'];

describe.skipIf(executablePath === undefined)('the pages', { timeout: 120_000 }, () => {
  let service: StartedService;
  let browser: Browser;
  let page: Page;
  let folder = '';
  let file = '';
  let pageIds: string[] = [];
  const complaints: string[] = [];

  const total = async (): Promise<number> => Number(await page.locator('[data-total]').getAttribute('data-total'));
  const go = async (id: string): Promise<void> => {
    await page.locator(`[data-page-link="${id}"]`).click();
    await page.locator(`[data-page="${id}"]`).waitFor();
  };
  const setting = (key: string) => page.locator(`[data-setting="${key}"]`);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'smearscope-pages-'));
    file = join(folder, 'settings.json');
    await writeFile(file, '{}');
    service = await startService('simulate:?seed=3', { flags: ['--config', file] });
    browser = await chromium.launch({ executablePath: executablePath as string, args: QUIET });
    page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    page.setDefaultTimeout(60_000);
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(service.address);
    await page.locator('canvas[data-picture-frame]').waitFor();
    const links = await page.locator('[data-page-link]').all();
    pageIds = await Promise.all(links.map(async (link) => (await link.getAttribute('data-page-link')) ?? ''));
  }, 150_000);
  afterAll(async () => {
    await browser?.close();
    await service?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  test('are told when they can be used', async () => {
    const atMs = await page.evaluate('performance.getEntriesByName("page live")[0]?.startTime');
    console.info(`the live page could be used ${Math.round(atMs as number)} ms after it was asked for`);
    expect(atMs).toBeLessThan(10_000);
  });

  test('are reached by links, keys, the address, and back again', async () => {
    await go('settings');
    expect(await page.locator('[data-page-link="settings"]').getAttribute('aria-current')).toBe('page');
    await page.goBack();
    await page.locator('[data-page="live"]').waitFor();
    await page.locator('body').press('g');
    await page.locator('body').press('c');
    await page.locator('[data-page="cameras"]').waitFor();
    await page.goto(`${new URL(service.address).origin}/#/nowhere`);
    await page.getByText('There is no such page').waitFor();
    await page.getByRole('link', { name: 'Go to the live picture' }).click();
    await page.locator('[data-page="live"]').waitFor();
  });

  test('say so where one cannot be loaded', async () => {
    const other = await browser.newPage();
    await other.route(/settings-page[^/]*\.js/, (route) => route.abort());
    await other.goto(`${service.address}#/settings`);
    await other.locator('[data-page-failed]').waitFor();
    await other.locator('[data-page-link="live"]').click();
    await other.locator('[data-page="live"]').waitFor();
    await other.close();
  });

  test('list the keys that they bind', async () => {
    await page.locator('body').press('?');
    const legend = page.getByRole('dialog');
    await legend.getByText('show or hide a class').waitFor();
    await legend.getByText('go to settings').waitFor();
    await page.keyboard.press('Escape');
    await legend.waitFor({ state: 'detached' });
  });

  test('settings are changed, kept, hold at once, and go back to their default', async () => {
    await expect.poll(total, { timeout: 60_000 }).toBeGreaterThan(30);
    await page.waitForTimeout(3500);
    const counted = await total();
    await go('settings');
    await page.getByRole('searchbox').fill('stop rule');
    await expect.poll(() => page.locator('[data-setting]').count()).toBe(1);
    await setting('stopAt').locator('input').fill('WBC±4');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('[data-saved]').waitFor();
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ stopAt: 'WBC±4' });
    await go('live');
    await page.locator('[data-stop]').waitFor();
    await expect.poll(total, { timeout: 60_000 }).toBeGreaterThan(counted / 2);

    await page.goto(`${new URL(service.address).origin}/#/settings`);
    await expect.poll(() => setting('stopAt').locator('input').inputValue()).toBe('WBC±4');
    await setting('stopAt')
      .getByRole('button', { name: /back to the default/ })
      .click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('[data-saved]').waitFor();
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({});
  });

  test('settings that cannot be are not taken, and say why', async () => {
    await setting('threads').locator('input').fill('99');
    await setting('threads').getByText('at most 64').waitFor();
    expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
    await setting('threads').locator('input').fill('0');
    await setting('model').locator('input').fill('no-such-bundle');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect.poll(() => page.locator('[data-refusal]').textContent()).toContain('no-such-bundle');
    await page.getByRole('button', { name: 'Undo all' }).click();
    expect(await setting('host').locator('input').isDisabled()).toBe(true);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({});
  });

  test('cameras stand side by side, are opened, looked at and closed', async () => {
    await go('cameras');
    await page.locator('[data-tile="main"] canvas[data-picture-frame]').waitFor();
    await page.locator('[data-action="add-camera"]').click();
    await page.locator('input[name="seed"]').fill('5');
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    const tile = page.locator('[data-tile="camera-2"]');
    await tile.locator('canvas[data-picture-frame]').waitFor({ timeout: 60_000 });
    const count = async (): Promise<number> => Number(await tile.locator('[data-class="RBC"]').getAttribute('data-count'));
    await expect.poll(count, { timeout: 60_000 }).toBeGreaterThan(0);
    await tile.getByRole('button', { name: /live page/ }).click();
    await page.locator('[data-page="live"]').waitFor();
    await page.getByRole('combobox', { name: 'Camera: camera-2' }).waitFor();
    await go('settings');
    await page.getByRole('combobox', { name: 'Camera: camera-2' }).waitFor();
    await go('cameras');
    await page.getByRole('button', { name: 'Close camera-2' }).click();
    await page.getByRole('button', { name: 'Close the camera' }).click();
    await tile.waitFor({ state: 'detached' });
    expect(await page.getByRole('button', { name: 'Close main' }).isDisabled()).toBe(true);
  });

  test.each(['light', 'dark'] as const)('axe finds nothing in %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const id of pageIds) {
      await go(id);
      expect(await axeFindings(page, id)).toEqual([]);
    }
  });

  test.each([
    [1280, 720],
    [820, 1180],
    [640, 360],
  ])('no page is wider than a window of %d × %d', async (width, height) => {
    await page.setViewportSize({ width, height });
    for (const id of pageIds) {
      await go(id);
      expect(await page.evaluate('document.documentElement.scrollWidth'), id).toBeLessThanOrEqual(width);
    }
  });

  test('complain of nothing', () => {
    // The browser reports the refused model.
    expect(complaints.filter((text) => !/status of 4\d\d/.test(text))).toEqual([]);
  });
});
