import { cpSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FieldReport } from '../../../domain/field-report.ts';
import type { Frame } from '../../../domain/frame.ts';
import { createFramePool } from '../../../pipelines/frame-pool.ts';
import { measureDiskRoom } from '../../../server/sessions/disk-watch.ts';
import { DATABASE_FILE } from '../../../server/sessions/session-folder.ts';
import { openSessionReader } from '../../../server/sessions/session-reader.ts';
import { createSessionRecorder } from '../../../server/sessions/session-recorder.ts';
import { videoLengthMs } from '../../../server/sessions/video-length.ts';
import { createVideoRecorder } from '../../../server/sessions/video-recorder.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'smearscope-recorder-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

const pool = createFramePool();
const frameOf = (id: number, widthPx = 320): Frame =>
  pool.frame({ id, capturedAtMs: id * 40, widthPx, heightPx: 240, fullRange: false }, (y, u, v) => {
    for (let i = 0; i < y.data.length; i++) y.data[i] = 60 + ((i + 3 * id) % 100);
    u.data.fill(120);
    v.data.fill(140);
  })!;

const reportOf = (id: number): FieldReport => ({
  frameId: id,
  capturedAtMs: id * 40,
  widthPx: 320,
  heightPx: 240,
  state: 'sharp',
  reason: '',
  sharpness: 0.9,
  boxes: [],
  counts: [id],
  frames: { decoded: id + 1, registered: id + 1, inferred: 0, rejected: {}, dropped: {} },
  slide: { islands: 1, keyframes: 1, areaUm2: 0 },
  stageMs: {},
});

const framesIn = (): number => {
  const database = new DatabaseSync(join(folder, DATABASE_FILE), { readOnly: true });
  try {
    return Number(database.prepare('SELECT count(*) AS n FROM frames').get()?.['n']);
  } finally {
    database.close();
  }
};

describe('a recorder', () => {
  test('waits for no disk: while the database is locked frames are taken in, and written when it is free', async () => {
    const losses: string[] = [];
    const recorder = createSessionRecorder(folder, (text) => losses.push(text));
    await recorder.state;
    const blocker = new DatabaseSync(join(folder, DATABASE_FILE));
    blocker.exec('BEGIN IMMEDIATE');
    const startedAt = performance.now();
    for (let id = 0; id < 1000; id++) {
      recorder.see(reportOf(id));
      if (id % 12 === 0) recorder.flush(undefined);
    }
    // The lock outlasts this by far: a recorder that waited would take as long.
    const spentMs = performance.now() - startedAt;
    await sleep(1500);
    expect(spentMs).toBeLessThan(1400);
    expect(framesIn()).toBe(0);
    blocker.exec('COMMIT');
    blocker.close();
    await recorder.close(undefined);
    expect(losses).toEqual([]);
    expect(framesIn()).toBe(1000);
  });

  test('that cannot write says so once, and takes everything in silence', async () => {
    const losses: string[] = [];
    const recorder = createSessionRecorder(join(folder, DATABASE_FILE, 'no-folder\0'), (text) => losses.push(text));
    expect(await recorder.state).toBeUndefined();
    recorder.see(reportOf(0));
    recorder.flush(undefined);
    await recorder.close(undefined);
    expect(losses).toHaveLength(1);
    expect(losses[0]).toMatch(/not kept .* counting goes on/);
  });

  test('keeps the picture of a sighting, in the colours of the frame', async () => {
    const recorder = createSessionRecorder(folder, () => {});
    await recorder.state;
    using frame = frameOf(0);
    recorder.sight(frame, [
      { cell: 1, box: [100, 100, 140, 150], classIndex: 0, score: 0.9, cut: false },
      { cell: 2, box: [310, 230, 330, 260], classIndex: 0, score: 0.9, cut: true },
    ]);
    recorder.flush(undefined);
    await recorder.close(undefined);
    using reader = openSessionReader(folder);
    const { default: sharp } = await import('sharp');
    const { width, height, format } = await sharp(Buffer.from(reader.crop(1)!.jpeg)).metadata();
    expect({ width, height, format }).toEqual({ width: 60, height: 78, format: 'jpeg' });
    const { channels } = await sharp(Buffer.from(reader.crop(1)!.jpeg)).stats();
    expect(channels[0]!.mean).toBeGreaterThan(channels[1]!.mean);
    expect(reader.crop(2)).toBeDefined();
  });
});

describe('the video of a session', () => {
  const record = (kind: 'video' | 'timelapse', rows: { frame: number; video: number; videoMs: number }[], files: string[]) =>
    createVideoRecorder({
      folder,
      quality: 75,
      kind,
      first: 1,
      onVideo: (_, row) => files.push(row.file),
      onFrame: (row) => rows.push(row),
      onBroken: (what) => files.push(what),
    });

  test('plays to within a second while it is written, and to its end afterwards; another size goes on in another file', async () => {
    const rows: { frame: number; video: number; videoMs: number }[] = [];
    const files: string[] = [];
    const video = record('video', rows, files);
    for (let id = 0; id < 100; id++) {
      using frame = frameOf(id, id < 75 ? 320 : 160);
      video.push(frame, false);
      // A camera's pace: what comes faster than it is encoded is dropped.
      while (rows.length <= id - 5) await sleep(2);
      if (id !== 74) continue;
      await expect.poll(() => rows.length).toBe(75);
      cpSync(join(folder, 'video.mp4'), join(folder, 'copy.mp4'));
      expect(await videoLengthMs(join(folder, 'copy.mp4'))).toBeGreaterThan(74 * 40 - 1000);
    }
    await video.close();
    expect(video.dropped).toBe(0);
    expect(files).toEqual(['video.mp4', 'video-2.mp4']);
    expect(rows.map(({ frame }) => frame)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(await videoLengthMs(join(folder, 'video.mp4'))).toBeCloseTo(74 * 40, 0);
    expect(rows[75]).toEqual({ frame: 75, video: 2, videoMs: 0 });
    expect(await videoLengthMs(join(folder, 'video-2.mp4'))).toBeCloseTo(24 * 40, 0);
    expect(pool.outstanding).toBe(0);
  });

  test('as a time-lapse has the frames that entered the map and one in a while', async () => {
    const rows: { frame: number; video: number; videoMs: number }[] = [];
    const video = record('timelapse', rows, []);
    for (let id = 0; id < 120; id++) {
      using frame = frameOf(id);
      video.push(frame, id === 30 || id === 31);
    }
    await video.close();
    expect(rows.map(({ frame }) => frame).slice(0, 3)).toEqual([0, 30, 31]);
    expect(rows.length).toBeLessThan(8);
    expect(statSync(join(folder, 'video.mp4')).size).toBeGreaterThan(1000);
  });
});

test('room on the disk is enough, scarce or full, in words', async () => {
  const used = 4096;
  const file = new DatabaseSync(join(folder, 'some.sqlite'));
  file.exec('CREATE TABLE t (a)');
  file.close();
  const size = statSync(join(folder, 'some.sqlite')).size;
  expect(size).toBeGreaterThanOrEqual(used);
  const at = (budgetBytes: number, reserveBytes = 0) => measureDiskRoom(folder, { budgetBytes, reserveBytes });
  expect((await at(size * 20)).state).toBe('enough');
  expect((await at(size * 1.05)).state).toBe('scarce');
  expect(await at(size)).toMatchObject({ state: 'full', reason: expect.stringMatching(/diskBudgetGb/) });
  expect((await at(size * 20, Number.MAX_SAFE_INTEGER)).state).toBe('full');
});
