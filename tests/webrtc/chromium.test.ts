import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publishWithBrowser, writeCameraClip } from '../../server/bench/whip-browser-publisher.ts';
import { findBrowser } from '../../server/cli/find-browser.ts';
import type { HttpServer } from '../../server/http/http-server.ts';
import { makeClip } from '../ingest/make-clip.ts';
import { startWhipServer, TOKEN } from './whip-server.ts';

const browser = await findBrowser();
if (browser === undefined) console.warn('no Chromium here: publishing from a browser is not tested');

describe.skipIf(browser === undefined)('Chromium with a clip as its camera', () => {
  let folder = '';
  let server: HttpServer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'smearscope-chromium-'));
    await makeClip(join(folder, 'clip.mp4'), { widthPx: 640, heightPx: 360, frames: 90 });
    await writeCameraClip(join(folder, 'clip.mp4'), join(folder, 'clip.mjpeg'), new AbortController().signal);
    server = await startWhipServer(folder);
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  test.each(['VP8', 'H264'])(
    'publishes %s, and the camera waits again when the page ends it',
    async (codec) => {
      const cameraId = codec.toLowerCase();
      const publisher = await publishWithBrowser({ clip: join(folder, 'clip.mjpeg'), url: server.url, cameraId, token: TOKEN, codec });
      try {
        const camera = server.cameras.get(cameraId)!;
        expect(camera.status.source).toBe('whip:');
        const seen = (): number => {
          const { decoded = 0, dropped: { source = 0 } = {} } = camera.report?.frames ?? {};
          return decoded + source;
        };
        await expect.poll(seen, { timeout: 60_000 }).toBeGreaterThan(20);
        expect(camera.status.state).toBe('running');
        expect((await publisher.sending()).state).toBe('connected');
        expect(await publisher.end()).toBe(200);
        await expect.poll(() => camera.status.reason, { timeout: 10_000 }).toBe('waiting for a publisher');
      } finally {
        await publisher[Symbol.asyncDispose]();
        await server.cameras.remove(cameraId);
      }
    },
    120_000,
  );
});
