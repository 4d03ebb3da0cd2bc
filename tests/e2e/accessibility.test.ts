import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeFindings } from './axe-findings.ts';
import { findBrowser } from './find-browser.ts';
import { type StartedService, startService } from './started-service.ts';

const executablePath = await findBrowser();
if (executablePath === undefined) console.warn('tests/e2e is skipped: no Chromium here. Install one or name it in SMEARSCOPE_BROWSER.');

const SIZE = { width: 1280, height: 720 };

/** What of a page can be scrolled to the side: nothing but what is a table or a picture may. */
const WIDE = `[...document.querySelectorAll('html, body, main, main *')].filter((element) => {
  const { overflowX } = getComputedStyle(element);
  const scrolls = element === document.documentElement || overflowX === 'auto' || overflowX === 'scroll';
  return scrolls && element.scrollWidth > element.clientWidth + 1 && !element.querySelector(':scope > table') && !element.matches('table');
}).map((element) => element.tagName + '.' + element.className + ' ' + element.scrollWidth + ' > ' + element.clientWidth)`;

/** What has the focus: where it is, and whether one can see that. */
const FOCUSED = `(() => {
  const element = document.activeElement;
  if (!element || element === document.body) return undefined;
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
  const { left, top, width, height } = element.getBoundingClientRect();
  const marked = (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none' ||
    // A range or a switch that is drawn by its parts bears the mark on one of them.
    [...element.querySelectorAll('*'), element.parentElement].some((part) => getComputedStyle(part).outlineStyle !== 'none' || getComputedStyle(part).boxShadow !== 'none');
  const name = (element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 40);
  return { name: element.tagName + ' ' + name, marked, inView: width > 0 && height > 0 && left >= -1 && top >= -1 && left < innerWidth && top < innerHeight };
})()`;
type Focused = { readonly name: string; readonly marked: boolean; readonly inView: boolean };

describe.skipIf(executablePath === undefined)('everybody can use the pages', { timeout: 240_000 }, () => {
  let service: StartedService;
  let browser: Browser;
  let page: Page;
  let pageIds: string[] = [];

  const go = async (id: string): Promise<void> => {
    await page.evaluate(`location.hash = '#/${id}'`);
    await page.locator(`[data-page="${id.split('?')[0]}"]`).waitFor();
  };
  const barriers = (what: string): Promise<string[]> => axeFindings(page, what);
  const close = () => page.keyboard.press('Escape');

  beforeAll(async () => {
    service = await startService('simulate:?seed=3', { flags: ['--stop-at', 'WBC±3'] });
    browser = await chromium.launch({
      executablePath: executablePath as string,
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run'],
    });
    page = await browser.newPage({ viewport: SIZE, reducedMotion: 'reduce' });
    page.setDefaultTimeout(60_000);
    await page.goto(service.address);
    await page.locator('canvas[data-picture-frame]').waitFor();
    const links = await page.locator('[data-page-link]').all();
    pageIds = await Promise.all(links.map(async (link) => (await link.getAttribute('data-page-link')) ?? ''));
    const counted = async (): Promise<number> => Number(await page.locator('[data-total]').getAttribute('data-total'));
    for (const deadline = Date.now() + 120_000; (await counted()) <= 20 && Date.now() < deadline; ) await page.waitForTimeout(250);
  }, 200_000);
  afterAll(async () => {
    await browser?.close();
    await service?.[Symbol.asyncDispose]();
  });

  describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
    beforeAll(() => page.emulateMedia({ colorScheme, reducedMotion: 'reduce' }));

    test.each([
      ['the legend', '?'],
      ['the choice of a source', 's'],
      ['the question before a new count', 'r'],
    ])('axe finds nothing in %s, which takes the focus and gives it back', async (what, key) => {
      await go('live');
      await page.locator('[data-action="source"]').focus();
      await page.keyboard.press(key);
      const dialog = page.locator('[role="dialog"], [role="alertdialog"]');
      await dialog.waitFor();
      expect(await barriers(what)).toEqual([]);
      expect(await page.evaluate(`document.activeElement.closest('[role="dialog"], [role="alertdialog"]') !== null`)).toBe(true);
      await close();
      await dialog.waitFor({ state: 'detached' });
      expect(await page.evaluate(`document.activeElement.dataset.action`)).toBe('source');
    });

    test('axe finds nothing in the layers, the lists of choices and the tabs of the live page', async () => {
      await go('live');
      await page.locator('[data-action="layers"]').click();
      expect(await barriers('layers')).toEqual([]);
      await close();
      for (const tab of await page.locator('[data-tab]').all()) {
        await tab.click();
        expect(await barriers(`tab ${await tab.getAttribute('data-tab')}`)).toEqual([]);
      }
      await go('gallery');
      await page.locator('.ui-choice').first().click();
      await page.locator('[role="option"].float-item, .float-item').first().waitFor();
      expect(await barriers('choices')).toEqual([]);
      await close();
    });

    test.each(['gallery', 'slide'])('axe finds nothing in a cell that is looked at on the %s page', async (id) => {
      await go('gallery');
      const cell = await page.locator('[data-tile]').first().getAttribute('data-tile');
      await go(`${id}?cell=${cell}`);
      await page.locator(`[data-cell="${cell}"]`).waitFor();
      await page.locator('[data-cell] img').waitFor();
      expect(await barriers(`cell on ${id}`)).toEqual([]);
      await close();
    });
  });

  test('the focus can be seen wherever it is', async () => {
    for (const id of pageIds) {
      await go(id);
      await page.evaluate(`document.activeElement?.blur()`);
      const seen: string[] = [];
      for (let i = 0; i < 40; i++) {
        await page.keyboard.press('Tab');
        const focused = (await page.evaluate(FOCUSED)) as Focused | undefined;
        if (focused === undefined) break;
        expect(focused, `${id}, after ${seen.at(-1)}`).toMatchObject({ marked: true, inView: true });
        seen.push(focused.name);
      }
      expect(seen.length, id).toBeGreaterThan(5);
    }
  });

  test.each([
    ['at 200 %', 640, 360],
    ['on a tablet held upright', 768, 1024],
    ['on a tablet held across', 1024, 768],
  ])('nothing is scrolled to the side %s', async (_, width, height) => {
    await page.setViewportSize({ width, height });
    for (const id of pageIds) {
      await go(id);
      await expect.poll(() => page.evaluate(WIDE), { message: `${id} at ${width}×${height}`, timeout: 10_000 }).toEqual([]);
    }
    await go('live');
    await page.keyboard.press('?');
    await page.locator('[role="dialog"]').waitFor();
    expect(await page.evaluate(WIDE.replace("'html, body, main, main *'", "'html, .modal-sheet, .modal-sheet *'"))).toEqual([]);
    await close();
    await page.setViewportSize(SIZE);
  });
});
