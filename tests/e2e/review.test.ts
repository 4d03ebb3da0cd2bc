import { readFile } from 'node:fs/promises';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isFilmed, times } from '../server/sessions/painted-session.ts';
import { axeFindings } from './axe-findings.ts';
import { findBrowser } from './find-browser.ts';
import { readPainted } from './read-painted.ts';
import { PAINTED, startRecordedSessions } from './recorded-sessions.ts';
import type { StartedService } from './started-service.ts';

const executablePath = await findBrowser();
if (executablePath === undefined) console.warn('tests/e2e is skipped: no Chromium here. Install one or name it in SMEARSCOPE_BROWSER.');

const POLL = { timeout: 60_000 };

describe.skipIf(executablePath === undefined)('recorded sessions', { timeout: 120_000 }, () => {
  let service: StartedService;
  let browser: Browser;
  let page: Page;
  let counted = '';
  const complaints: string[] = [];

  const origin = () => new URL(service.address).origin;
  const open = async (hash: string): Promise<void> => {
    // A page that is left is gone before the next one comes.
    await page.goto(`${origin()}/#/live`);
    await page.locator('[data-page="live"]').waitFor();
    await page.goto(`${origin()}/${hash}`);
  };
  const review = async (id: string, more = ''): Promise<void> => {
    await open(`#/sessions?id=${id}${more}`);
    await page.locator('canvas[data-review-frame][data-picture-frame]').waitFor();
  };
  const frame = async (): Promise<number> => Number(await page.locator('canvas[data-review-frame]').getAttribute('data-overlay-frame'));
  const head = async (): Promise<number> => Number(await page.locator('[data-review]').getAttribute('data-head'));
  const count = async (name: string): Promise<number> =>
    Number(await page.locator(`[data-class="${name}"][data-counted]`).getAttribute('data-count'));
  const total = async (): Promise<number> => (await count('RBC')) + (await count('WBC')) + (await count('Platelets'));

  beforeAll(async () => {
    ({ service, counted } = await startRecordedSessions());
    browser = await chromium.launch({
      executablePath: executablePath as string,
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run'],
    });
    page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    page.setDefaultTimeout(60_000);
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(service.address);
  }, 400_000);
  afterAll(async () => {
    await browser?.close();
    await service?.[Symbol.asyncDispose]();
  });

  test('are listed, named, found again, and opened', async () => {
    await open('#/sessions');
    const row = page.locator(`[data-session="${counted}"]`);
    await row.locator('[data-action="edit"]').click();
    await page.locator('input[name="specimenId"]').fill('S-2026-0147');
    await page.locator('input[name="operator"]').fill('Reader A');
    await page.locator('input[name="flags"]').fill('teaching, second opinion, teaching');
    await page.getByRole('button', { name: 'Save' }).click();
    await row.getByText('S-2026-0147').waitFor();
    await expect.poll(() => row.getByText('teaching').count(), POLL).toBe(1);
    await page.getByRole('searchbox').fill('reader 0147');
    await expect.poll(() => page.locator('[data-session]').count(), POLL).toBe(1);
    await page.getByRole('searchbox').fill('nothing is called so');
    await page.getByText('No session is like that.').waitFor();
    await page.getByRole('button', { name: 'Show all sessions' }).click();
    await row.getByRole('link').click();
    await page.locator(`[data-review="${counted}"]`).waitFor();
  });

  test('show exactly the frame that is asked for, by the number painted into it', async () => {
    await review(PAINTED);
    const filmed = times.map((_, id) => id).filter(isFilmed);
    await expect.poll(frame, POLL).toBe(filmed[0]);
    await page.evaluate(readPainted);
    await page.locator('[data-cells]').focus();
    for (let i = 0; i < 6; i++) await page.keyboard.press('ArrowRight');
    await expect.poll(frame, POLL).toBe(filmed[6]);
    for (let i = 0; i < 3; i++) await page.keyboard.press('Shift+ArrowRight');
    await expect.poll(frame, POLL).toBe(filmed[36]);
    await page.keyboard.press('ArrowLeft');
    await expect.poll(frame, POLL).toBe(filmed[35]);
    const bar = (await page.locator('[data-timeline] .sheet').boundingBox())!;
    const [first, last] = [times[0]!, times.at(-1)!];
    for (const share of [0.9, 0.12, 0.55, 0.31, 0.97, 0.02, 0.74]) {
      await page.mouse.click(bar.x + share * bar.width, bar.y + 30);
      const ms = first + share * (last - first);
      const expected = filmed.findLast((id) => times[id]! <= ms) ?? filmed[0]!;
      // A screen pixel is some milliseconds wide.
      await expect.poll(async () => Math.abs((await frame()) - expected), POLL).toBeLessThanOrEqual(1);
    }
    await page.keyboard.press('Space');
    await expect.poll(() => page.evaluate('window.read.length'), POLL).toBeGreaterThan(60);
    await page.keyboard.press('Space');
    const read = (await page.evaluate('window.read')) as [number, number, number][];
    for (const [painted, picture, overlay] of read) expect([painted, picture]).toEqual([overlay, overlay]);
  });

  test('show the very same frames where the browser cannot decode the video', async () => {
    const other = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    await other.addInitScript(
      `VideoDecoder.prototype.configure = () => { throw new DOMException('no such codec', 'NotSupportedError'); };`,
    );
    await other.goto(`${service.address}#/sessions?id=${PAINTED}`);
    await other.locator('canvas[data-review-frame][data-picture-frame]').waitFor();
    await other.evaluate(readPainted);
    await other.locator('[data-cells]').focus();
    for (let i = 0; i < 4; i++) await other.keyboard.press('Shift+ArrowRight');
    await expect.poll(() => other.evaluate('window.look()'), POLL).toEqual([41, 41, 41]);
    await other.getByText('pictures come one by one').waitFor();
    await other.close();
  });

  test('a cell is given another class by one key, under a name that is asked for once, and taken back', async () => {
    await review(counted);
    await page.locator('[data-cells]').focus();
    await page.keyboard.press('ArrowDown');
    await page.locator('[data-selected="1"]').waitFor();
    await page.locator('aside [data-cell]').waitFor();
    const before = await count('Platelets');
    const name = (await page.locator('aside [data-cell] .class').textContent()) ?? '';
    await page.keyboard.press(name.includes('Platelets') ? '1' : '3');
    await page.getByLabel('Your name').fill('Reader A');
    await page.keyboard.press('Enter');
    await expect.poll(head, POLL).toBe(1);
    await expect.poll(async () => Math.abs((await count('Platelets')) - before), POLL).toBe(1);
    await page.keyboard.press('Control+z');
    await expect.poll(head, POLL).toBe(2);
    await expect.poll(() => count('Platelets'), POLL).toBe(before);
    await page.keyboard.press('Control+Shift+Z');
    await expect.poll(head, POLL).toBe(3);
    await expect.poll(async () => Math.abs((await count('Platelets')) - before), POLL).toBe(1);
    await page.locator('[data-side="history"]').click();
    await page.locator('[data-history="3"]').getByText('Reader A').first().waitFor();
  });

  test('cells are added, split, merged and deleted by keys, and several chosen at once', async () => {
    await review(counted);
    await page.locator('[data-cells]').focus();
    const before = await total();
    const from = await head();
    await page.keyboard.press('a');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await expect.poll(head, POLL).toBe(from + 1);
    await expect.poll(total, POLL).toBe(before + 1);
    await page.keyboard.press('s');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await page.keyboard.press('s');
    await expect.poll(head, POLL).toBe(from + 2);
    await expect.poll(total, POLL).toBe(before + 2);
    await page.locator('[data-selected="2"]').waitFor();
    await page.keyboard.press('j');
    await expect.poll(head, POLL).toBe(from + 3);
    await expect.poll(total, POLL).toBe(before + 1);
    await page.keyboard.press('Delete');
    await expect.poll(head, POLL).toBe(from + 4);
    await expect.poll(total, POLL).toBe(before);
    const box = (await page.locator('[data-cells]').boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.3, box.y + 5);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.95, box.y + box.height - 5, { steps: 3 });
    await page.mouse.up();
    await expect.poll(async () => Number(await page.locator('[data-selected]').getAttribute('data-selected')), POLL).toBeGreaterThan(2);
    await page.keyboard.press('u');
    await expect.poll(head, POLL).toBe(from + 5);
    await page.keyboard.press('v');
    await expect.poll(head, POLL).toBe(from + 6);
    await page.getByText('1 fields reviewed').waitFor();
  });

  test('the queue begins with the least certain cell, and one key goes on to the next', async () => {
    await page.keyboard.press('q');
    await page.locator('[data-queue="0"] [data-place-of]').waitFor();
    const from = await head();
    await page.keyboard.press('Enter');
    await page.locator('[data-queue="1"]').waitFor();
    await expect.poll(head, POLL).toBe(from);
    const cell = await page.locator('[data-queue]').getAttribute('data-queue-cell');
    const wanted = (await page.locator('figcaption').textContent())?.includes('White') ? 1 : 2;
    await page.keyboard.press(String(wanted));
    await page.locator('[data-queue="2"]').waitFor();
    await expect.poll(head, POLL).toBe(from + 1);
    await page.keyboard.press('ArrowLeft');
    await page.locator(`[data-queue-cell="${cell}"]`).waitFor();
    await page.locator('figcaption').getByText('reclassified').waitFor();
  });

  test('the slide and the gallery show the cells as they are now', async () => {
    await page.locator('[data-view="slide"]').click();
    await page.locator('[data-slide-ready="true"]').waitFor();
    await expect
      .poll(async () => Number(await page.locator('[data-slide-cells]').getAttribute('data-slide-cells')), POLL)
      .toBeGreaterThan(10);
    await page.locator('[data-view="gallery"]').click();
    await page.locator('[data-tile]').first().waitFor();
    await page.locator('[data-tile]').first().click();
    await page
      .locator('[data-tile]')
      .nth(1)
      .click({ modifiers: ['Shift'] });
    await page.locator('[data-selected="2"]').waitFor();
    const from = await head();
    await page.locator('[data-give="Platelets"]').click();
    await expect.poll(head, POLL).toBe(from + 1);
  });

  test('a reading is signed, which locks its version until something is changed', async () => {
    await page.locator('[data-side="sign"]').click();
    await page.locator('[data-version="1"][data-locked="false"]').waitFor();
    await page.locator('[data-action="sign"]').click();
    await page.getByRole('button', { name: 'Sign', exact: true }).click();
    await page.locator('[data-version="1"][data-locked="true"]').waitFor();
    expect(await page.locator('[data-signature]').textContent()).toContain('Reader A');
    await page.keyboard.press('Control+z');
    await page.locator('[data-version="2"][data-locked="false"]').waitFor();
  });

  test('a reading is downloaded in the formats that the service offers', async () => {
    await page.locator('[data-action="export"]').click();
    await page.locator('[data-export]').first().waitFor();
    const offered = await page.locator('[data-export]').evaluateAll((links) => links.map((link) => link.getAttribute('data-export')));
    expect(offered).toEqual(
      expect.arrayContaining(['pdf', 'fhir', 'counts', 'csv', 'geojson', 'ome-tiff', 'coco', 'yolo', 'yolo-seg', 'voc', 'labels', 'mot']),
    );
    const coming = page.waitForEvent('download');
    await page.locator('[data-export="csv"]').click();
    const text = await readFile(await (await coming).path(), 'utf8');
    expect(text.split('\n').length).toBeGreaterThan(10);
  });

  test('a second reader sees nothing of the first, and the two are compared', async () => {
    await review(counted, '&reading=2');
    await expect.poll(head, POLL).toBe(0);
    for (const name of ['RBC', 'WBC', 'Platelets'])
      expect(await count(name)).toBe(Number(await page.locator(`[data-class="${name}"][data-counted]`).getAttribute('data-counted')));
    await page.locator('[data-side="history"]').click();
    await page.getByText('Nothing was corrected yet').waitFor();
    await page.locator('[data-side="readers"]').click();
    await page.getByText('You read blinded').waitFor();
    await page.locator('[data-cells]').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('2');
    await page.getByLabel('Your name').fill('Reader B');
    await page.keyboard.press('Enter');
    // Rows of both readings are numbered together.
    await expect.poll(head, POLL).toBeGreaterThan(0);
    await review(counted);
    await page.locator('[data-side="readers"]').click();
    await page.locator('[data-kappa]').waitFor();
    await page.locator('[data-difference]').first().click();
    await page.locator('[data-selected="1"]').waitFor();
  });

  test.each(['light', 'dark'] as const)('axe finds nothing in %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const check = async (where: string): Promise<void> => expect(await axeFindings(page, where)).toEqual([]);
    await review(counted);
    for (const view of ['video', 'slide', 'gallery', 'queue']) {
      await page.locator(`[data-view="${view}"]`).click();
      await check(view);
    }
    for (const side of ['cell', 'history', 'readers', 'sign', 'replay']) {
      await page.locator(`[data-side="${side}"]`).click();
      await check(side);
    }
  });

  test.each([
    [1280, 720],
    [820, 1180],
    [640, 360],
  ])('nothing is wider than a window of %d × %d', async (width, height) => {
    await page.setViewportSize({ width, height });
    await review(counted);
    for (const view of ['video', 'slide', 'gallery', 'queue']) {
      await page.locator(`[data-view="${view}"]`).click();
      expect(await page.evaluate('document.documentElement.scrollWidth'), view).toBeLessThanOrEqual(width);
    }
    await page.setViewportSize({ width: 1280, height: 720 });
  });

  test('are deleted after a question, and the page complains of nothing', async () => {
    await open('#/sessions');
    await page.locator(`[data-session="${PAINTED}"] [data-action="delete"]`).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.locator(`[data-session="${PAINTED}"]`).waitFor({ state: 'detached' });
    // The browser reports refused requests by itself: there is no second reading at first, and pictures on their way when a view is left.
    expect(complaints.filter((text) => !/status of 4\d\d|Image load aborted|failed to load/.test(text))).toEqual([]);
  });
});
