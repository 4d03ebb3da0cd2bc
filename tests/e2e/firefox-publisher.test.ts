import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FirefoxPage, findFirefox, openFirefox } from './firefox-page.ts';
import { type StartedService, startService } from './started-service.ts';

const executablePath = findFirefox();
if (executablePath === undefined)
  console.warn('tests/e2e/firefox-publisher is skipped: no Firefox here. Install one or name it in SMEARSCOPE_FIREFOX.');

/** A camera that shows changing colours, and no question whether it may be used. */
const FAKE_CAMERA = { 'media.navigator.streams.fake': true, 'media.navigator.permission.disabled': true };
const ID = 'firefox';
const POLL = { timeout: 60_000 };

describe.skipIf(executablePath === undefined)('a camera sent from Firefox', { timeout: 180_000 }, () => {
  let service: StartedService;
  let page: FirefoxPage;
  const isThere = (selector: string) => page.evaluate<boolean>(`document.querySelector('${selector}') !== null`);
  const click = (selector: string) => page.evaluate(`document.querySelector('${selector}').click()`);
  const ask = async (path: string): Promise<Response> => {
    const { origin, searchParams } = new URL(service.address);
    return await fetch(new URL(path, origin), { headers: { authorization: `Bearer ${searchParams.get('token')}` } });
  };
  const camera = async (): Promise<{ state: string; source: string; session: string } | undefined> =>
    ((await (await ask('/api/cameras')).json()) as { id: string; state: string; source: string; session: string }[]).find(
      ({ id }) => id === ID,
    );
  const decoded = async (): Promise<number> => {
    const line = new RegExp(`^smearscope_frames\\{camera="${ID}",outcome="decoded".*\\} (\\d+)`, 'm');
    return Number(line.exec(await (await ask('/metrics')).text())?.[1] ?? 0);
  };

  beforeAll(async () => {
    service = await startService('simulate:?width=480&height=320', { flags: ['--um-per-px', '0.1'] });
    page = await openFirefox(executablePath as string, FAKE_CAMERA);
    await page.open(`${service.address}#/publish`);
  }, 180_000);
  afterAll(async () => {
    await page?.[Symbol.asyncDispose]();
    await service?.[Symbol.asyncDispose]();
  });

  test('is shown by the service, which counts its frames', async () => {
    await expect.poll(() => isThere('[data-action="send"]'), POLL).toBe(true);
    await page.evaluate(`(() => {
      const name = document.querySelector('input[name="camera-id"]');
      name.value = '${ID}';
      name.dispatchEvent(new Event('input', { bubbles: true }));
    })()`);
    await click('[data-action="send"]');
    await expect.poll(() => isThere('[data-sending="live"] [data-sending-rate]'), POLL).toBe(true);
    await expect.poll(camera, POLL).toMatchObject({ state: 'running', source: expect.stringMatching(/^whip:/) });
    const first = await decoded();
    await expect.poll(decoded, POLL).toBeGreaterThan(first + 30);
  });

  test('is seen by Firefox itself, each picture with its own boxes', async () => {
    await page.evaluate(`(location.hash = '#/live')`);
    // Both are read at one moment: the next picture may come between two questions.
    const frames = () =>
      page.evaluate<(string | null)[]>(
        `['picture', 'overlay'].map((of) => document.querySelector('canvas[data-field]')?.getAttribute('data-' + of + '-frame'))`,
      );
    await expect.poll(async () => (await frames())[0], POLL).toBeTruthy();
    const [picture, overlay] = await frames();
    expect(picture).toBe(overlay);
  });

  test('ends when it is stopped', async () => {
    await page.evaluate(`(location.hash = '#/publish')`);
    await expect.poll(() => isThere('[data-action="stop"]'), POLL).toBe(true);
    await click('[data-action="stop"]');
    await expect.poll(async () => (await camera())?.state, POLL).toBe('reconnecting');
  });
});
