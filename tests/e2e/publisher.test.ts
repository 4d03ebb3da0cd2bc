import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findBrowser } from './find-browser.ts';
import { type StartedService, startService } from './started-service.ts';

const executablePath = await findBrowser();
if (executablePath === undefined) console.warn('tests/e2e is skipped: no Chromium here. Install one or name it in SMEARSCOPE_BROWSER.');

const SIZE = { width: 1280, height: 720 };
const FLAGS = ['--um-per-px', '0.1'];
/** Keeps the page's connections at hand, so that one can be told to be in a state that a network takes minutes to bring about. */
const KEEP_CONNECTIONS = `
  window.connections = [];
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...all) { super(...all); connections.push(this); }
    pretend(state) {
      if (state) Object.defineProperty(this, 'connectionState', { value: state, configurable: true });
      else delete this.connectionState;
      this.dispatchEvent(new Event('connectionstatechange'));
    }
  };
`;

describe.skipIf(executablePath === undefined)('this computer’s camera', { timeout: 120_000 }, () => {
  let service: StartedService;
  let browser: Browser;
  let allowed: BrowserContext;
  let page: Page;

  const opened = async (context: BrowserContext, query = ''): Promise<Page> => {
    const made = await context.newPage();
    made.setDefaultTimeout(40_000);
    const address = new URL(service.address);
    if (query !== '') address.search = query;
    await made.addInitScript(KEEP_CONNECTIONS);
    await made.goto(`${address}#/publish`);
    return made;
  };
  const send = (from: Page) => from.locator('[data-action="send"]').click();
  const sendingIs = (from: Page, state: string) => from.locator(`[data-sending="${state}"]`).waitFor();
  const why = (from: Page) => from.locator('[data-sending-why]').textContent();
  const status = async (): Promise<{ state: string; source: string; session: string } | undefined> => {
    const token = new URL(service.address).searchParams.get('token');
    const answer = await fetch(new URL('/api/cameras', service.address), { headers: { authorization: `Bearer ${token}` } });
    return ((await answer.json()) as { id: string; state: string; source: string; session: string }[]).find(({ id }) => id === 'main');
  };

  beforeAll(async () => {
    service = await startService('simulate:?width=480&height=320', { flags: FLAGS });
    const args = ['--no-sandbox', '--disable-gpu', '--use-fake-device-for-media-stream'];
    browser = await chromium.launch({ executablePath: executablePath as string, args });
    allowed = await browser.newContext({ viewport: SIZE, permissions: ['camera'] });
    page = await opened(allowed);
  }, 150_000);
  afterAll(async () => {
    await browser?.close();
    await service?.[Symbol.asyncDispose]();
  });

  test('is sent to the service, which shows it', async () => {
    await send(page);
    await sendingIs(page, 'live');
    await expect.poll(status, { timeout: 30_000 }).toMatchObject({ state: 'running', source: expect.stringMatching(/^whip:/) });
    await page.locator('[data-sending-rate]').waitFor();
  });

  test('goes on being sent while the live picture is looked at', async () => {
    await page.getByRole('link', { name: 'Go to the live picture' }).click();
    const shown = () => page.locator('canvas[data-field]').getAttribute('data-picture-frame');
    await expect.poll(shown, { timeout: 30_000 }).toBeTruthy();
    const first = await shown();
    await expect.poll(shown, { timeout: 20_000 }).not.toBe(first);
    await page.evaluate(`location.hash = '#/publish'`);
    await sendingIs(page, 'live');
  });

  test('a connection that failed is mended by an ICE restart: the same session goes on', async () => {
    const session = await status();
    const patched = page.waitForResponse((answer) => answer.request().method() === 'PATCH');
    await page.evaluate(`connections.at(-1).pretend('failed')`);
    const answer = await patched;
    expect(answer.status()).toBe(200);
    expect(await answer.text()).toMatch(/^a=ice-ufrag:/m);
    await page.evaluate(`connections.at(-1).pretend('')`);
    await sendingIs(page, 'live');
    expect(await page.evaluate('connections.length')).toBe(1);
    const ufrags = () =>
      page.evaluate(`[...connections[0].remoteDescription.sdp.matchAll(/a=ice-ufrag:(.*)/g)].map(([, ufrag]) => ufrag.trim())`);
    expect(await ufrags()).toContain(/^a=ice-ufrag:(.*)$/m.exec(await answer.text())?.[1]?.trim());
    // Over the new way come pictures as before, into the same session.
    const sent = async () => {
      const rate = await page.locator('[data-sending-rate]').getAttribute('data-sending-rate');
      return Number(rate);
    };
    await expect.poll(sent, { timeout: 30_000 }).toBeGreaterThan(0);
    await expect.poll(status, { timeout: 30_000 }).toMatchObject({ state: 'running', session: session?.session });
  });

  test('an offer that is spoilt, far too long, or without a codec that is known is refused in one line; then it works again', async () => {
    await page.locator('[data-action="stop"]').click();
    const spoilt: readonly (readonly [what: string, change: (sdp: string) => string, told: RegExp])[] = [
      ['malformed', (sdp) => `${sdp.slice(0, 90)}\r\nnot a line of it`, /no SDP offer .*: .*reload the page/i],
      ['of 10 MB', (sdp) => sdp + 'a=x-filler:smear\r\n'.repeat(600_000), /SDP of more than .* is not read.*reload the page/i],
      [
        'of an unknown codec',
        (sdp) => sdp.replaceAll(/(VP8|VP9|H264|AV1|H265|HEVC)\/90000/g, 'X-CELLS/90000'),
        /no codec of the offer is known.*another browser/i,
      ],
    ];
    for (const [what, change, told] of spoilt) {
      await page.route(/\/whip$/, (route) => route.continue({ postData: change(route.request().postData() ?? '') }), { times: 1 });
      await send(page);
      await expect.poll(() => why(page), { timeout: 30_000 }).toMatch(told);
      expect(await why(page), what).not.toContain('\n');
      await sendingIs(page, 'stopped');
    }
    await send(page);
    await sendingIs(page, 'live');
    await expect.poll(status, { timeout: 30_000 }).toMatchObject({ state: 'running' });
  });

  test('unplugged, it is missed in one line; plugged in again, sending goes on', async () => {
    await page.evaluate(`document.querySelector('video').srcObject.getVideoTracks()[0].dispatchEvent(new Event('ended'))`);
    await sendingIs(page, 'unplugged');
    await expect.poll(() => why(page)).toMatch(/plug it in again/);
    await page.evaluate(`navigator.mediaDevices.dispatchEvent(new Event('devicechange'))`);
    await sendingIs(page, 'live');
  });

  test('after a restart of the service it is sent again, in the same camera', async () => {
    const port = Number(new URL(service.address).port);
    await service[Symbol.asyncDispose]();
    await sendingIs(page, 'waiting');
    expect(await why(page)).toMatch(/trying again/);
    service = await startService('simulate:?width=480&height=320', { port, flags: FLAGS });
    await sendingIs(page, 'live');
    await expect.poll(async () => (await status())?.source, { timeout: 30_000 }).toMatch(/^whip:/);
  });

  test('a page that is closed takes its camera with it', async () => {
    await page.close();
    await expect.poll(async () => (await status())?.state, { timeout: 20_000 }).not.toBe('running');
  });

  test('with a wrong token, or a camera that is not allowed, it says so in one line and does not try again', async () => {
    const stranger = await opened(allowed, '?token=wrong');
    await send(stranger);
    await expect.poll(() => why(stranger), { timeout: 20_000 }).toMatch(/token is missing or wrong/);
    await sendingIs(stranger, 'stopped');
    await stranger.close();

    const denied = await opened(await browser.newContext({ viewport: SIZE }));
    await send(denied);
    await expect.poll(() => why(denied), { timeout: 20_000 }).toMatch(/allow it at the camera sign/);
    await sendingIs(denied, 'stopped');
    await denied.close();
  });
});
