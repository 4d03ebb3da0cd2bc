import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Unpackr } from 'msgpackr';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { configuration } from '../../domain/configuration.ts';
import { type LiveMessage, liveMessage, WIRE_VERSION } from '../../domain/wire.ts';
import { type HttpServer, startHttpServer } from '../../server/http/http-server.ts';

const TOKEN = 'a-secret-of-enough-letters';
const SMALL = 'simulate:?width=480&height=320&slideWidth=640&slideHeight=480';
const unpackr = new Unpackr({ useRecords: false });

let folder = '';
let server: HttpServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smearscope-live-'));
  server = await startHttpServer({
    configuration: configuration.parse({ port: 0, dataDir: folder, token: TOKEN, engine: 'onnx:cpu', threads: 1 }),
    version: '0.0.0',
    listCameras: async () => [],
    onEvent: () => {},
    onInternal: (line) => console.error(line),
    pageFolder: join(folder, 'page'),
  });
  await server.cameras.open({ id: 'main', source: SMALL });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const address = (path: string): string => server.url.replace('http', 'ws') + path;
const LIVE = `/api/cameras/main/live?token=${TOKEN}`;

/** A viewer as the page is one: every message is parsed. */
const joined = async (path = LIVE) => {
  const socket = new WebSocket(address(path));
  const messages: LiveMessage[] = [];
  let check = (): void => {};
  socket.on('message', (data: Buffer) => {
    messages.push(liveMessage.parse(unpackr.unpack(data)));
    check();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      check = () => {
        if (holds()) resolve();
      };
      check();
    });
  return { socket, messages, until, frames: () => messages.filter((message) => message.type === 'frame') };
};

const refusedWith = (path: string, headers: Record<string, string> = {}): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(address(path), { headers });
    socket.once('open', () => reject(new Error('it was let in')));
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode));
    socket.on('error', () => {});
  });

const post = (path: string): Promise<Response> =>
  fetch(`${server.url}${path}`, { method: 'POST', headers: { authorization: `Bearer ${TOKEN}` } });

test('a viewer is greeted, told what there is, and then sees each frame with its own report', async () => {
  const viewer = await joined();
  await viewer.until(() => viewer.frames().length >= 15);
  expect(viewer.messages[0]).toMatchObject({ type: 'hello', version: WIRE_VERSION, status: { id: 'main', source: SMALL } });
  expect(viewer.messages.findIndex(({ type }) => type === 'map')).toBeLessThan(viewer.messages.findIndex(({ type }) => type === 'frame'));
  const ids = viewer.frames().map(({ report }) => report.frameId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual([...ids].sort((a, b) => a - b));
  for (const { picture, report } of viewer.frames()) {
    expect([...picture.subarray(0, 2), ...picture.subarray(-2)]).toEqual([0xff, 0xd8, 0xff, 0xd9]);
    expect(report.counts).toHaveLength(3);
  }
  viewer.socket.close();
});

test('one that joins late is given the whole map at once, with its pictures and drawings', async () => {
  const early = await joined();
  const known = () => early.messages.flatMap((message) => (message.type === 'map' ? message.keyframes : []));
  const drawn = ({ messages }: typeof early) => messages.flatMap((message) => (message.type === 'map' ? (message.drawn ?? []) : []));
  await early.until(() => known().some(({ picture }) => picture !== undefined) && drawn(early).length > 0);
  const { id } = drawn(early)[0]!;
  const late = await joined();
  await late.until(() => drawn(late).some((one) => one.id === id));
  const whole = late.messages.find((message) => message.type === 'map');
  expect(whole?.whole).toBe(true);
  expect(whole?.keyframes.some(({ picture }) => picture?.[0] === 0xff)).toBe(true);
  for (const viewer of [early, late]) viewer.socket.close();
});

test('one that is too slow misses pictures, which are counted, and nothing else', async () => {
  const slow = await joined();
  const quick = await joined();
  await slow.until(() => slow.frames().length >= 3);
  slow.socket.pause();
  const before = quick.frames().length;
  await quick.until(() => quick.frames().length >= before + 15);
  await post('/api/cameras/main/pause');
  await quick.until(() => quick.messages.some((message) => message.type === 'status' && message.status.state === 'paused'));
  await post('/api/cameras/main/resume');
  const last = quick.frames().at(-1)!.report.frameId;
  slow.socket.resume();
  await slow.until(() => slow.frames().some(({ report }) => report.frameId > last));
  expect(slow.frames().at(-1)!.skipped).toBeGreaterThan(5);
  expect(slow.messages.some((message) => message.type === 'status' && message.status.state === 'paused')).toBe(true);
  expect(quick.frames().at(-1)!.skipped).toBeLessThan(slow.frames().at(-1)!.skipped);
  for (const viewer of [slow, quick]) viewer.socket.close();
});

test('one that asks for the coded stream is given it from a keyframe on, beside one that is not', async () => {
  const plain = await joined();
  const coded = await joined(`${LIVE}&video=webcodecs`);
  const chunks = () => coded.frames().filter(({ video }) => video !== undefined);
  await coded.until(() => chunks().length >= 10);
  expect(chunks()[0]).toMatchObject({ video: { key: true }, skipped: 0 });
  for (const { picture } of chunks()) expect([...picture.subarray(0, 3)]).toEqual([0, 0, 0]);
  for (const { video } of plain.frames()) expect(video).toBeUndefined();
  coded.socket.send(JSON.stringify({ type: 'pictures', as: 'jpeg' }));
  const seen = coded.frames().length;
  await coded.until(() => coded.frames().length > seen + 20);
  expect(coded.frames().at(-1)!.video).toBeUndefined();
  for (const viewer of [plain, coded]) viewer.socket.close();
});

test('a slow viewer of the coded stream goes on at a keyframe', async () => {
  const slow = await joined(`${LIVE}&video=webcodecs`);
  const quick = await joined(`${LIVE}&video=webcodecs`);
  await slow.until(() => slow.frames().some(({ video }) => video !== undefined));
  slow.socket.pause();
  const before = quick.frames().length;
  await quick.until(() => quick.frames().length >= before + 40);
  slow.socket.resume();
  await slow.until(() => slow.frames().at(-1)!.skipped > 5);
  const after = slow.frames().find(({ skipped }) => skipped > 5);
  expect(after?.video?.key).toBe(true);
  expect(quick.frames().at(-1)!.skipped).toBe(0);
  for (const viewer of [slow, quick]) viewer.socket.close();
});

test('a viewer that tells what it dealt with is sent no more than it keeps up with', async () => {
  const busy = await joined();
  const quick = await joined();
  busy.socket.send(JSON.stringify({ type: 'taken', frames: 0 }));
  await quick.until(() => quick.frames().length >= 20);
  expect(busy.frames().length).toBeLessThan(12);
  const seen = busy.frames().length;
  busy.socket.send(JSON.stringify({ type: 'taken', frames: seen }));
  await busy.until(() => busy.frames().length > seen);
  expect(busy.frames().at(-1)!.skipped).toBeGreaterThan(0);
  for (const viewer of [busy, quick]) viewer.socket.close();
});

test('a viewer that leaves is forgotten', async () => {
  const viewer = await joined();
  await viewer.until(() => viewer.frames().length > 0);
  viewer.socket.terminate();
  await expect.poll(() => server.cameras.get('main')?.viewers).toBe(0);
});

test('what it says is neither heard nor suffered', async () => {
  const viewer = await joined();
  viewer.socket.send('hello?');
  viewer.socket.send(Buffer.alloc(100_000));
  await new Promise<void>((resolve) => viewer.socket.once('close', () => resolve()));
  const other = await joined();
  await other.until(() => other.frames().length > 0);
  other.socket.close();
});

describe('who is let in', () => {
  test('nobody without the token, from another origin, or to a camera that is not there', async () => {
    expect(await refusedWith('/api/cameras/main/live')).toBe(401);
    expect(await refusedWith('/api/cameras/main/live?token=wrong')).toBe(401);
    expect(await refusedWith(LIVE, { origin: 'http://elsewhere.example' })).toBe(403);
    expect(await refusedWith(LIVE.replace('main', 'none'))).toBe(404);
    expect(await refusedWith(`/elsewhere?token=${TOKEN}`)).toBe(404);
  });
});

test('counts are there for programs too', async () => {
  const get = (path: string) => fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${TOKEN}` } });
  const counts = (await (await get('/api/cameras/main/counts')).json()) as {
    counts: Record<string, { n: number; low: number; high: number }>;
  };
  expect(Object.keys(counts.counts)).toEqual(['RBC', 'WBC', 'Platelets']);
  const csv = await (await get('/api/cameras/main/counts.csv')).text();
  expect(csv.split('\r\n')).toHaveLength(5);
  expect(csv).toMatch(/^class,counted,low95,high95\r\nRBC,\d+,/);
  expect(await (await get('/metrics')).text()).toMatch(/smearscope_cells\{camera="main",class="RBC"\} \d+/);
});
