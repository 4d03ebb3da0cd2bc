import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configuration } from '../../domain/configuration.ts';
import { frameCells, recordedFrames, timeline, videoSamples } from '../../domain/recording.ts';
import { type HttpServer, startHttpServer } from '../../server/http/http-server.ts';
import type { CellRow } from '../../server/sessions/session-batch.ts';
import { amendSession, openSessionToWrite } from '../../server/sessions/session-database.ts';
import { createSessionWriter } from '../../server/sessions/session-writer.ts';
import { isFilmed, paintedFacts, readNumber, recordPainted, times } from './sessions/painted-session.ts';

const id = '20260131-142501-0c4f9a';
let dataDir = '';
let server: HttpServer;
const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${server.url}/api/sessions/${id}/${path}`, { headers });

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'smearscope-recording-'));
  const folder = join(dataDir, 'sessions', id);
  mkdirSync(folder, { recursive: true });
  await recordPainted(folder, paintedFacts(id));
  const database = openSessionToWrite(folder);
  const cell = (of: number, x: number, island = 2): CellRow => ({
    id: of,
    classIndex: 0,
    score: 0.9,
    state: 'counted',
    island,
    box: [x, 20, x + 40, 60],
    sightings: 1,
    firstSeenMs: times[30]!,
    lastSeenMs: times[30]!,
  });
  createSessionWriter(database).write(
    {
      facts: {},
      frames: [],
      sightings: [{ cell: 1, frame: 30, atMs: times[30]!, box: [0, 0, 1, 1], classIndex: 0, score: 0.9, cut: false }],
      cells: [cell(1, 140), cell(2, 440), cell(3, 140, 1), cell(4, 460)],
      ledger: [],
      events: [],
      keyframes: [],
      videos: [],
      videoFrames: [],
    },
    [],
  );
  database.close();
  amendSession(folder, {});
  server = await startHttpServer({
    configuration: configuration.parse({ port: 0, dataDir }),
    version: '0.0.0',
    listCameras: async () => [],
    onEvent: () => {},
    onInternal: (line) => console.error(line),
    pageFolder: join(dataDir, 'page'),
  });
});
afterAll(async () => {
  await server.close();
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 });
});

describe('what was recorded', () => {
  test('as a timeline: bins that sum up to all frames, videos where they lie', async () => {
    const { bins, videos, startMs, endMs } = timeline.parse(await (await get('timeline?bins=50')).json());
    expect(bins).toHaveLength(50);
    expect(bins.reduce((sum, { frames }) => sum + frames, 0)).toBe(times.length);
    expect(bins.reduce((sum, { cells }) => sum + cells, 0)).toBe(4);
    expect([startMs, endMs]).toEqual([times[0], times.at(-1)]);
    expect(videos.map(({ n, widthPx }) => [n, widthPx])).toEqual([
      [1, 320],
      [2, 256],
    ]);
    expect(videos[1]!.startMs).toBe(times[330]);
  });

  test('as frames: by id, at a time, between two times', async () => {
    const frames = async (query: string) => recordedFrames.parse(await (await get(`frames?${query}`)).json()).frames;
    expect(await frames('frame=30')).toMatchObject([{ id: 30, island: 2, x: 130, y: 5, video: { n: 1 } }]);
    expect(await frames(`at=${times[100]! + 1}`)).toMatchObject([{ id: 100 }]);
    expect(await frames('at=-5')).toMatchObject([{ id: 0 }]);
    expect((await frames(`from=${times[10]}&to=${times[20]}`)).map((frame) => frame.id)).toEqual([
      10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
    ]);
    expect((await frames(`at=${times[42]}&video=true`))[0]!.id).toBe(41);
    expect((await get('frames')).status).toBe(400);
    expect((await get('frames?frame=100000')).status).toBe(200);
  });

  test('with every cell in view of a frame, in its pixels', async () => {
    const { cells, place, widthPx } = frameCells.parse(await (await get('frames/30/cells')).json());
    expect({ place, widthPx }).toEqual({ place: { island: 2, x: 130, y: 5 }, widthPx: 320 });
    expect(cells.map(({ id: of, box, sighted }) => ({ of, box, sighted }))).toEqual([
      { of: 1, box: [10, 15, 50, 55], sighted: true },
      { of: 2, box: [310, 15, 350, 55], sighted: false },
    ]);
    expect((await get('frames/100000/cells')).status).toBe(404);
  });

  test('as the picture of exactly one frame', async () => {
    for (const frame of [0, 113, 329, 330, 419].filter(isFilmed)) {
      const answer = await get(`frames/${frame}/picture`);
      expect(answer.headers.get('x-smearscope-frame')).toBe(String(frame));
      const { data, info } = await sharp(Buffer.from(await answer.arrayBuffer()))
        .greyscale()
        .raw()
        .toBuffer({ resolveWithObject: true });
      const plane = { data: new Uint8Array(data), stridePx: info.width, widthPx: info.width, heightPx: info.height };
      expect(readNumber(plane)).toBe(frame);
    }
    expect((await get('frames/5/picture')).status).toBe(404);
  });

  test('as a video in parts, with where each coded picture lies', async () => {
    const { samples, codec, description } = videoSamples.parse(await (await get('videos/1/samples?from=2000&to=2400')).json());
    expect(codec).toMatch(/^avc1\.[0-9a-f]{6}$/);
    expect(Buffer.from(description, 'base64')[0]).toBe(1);
    expect(samples[0]).toMatchObject({ key: true });
    expect(samples[0]!.ms).toBeLessThanOrEqual(2000);
    expect(samples.at(-1)!.ms).toBeLessThanOrEqual(2400);
    const { offset, bytes } = samples[0]!;
    const part = await get('videos/1', { range: `bytes=${offset}-${offset + bytes - 1}` });
    expect([part.status, part.headers.get('content-type')]).toEqual([206, 'video/mp4']);
    const data = Buffer.from(await part.arrayBuffer());
    expect(data).toHaveLength(bytes);
    // The lengths of the units in it add up to it (AVCC).
    let at = 0;
    while (at < data.length) at += 4 + data.readUInt32BE(at);
    expect(at).toBe(data.length);
    expect((await get('videos/9')).status).toBe(404);
  });
});
