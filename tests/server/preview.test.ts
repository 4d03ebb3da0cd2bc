import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FieldReport } from '../../domain/field-report.ts';
import type { Frame } from '../../domain/frame.ts';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import type { CameraNews } from '../../server/camera/camera-messages.ts';
import { createPreview, type Preview } from '../../server/camera/preview.ts';
import { createVideoEncoder, type VideoEncoder } from '../../server/camera/video-encoder.ts';
import { createJpegEncoder, type JpegEncoder } from '../../server/ingest/jpeg-encoder.ts';

const pool = createFramePool();
let encoder: JpegEncoder;
let video: VideoEncoder;
let told: CameraNews[];
let behind: boolean;
let preview: Preview;
beforeEach(() => {
  encoder = createJpegEncoder();
  video = createVideoEncoder();
  told = [];
  behind = false;
  const channel = {
    tell: (news: CameraNews) => {
      told.push(news);
    },
    get behind() {
      return behind;
    },
  };
  preview = createPreview({ jpeg: encoder, video }, channel, () => 1000);
});
afterEach(() => {
  encoder[Symbol.dispose]();
  video[Symbol.dispose]();
  expect(pool.outstanding).toBe(0);
});

const frameAt = (id: number, capturedAtMs: number): Frame =>
  pool.frame({ id, capturedAtMs, widthPx: 64, heightPx: 48, fullRange: true }, (y, u, v) => {
    y.data.fill(100);
    u.data.fill(128);
    v.data.fill(128);
  })!;

const show = (id: number, capturedAtMs: number, how: 'show' | 'showStill' = 'show'): void => {
  using frame = frameAt(id, capturedAtMs);
  const report: FieldReport = {
    frameId: id,
    capturedAtMs,
    widthPx: 64,
    heightPx: 48,
    state: 'sharp',
    reason: '',
    sharpness: 1,
    boxes: [],
    counts: [0, 0, 0],
    frames: { decoded: id + 1, registered: 0, inferred: 0, rejected: {}, dropped: {} },
    slide: { islands: 0, keyframes: 0, areaUm2: 0 },
    stageMs: {},
  };
  preview[how](frame, report);
};

const frames = () => told.filter((news) => news.type === 'frame');

test('each picture goes out with its own report, in order, and its age', async () => {
  preview.watch({ jpeg: true, video: false });
  show(0, 900);
  show(1, 933);
  await preview.settled();
  expect(frames().map(({ report, latencyMs }) => [report.frameId, latencyMs])).toEqual([
    [0, 100],
    [1, 67],
  ]);
  for (const { picture } of frames()) expect([...picture!.subarray(0, 2)]).toEqual([0xff, 0xd8]);
});

test('of what cannot be encoded in time the newest is shown, the rest counted in the next report', async () => {
  preview.watch({ jpeg: true, video: false });
  for (let id = 0; id < 5; id++) show(id, id * 33);
  await preview.settled();
  show(5, 165);
  await preview.settled();
  expect(frames().map(({ report }) => report.frameId)).toEqual([0, 4, 5]);
  expect(frames().at(-1)?.report.frames.dropped).toEqual({ preview: 3 });
});

test('while the server is behind no picture is made', async () => {
  preview.watch({ jpeg: true, video: false });
  behind = true;
  show(0, 0);
  behind = false;
  show(1, 33);
  await preview.settled();
  expect(frames().map(({ report }) => [report.frameId, report.frames.dropped])).toEqual([[1, { preview: 1 }]]);
});

test('without viewers a report a quarter second, and no picture', async () => {
  for (let id = 0; id < 30; id++) show(id, id * 33);
  await preview.settled();
  expect(frames().length).toBeGreaterThanOrEqual(3);
  expect(frames().length).toBeLessThanOrEqual(5);
  for (const news of frames()) expect(news.picture).toBeUndefined();
});

test('each frame is a chunk of the stream with its own report; a JPEG goes with each keyframe, for those who come later', async () => {
  preview.watch({ jpeg: false, video: true });
  for (let id = 0; id < 4; id++) {
    show(id, id * 1000);
    await preview.settled();
  }
  expect(frames().map(({ report, picture, video }) => [report.frameId, video?.key, picture !== undefined])).toEqual([
    [0, true, true],
    [1, false, false],
    [2, true, true],
    [3, false, false],
  ]);
  expect(frames()[0]?.video?.codec).toMatch(/^avc1\.[0-9a-f]{6}$/);
});

test('a viewer that begins is given a keyframe, but not every one that asks at once', async () => {
  preview.watch({ jpeg: false, video: true });
  for (let id = 0; id < 20; id++) {
    preview.askForKeyframe();
    show(id, id * 40);
    await preview.settled();
  }
  expect(
    frames()
      .filter(({ video }) => video?.key)
      .map(({ report }) => report.frameId),
  ).toEqual([0, 10]);
});

test('what stays on the screen is a JPEG, whoever looks', async () => {
  show(0, 0, 'showStill');
  await preview.settled();
  preview.watch({ jpeg: false, video: true });
  show(1, 33);
  await preview.settled();
  show(2, 66, 'showStill');
  await preview.settled();
  expect(frames().map(({ picture }) => picture !== undefined)).toEqual([true, true, true]);
});
