import { mkdtemp, rm, stat, truncate } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toFault } from '../../domain/fault.ts';
import { backOffMs } from '../../server/ingest/open-source.ts';
import { makeClip } from './make-clip.ts';
import { startMjpegPeer } from './mjpeg-peer.ts';
import { startRtspPeer } from './rtsp-peer.ts';
import { serveFile } from './serve-file.ts';
import { rising, settled, watch } from './watch-source.ts';

let dir: string;
let clip: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'source-'));
  clip = join(dir, 'clip.mp4');
  await makeClip(clip, { frames: 60 });
});
afterAll(() => rm(dir, { recursive: true }));

describe('a file opened live', () => {
  test('plays at its own pace, each frame at its time, and completes', async () => {
    const source = watch(clip);
    const startedAt = performance.now();
    await source.ended;
    expect(performance.now() - startedAt).toBeGreaterThan(1900);
    expect(performance.now() - startedAt).toBeLessThan(4000);
    expect(source.stripes).toEqual(Array.from({ length: 60 }, (_, index) => index));
    expect(rising(source.atMs)).toBe(true);
    expect(source.atMs[59]! - source.atMs[0]!).toBeCloseTo(59_000 / 30, 0);
    const lateMs = source.lateMs.toSorted((a, b) => a - b);
    expect(lateMs[0]).toBeGreaterThan(-5);
    expect(lateMs[30]).toBeLessThan(40);
    await settled(source);
  });

  test('frames that nobody lets go of are dropped and counted', async () => {
    const source = watch(clip, { maxBuffers: 3, hold: true });
    await source.ended;
    expect(source.stripes).toHaveLength(3);
    expect(source.events.findLast(({ type }) => type === 'dropped')).toEqual({ type: 'dropped', total: 57 });
  });

  test('ends in silence when nobody listens any more, and holds nothing', async () => {
    const source = watch(clip);
    await source.until(5);
    source.stop();
    const frames = source.stripes.length;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(source.stripes).toHaveLength(frames);
    await settled(source);
  });

  test('a fault comes as an error of one line', async () => {
    const source = watch(join(dir, 'nowhere.mp4'));
    const error = await source.ended.catch((caught: unknown) => caught);
    expect(toFault(error)).toMatchObject({ kind: 'source', what: 'no such file or folder' });
  });
});

test('not live, a full pool holds the source back', async () => {
  const source = watch(clip, { live: false, maxBuffers: 2 });
  await source.ended;
  expect(source.stripes).toHaveLength(60);
  expect(source.events.some(({ type }) => type === 'dropped')).toBe(false);
});

describe('urls', () => {
  test('a clip over http plays as a file does', async () => {
    const server = await serveFile(clip);
    const source = watch(`http://127.0.0.1:${server.port}/clip.mp4`);
    await source.ended;
    expect(source.stripes).toEqual(Array.from({ length: 60 }, (_, index) => index));
    await server.cut();
    await settled(source);
  });

  test('a server that goes away and returns: the clip goes on where it was, and so does time', async () => {
    const long = join(dir, 'long.mp4');
    await makeClip(long, { frames: 120, containerOptions: { movflags: 'faststart' } });
    // Slowly enough that half of it is not there yet when the server goes.
    const first = await serveFile(long, 0, (await stat(long)).size / 3.5);
    const source = watch(`http://127.0.0.1:${first.port}/long.mp4`);
    await source.until(20);
    await first.cut();
    await expect.poll(() => source.events.some(({ type }) => type === 'reconnecting'), { timeout: 12_000 }).toBe(true);
    const second = await serveFile(long, first.port);
    await source.ended;
    await second.cut();
    expect(new Set(source.stripes).size).toBe(source.stripes.length);
    expect(rising(source.stripes)).toBe(true);
    expect(source.stripes.at(-1)).toBe(119);
    expect(source.stripes.length).toBeGreaterThan(110);
    expect(rising(source.atMs)).toBe(true);
    await settled(source);
  });

  test('a clip that is short by itself is played once and then said to be', async () => {
    const whole = join(dir, 'whole.mp4');
    await makeClip(whole, { frames: 40, containerOptions: { movflags: 'faststart' } });
    await truncate(whole, Math.floor((await stat(whole)).size * 0.7));
    const server = await serveFile(whole);
    const source = watch(`http://127.0.0.1:${server.port}/whole.mp4`);
    await source.ended;
    expect(new Set(source.stripes).size).toBe(source.stripes.length);
    expect(source.events.filter(({ type }) => type === 'reconnecting')).toHaveLength(1);
    expect(source.events.at(-1)).toMatchObject({ type: 'warning', text: expect.stringMatching(/ends early/) });
    await server.cut();
  });

  test('a server that is not there yet is waited for', async () => {
    const taken = await serveFile(clip);
    await taken.cut();
    const source = watch(`http://127.0.0.1:${taken.port}/clip.mp4`);
    await expect.poll(() => source.events.filter(({ type }) => type === 'reconnecting').length).toBe(2);
    expect(source.events[0]).toEqual({ type: 'reconnecting', reason: 'the connection was refused', inMs: 500, attempt: 1 });
    expect(source.events[1]).toMatchObject({ inMs: 1000, attempt: 2 });
    const server = await serveFile(clip, taken.port);
    await source.until(10);
    source.stop();
    await server.cut();
    await settled(source);
  });

  test('a page is not a video, and is not asked for again', async () => {
    const server = createServer((_, response) => response.writeHead(401).end('<p>no</p>'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const source = watch(`http://eva:geheim@127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const error = await source.ended.catch((caught: unknown) => caught);
    expect(toFault(error)).toMatchObject({ kind: 'source', what: 'the server asks for a password' });
    expect((error as Error).message).not.toContain('geheim');
    server.close();
  });

  test('a host that takes the call and says nothing is noticed within 10 s', async () => {
    const silent = createTcpServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const startedAt = performance.now();
    const sources = ['http', 'rtsp', 'rtmp'].map((protocol) => watch(`${protocol}://127.0.0.1:${port}/a/b`));
    await Promise.all(
      sources.map((source) => expect.poll(() => source.events.some(({ type }) => type === 'reconnecting'), { timeout: 12_000 }).toBe(true)),
    );
    expect(performance.now() - startedAt).toBeLessThan(11_000);
    for (const source of sources) source.stop();
    await Promise.all(sources.map(({ ended }) => Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 50))])));
    silent.close();
  });
});

describe('live streams from a peer of our own', () => {
  const freePort = async (): Promise<number> => {
    const server = createTcpServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise<void>((resolve) => server.close(() => resolve()));
    return port;
  };

  /** A sender that waits for the one who watches. */
  const startSrtPeer = async (port: number) => {
    const ending = new AbortController();
    const url = `srt://127.0.0.1:${port}?mode=listener`;
    const done = makeClip(url, { frames: 4000, container: 'mpegts', paced: true, signal: ending.signal }).catch(() => {});
    return {
      port,
      stop: async () => {
        ending.abort();
        await done;
      },
    };
  };

  test.each([
    ['rtsp', startRtspPeer, 'one'],
    ['srt', startSrtPeer, ''],
    ['http', startMjpegPeer, 'live.mjpg'],
  ] as const)('%s: frames come, the peer goes and returns, time goes on', async (protocol, start, path) => {
    const port = await freePort();
    const peer = await start(port);
    const source = watch(`${protocol}://127.0.0.1:${port}/${path}`);
    const reconnecting = () => source.events.filter(({ type }) => type === 'reconnecting').length;
    try {
      await source.until(30);
      expect(rising(source.stripes)).toBe(true);
      const before = reconnecting();
      await peer.stop();
      await expect.poll(reconnecting, { timeout: 15_000 }).toBeGreaterThan(before);
      const again = await start(port);
      try {
        await source.until(source.stripes.length + 30);
      } finally {
        source.stop();
        await again.stop();
      }
    } finally {
      source.stop();
    }
    expect(rising(source.atMs)).toBe(true);
    expect(Math.min(...source.lateMs)).toBeGreaterThanOrEqual(0);
    await settled(source);
  });
});

test('a camera that falls silent is noticed after 5 s', async () => {
  const peer = await startMjpegPeer();
  const source = watch(`http://127.0.0.1:${peer.port}/live.mjpg`);
  await source.until(10);
  peer.fallSilent();
  const startedAt = performance.now();
  await expect.poll(() => source.events.some(({ type }) => type === 'reconnecting'), { timeout: 8000 }).toBe(true);
  expect(performance.now() - startedAt).toBeLessThan(7500);
  source.stop();
  await peer.stop();
  await settled(source);
});

test('the virtual microscope is a source like the others', async () => {
  const source = watch('simulate:?width=640&height=480&slideWidth=1024&slideHeight=768&frames=20');
  await source.ended;
  expect(source.stripes.length).toBeGreaterThan(10);
  expect(rising(source.atMs)).toBe(true);
  const recorded = watch('simulate:?width=640&height=480&slideWidth=1024&slideHeight=768&frames=20', { live: false });
  await recorded.ended;
  expect(recorded.stripes).toHaveLength(20);
  await settled(source);
  await settled(recorded);
});

test('waits between attempts grow from 0.5 s to 8 s', () => {
  expect([1, 2, 3, 4, 5, 6, 60].map(backOffMs)).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000]);
});
