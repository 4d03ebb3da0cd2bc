import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findBrowser } from './find-browser.ts';
import { type StartedService, startService } from './started-service.ts';

const executablePath = await findBrowser();
if (executablePath === undefined) console.warn('tests/e2e is skipped: no Chromium here. Install one or name it in SMEARSCOPE_BROWSER.');

const LINE = 'The disk with the data cannot be read: look at its cable';
const REFUSED = { status: 503, json: { error: { kind: 'unavailable', message: LINE } } };

/** A place of the page, how it is opened, what it asks the service for, and what it says while it waits and when there is nothing. */
type Place = {
  readonly name: string;
  readonly at: (session: string) => string;
  readonly open?: (page: Page) => Promise<void>;
  readonly asks: RegExp;
  readonly waiting: readonly string[];
  readonly empty: readonly (string | RegExp)[];
};
const review = (session: string) => `#/sessions?id=${session}`;
const press = (selector: string) => (page: Page) => page.locator(selector).click();

const PLACES: readonly Place[] = [
  {
    name: 'gallery',
    at: () => '#/gallery',
    asks: /\/cells\?/,
    waiting: ['Reading the cells…'],
    empty: ['Cells appear here as they are found.'],
  },
  {
    name: 'cell',
    at: () => '#/gallery?cell=7',
    asks: /\/cells\/7$/,
    waiting: ['Reading what is known of the cell…'],
    empty: [/no cell 7/i],
  },
  {
    name: 'settings',
    at: () => '#/settings',
    asks: /\/api\/settings$/,
    waiting: ['Reading the settings…'],
    empty: [/^kept /],
  },
  {
    name: 'calibration',
    at: () => '#/calibration',
    asks: /\/api\/calibration$/,
    waiting: ['Reading the profiles…'],
    empty: ['No profile yet.'],
  },
  {
    name: 'training',
    at: () => '#/train',
    asks: /\/api\/(training\/sessions|models|jobs)/,
    waiting: ['Looking for corrected sessions…', 'Looking for trainings…', 'Looking which bundle is in use…'],
    empty: ['Nothing to learn from yet.', 'No training yet.', 'as shipped'],
  },
  { name: 'review', at: review, asks: /\/timeline\?/, waiting: ['Opening the session…'], empty: ['Unnamed specimen'] },
  {
    name: 'recording',
    at: review,
    asks: /\/frames\?/,
    waiting: ['Opening the recording…'],
    empty: [/^frame \d|neither video nor pictures/],
  },
  {
    name: 'slide of a session',
    at: review,
    open: press('[data-view="slide"]'),
    asks: /\/keyframes\?.*pictures=true/,
    waiting: ['Reading the slide…'],
    empty: [],
  },
  {
    name: 'gallery of a session',
    at: review,
    open: press('[data-view="gallery"]'),
    asks: /\/cells\?/,
    waiting: ['Reading the cells…'],
    empty: ['This session has no cells.'],
  },
  {
    name: 'queue',
    at: review,
    open: press('[data-view="queue"]'),
    asks: /\/cells\?/,
    waiting: ['Reading the cells…'],
    empty: ['This session has no cells.'],
  },
  {
    name: 'history',
    at: review,
    open: press('[data-side="history"]'),
    asks: /\/corrections\?/,
    waiting: ['Reading…'],
    empty: ['Nothing was corrected yet.'],
  },
  {
    name: 'agreement',
    at: review,
    open: press('[data-side="readers"]'),
    asks: /\/agreement$/,
    waiting: ['Comparing the readings…'],
    empty: ['Read as the second reader'],
  },
  {
    name: 'replay',
    at: review,
    open: press('[data-side="replay"]'),
    asks: /\/(replays|api\/models)$/,
    waiting: ['Looking for replays…'],
    empty: ['What was counted stays as it is.'],
  },
];

describe.skipIf(executablePath === undefined)('panels that have nothing to show say so', { timeout: 120_000 }, () => {
  let service: StartedService;
  let browser: Browser;
  let page: Page;
  let session = '';
  let complaints: string[] = [];

  const sees = (text: string | RegExp, within: Page | Locator = page) => within.getByText(text).filter({ visible: true }).first().waitFor();
  const open = async (hash: string): Promise<void> => {
    await page.goto('about:blank');
    await page.goto(`${service.address}${hash}`);
  };
  /** Holds back what is asked for, until it is refused; until `off` it stays so. */
  const hold = async (asks: RegExp): Promise<{ refuse(): void; off(): Promise<void> }> => {
    const gate = Promise.withResolvers<void>();
    await page.route(asks, async (route) => {
      await gate.promise;
      // The page may have gone elsewhere meanwhile.
      await route.fulfill(REFUSED).catch(() => {});
    });
    return { refuse: () => gate.resolve(), off: () => page.unroute(asks) };
  };

  beforeAll(async () => {
    service = await startService('simulate:?view=empty&width=320&height=240');
    const answer = await fetch(new URL('/api/cameras', service.address), { headers: { authorization: 'Bearer only-for-this-test-run' } });
    session = ((await answer.json()) as { session: string }[])[0]?.session ?? '';
    browser = await chromium.launch({
      executablePath: executablePath as string,
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run'],
    });
    page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    page.setDefaultTimeout(40_000);
    page.on('console', (message) => message.type() === 'error' && complaints.push(`${message.text()} ${message.location().url}`));
    page.on('pageerror', (error) => complaints.push(error.message));
  }, 150_000);
  afterAll(async () => {
    await browser?.close();
    await service?.[Symbol.asyncDispose]();
  });

  test.each(PLACES)('$name: waiting, refused, and with nothing in it', async ({ at, open: further, asks, waiting, empty }) => {
    complaints = [];
    const held = await hold(asks);
    await open(at(session));
    await further?.(page);
    for (const text of waiting) await sees(text);
    held.refuse();
    await sees(LINE);
    // Of several questions the last may be refused a little later.
    for (const text of waiting)
      await expect.poll(() => page.getByText(text).filter({ visible: true }).count(), { message: text, timeout: 20_000 }).toBe(0);
    await held.off();
    for (const button of (await page.getByRole('button', { name: /^(Try again|Compare again)$/ }).all()).toReversed())
      await button.click({ timeout: 5000 }).catch(() => {});
    for (const text of empty) await sees(text);
    await expect.poll(() => page.getByText(LINE).filter({ visible: true }).count(), { timeout: 20_000 }).toBe(0);
    expect(complaints.filter((text) => !/status of (503|404|409)/.test(text))).toEqual([]);
  });

  test('sessions and cameras: waiting, refused, and with nothing in them', async () => {
    complaints = [];
    for (const [hash, asks, waiting, none, empty] of [
      ['#/sessions', /\/api\/sessions\?/, 'Reading the sessions…', { sessions: [], total: 0 }, 'No session yet'],
      ['#/cameras', /\/api\/cameras$/, 'Asking for the cameras…', [], 'No camera is open.'],
    ] as const) {
      const held = await hold(asks);
      await open(hash);
      await sees(waiting);
      held.refuse();
      await sees(LINE);
      await held.off();
      await page.route(asks, (route) => route.fulfill({ json: none }));
      await page.getByRole('button', { name: 'Try again' }).click();
      await sees(empty);
      await page.unroute(asks);
    }
    expect(complaints.filter((text) => !/status of 503/.test(text))).toEqual([]);
  });

  test('live, slide and calibration: before the first frame, and without a service', async () => {
    complaints = [];
    let hangUp = (): void => {};
    await page.routeWebSocket(/\/live\?/, (socket) => {
      hangUp = () => void socket.close();
    });
    await open('#/live');
    await sees('The service is asked for the live picture.');
    await sees('Waiting for the service…', page.getByRole('region', { name: 'Slide map' }));
    await sees('Counts appear with the first frame.');
    for (const [tab, text] of [
      ['Counts over time', 'The curves begin with the first counted cells.'],
      ['Stream health', 'Readings come with the first frames.'],
      ['Events', 'Nothing has happened yet.'],
    ] as const) {
      await page.getByRole('tab', { name: tab }).click();
      await sees(text);
    }
    for (const [id, text] of [
      ['slide', 'Waiting for the service…'],
      ['calibration', 'Waiting for a picture…'],
      ['cameras', 'Waiting for a picture…'],
    ] as const) {
      await page.locator(`[data-page-link="${id}"]`).click();
      await sees(text, page.locator(`[data-page="${id}"]`));
    }
    const held = await hold(/\/api\/cameras$/);
    held.refuse();
    hangUp();
    await page.locator('[data-page-link="live"]').click();
    await sees('No connection to the service');
    for (const id of ['live', 'slide', 'calibration']) {
      await page.locator(`[data-page-link="${id}"]`).click();
      await sees(LINE, page.locator(`[data-page="${id}"]`));
    }
    await held.off();
    expect(complaints.filter((text) => !/status of 503/.test(text))).toEqual([]);
  });

  test('a source cannot be looked for, a token is wrong, an answer is not understood', async () => {
    complaints = [];
    const other = await browser.newPage();
    other.on('pageerror', (error) => complaints.push(error.message));
    await other.route(/\/api\/sources$/, (route) => route.fulfill(REFUSED));
    await other.goto(`${service.address}#/live`);
    await other.keyboard.press('s');
    await sees(LINE, other.getByRole('dialog'));
    await other.goto(`${new URL(service.address).origin}/?token=wrong#/live`);
    await sees(/token is missing or wrong/, other);
    await other.route(/\/api\/settings$/, (route) => route.fulfill({ json: { of: 'another version' } }));
    await other.goto('about:blank');
    await other.goto(`${service.address}#/settings`);
    await sees('a form that this page does not know: reload the page', other);
    await other.close();
    expect(complaints).toEqual([]);
  });
});
