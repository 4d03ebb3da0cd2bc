import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isFault, toFault } from '../../domain/fault.ts';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import { readFrames } from '../../server/ingest/read-frames.ts';
import type { SourceEvent } from '../../server/ingest/source-event.ts';
import { type ClipOptions, makeClip, readStripes } from './make-clip.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ingest-'));
});
afterAll(() => rm(dir, { recursive: true }));

type Seen = {
  readonly stripes: number;
  readonly id: number;
  readonly atMs: number;
  readonly size: string;
  readonly fullRange: boolean;
  readonly yuv: readonly number[];
};

const readAll = async (address: string) => {
  const pool = createFramePool({ maxBuffers: 3 });
  const seen: Seen[] = [];
  const events: SourceEvent[] = [];
  for await (using frame of readFrames(address, { pool, onEvent: (event) => events.push(event) })) {
    const { y, u, v, widthPx, heightPx, fullRange } = frame;
    const chromaAt = (heightPx >> 2) * u.stridePx + (widthPx >> 2);
    const yuv = [y.data[((heightPx * 3) >> 2) * y.stridePx + (widthPx >> 1)]!, u.data[chromaAt]!, v.data[chromaAt]!];
    seen.push({ stripes: readStripes(y), id: frame.id, atMs: frame.capturedAtMs, size: `${widthPx}×${heightPx}`, fullRange, yuv });
  }
  expect(pool.outstanding).toBe(0);
  return { seen, events, warnings: events.flatMap((event) => (event.type === 'warning' ? [event.text] : [])) };
};

const refusal = async (address: string): Promise<string> => {
  const error = await readAll(address).catch((caught: unknown) => caught);
  expect(isFault(error)).toBe(true);
  expect(toFault(error).kind).toBe('source');
  expect((error as Error).message).not.toContain('\n');
  return (error as Error).message;
};

describe('videos', () => {
  // Middle of the slope in luma 120, chroma 100 and 150: what arrives must say the same, in the range it claims.
  const cases: readonly [string, ClipOptions, { readonly fullRange: boolean; readonly yuv: readonly number[]; readonly size?: string }][] =
    [
      ['h264.mp4', {}, { fullRange: false, yuv: [120, 100, 150] }],
      ['h264.mkv', {}, { fullRange: false, yuv: [120, 100, 150] }],
      ['mjpeg.avi', { codec: 'mjpeg', pixelFormat: 'yuvj420p' }, { fullRange: true, yuv: [120, 100, 150] }],
      ['mjpeg422.avi', { codec: 'mjpeg', pixelFormat: 'yuvj422p' }, { fullRange: false, yuv: [119, 103, 147] }],
      ['hevc-10-bit.mkv', { codec: 'libx265', pixelFormat: 'yuv420p10le' }, { fullRange: false, yuv: [120, 100, 150] }],
      ['yuv422.nut', { codec: 'rawvideo', pixelFormat: 'yuv422p' }, { fullRange: false, yuv: [120, 100, 150] }],
      ['yuyv.nut', { codec: 'rawvideo', pixelFormat: 'yuyv422' }, { fullRange: false, yuv: [120, 100, 150] }],
      ['nv12.nut', { codec: 'rawvideo', pixelFormat: 'nv12' }, { fullRange: false, yuv: [120, 100, 150] }],
      ['rgb.nut', { codec: 'rawvideo', pixelFormat: 'rgb24' }, { fullRange: false, yuv: [119, 128, 128] }],
      ['gray.nut', { codec: 'rawvideo', pixelFormat: 'gray' }, { fullRange: false, yuv: [119, 128, 128] }],
      ['odd.nut', { codec: 'rawvideo', widthPx: 321, heightPx: 241 }, { fullRange: false, yuv: [119, 100, 150] }],
    ];
  test.each(cases)('%s', async (name, options, expected) => {
    const path = join(dir, name);
    await makeClip(path, { frames: 40, ...options });
    const { seen, warnings } = await readAll(path);
    expect(seen.map(({ stripes }) => stripes)).toEqual(Array.from({ length: 40 }, (_, index) => index));
    expect(seen.map(({ id }) => id)).toEqual(seen.map((_, index) => index));
    expect(warnings).toEqual([]);
    for (const [index, frame] of seen.entries()) {
      expect(Math.abs(frame.atMs - (index * 1000) / 30)).toBeLessThan(1);
      expect(frame).toMatchObject({ fullRange: expected.fullRange, size: '320×240' });
      frame.yuv.forEach((value, plane) => {
        expect(Math.abs(value - expected.yuv[plane]!)).toBeLessThanOrEqual(3);
      });
    }
  });

  test('times that stand still or run ahead do not stop or turn the clock', async () => {
    const path = join(dir, 'uneven.mkv');
    await makeClip(path, { frames: 30, pts: (index) => index + (index >= 10 ? 45 : 0) + (index >= 20 ? 900 : 0) });
    const { seen } = await readAll(path);
    expect(seen).toHaveLength(30);
    expect(seen[10]!.atMs - seen[9]!.atMs).toBeCloseTo(46_000 / 30, -1);
    for (let index = 1; index < 30; index++) expect(seen[index]!.atMs).toBeGreaterThan(seen[index - 1]!.atMs);
    // A gap of half a minute is a break in the times, not a rest.
    expect(seen[20]!.atMs - seen[19]!.atMs).toBeLessThan(1000);
  });

  test('a full pool is waited for and nothing is lost', async () => {
    const path = join(dir, 'waited.mp4');
    await makeClip(path, { frames: 20 });
    const pool = createFramePool({ maxBuffers: 2 });
    const held: Disposable[] = [];
    const stripes: number[] = [];
    for await (const frame of readFrames(path, { pool })) {
      stripes.push(readStripes(frame.y));
      held.push(frame);
      if (held.length === 2) for (const one of held.splice(0)) setTimeout(() => one[Symbol.dispose](), 15);
    }
    for (const one of held) one[Symbol.dispose]();
    expect(stripes).toEqual(Array.from({ length: 20 }, (_, index) => index));
    expect(pool.exhausted).toBeGreaterThan(0);
  });

  test('an abort ends reading with its reason', async () => {
    const path = join(dir, 'waited.mp4');
    const ending = new AbortController();
    const pool = createFramePool({ maxBuffers: 2 });
    let frames = 0;
    const reading = (async () => {
      for await (using _ of readFrames(path, { pool, signal: ending.signal })) if (++frames === 5) ending.abort(new Error('enough'));
    })();
    await expect(reading).rejects.toThrow('enough');
    expect(frames).toBe(5);
    expect(pool.outstanding).toBe(0);
  });
});

describe('folders of images', () => {
  test('are shown in the order of their numbers, colours kept', async () => {
    const folder = join(dir, 'images');
    await mkdir(folder);
    for (const index of [10, 9, 2, 1]) {
      await sharp({ create: { width: 65, height: 49, channels: 3, background: { r: 20 * index, g: 100, b: 50 } } })
        .png()
        .toFile(join(folder, `field ${index}.png`));
    }
    await writeFile(join(folder, 'notes.txt'), 'not an image');
    const { seen, warnings } = await readAll(folder);
    expect(warnings).toEqual([]);
    expect(seen.map(({ atMs }) => atMs)).toEqual([0, 40, 80, 120]);
    seen.forEach(({ yuv, size, fullRange }, place) => {
      const red = 20 * [1, 2, 9, 10][place]!;
      expect({ size, fullRange }).toEqual({ size: '64×48', fullRange: true });
      const expected = [0.299 * red + 58.7 + 5.7, 128 - 0.168736 * red - 33.1264 + 25, 128 + 0.5 * red - 41.8688 - 4.0656];
      yuv.forEach((value, plane) => {
        expect(Math.abs(value - expected[plane]!)).toBeLessThan(0.6);
      });
    });
  });

  test('leave out what cannot be read or has another size, and say so', async () => {
    const folder = join(dir, 'mixed');
    await mkdir(folder);
    const image = (side: number) => sharp({ create: { width: side, height: side, channels: 3, background: 'pink' } }).png();
    await image(64).toFile(join(folder, '1.png'));
    await writeFile(join(folder, '2.png'), 'not a png');
    await image(32).toFile(join(folder, '3.png'));
    await image(64).toFile(join(folder, '4.png'));
    const { seen, warnings } = await readAll(folder);
    expect(seen).toHaveLength(2);
    expect(warnings).toHaveLength(3);
    expect(warnings[2]).toMatch(/2 of 4 images were left out/);
  });

  test('a single image is one frame', async () => {
    const { seen } = await readAll(join(dir, 'images', 'field 1.png'));
    expect(seen).toHaveLength(1);
  });
});

describe('what is wrong with a file is said in one line', () => {
  test('missing', async () => expect(await refusal(join(dir, 'nowhere.mp4'))).toMatch(/no such file or folder/));

  test('empty', async () => {
    await writeFile(join(dir, 'empty.mp4'), '');
    expect(await refusal(join(dir, 'empty.mp4'))).toMatch(/the file is empty/);
  });

  test('a folder without images', async () => {
    await mkdir(join(dir, 'bare'));
    expect(await refusal(join(dir, 'bare'))).toMatch(/holds no images/);
  });

  test('not a video', async () => {
    await writeFile(join(dir, 'text.mp4'), 'some words\n'.repeat(2000));
    expect(await refusal(join(dir, 'text.mp4'))).toMatch(/not a video/);
    await writeFile(join(dir, 'broken.png'), 'some words');
    expect(await refusal(join(dir, 'broken.png'))).toMatch(/cannot be read/);
  });

  test('a playlist does not reach other files', async () => {
    const secret = join(dir, 'h264.mp4');
    await writeFile(join(dir, 'list.ffconcat'), `ffconcat version 1.0\nfile '${secret}'\n`);
    await writeFile(join(dir, 'list.m3u8'), `#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://${secret}\n#EXT-X-ENDLIST\n`);
    await writeFile(join(dir, 'list.mp4'), `#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n${secret}\n#EXT-X-ENDLIST\n`);
    for (const name of ['list.ffconcat', 'list.m3u8', 'list.mp4']) expect(await refusal(join(dir, name))).toMatch(/not a video/);
  });

  test('cut off before its index', async () => {
    const whole = await readFile(join(dir, 'h264.mp4'));
    await writeFile(join(dir, 'no-index.mp4'), whole.subarray(0, whole.length / 2));
    expect(await refusal(join(dir, 'no-index.mp4'))).toMatch(/not a video, or its beginning is damaged|damaged/);
  });

  test('cut off later: what is there is shown, then a warning', async () => {
    await makeClip(join(dir, 'whole.mp4'), { frames: 90, containerOptions: { movflags: 'faststart' } });
    await makeClip(join(dir, 'whole.mkv'), { frames: 90 });
    for (const name of ['whole.mp4', 'whole.mkv']) {
      const whole = await readFile(join(dir, name));
      const path = join(dir, `cut-${name}`);
      await writeFile(path, whole.subarray(0, Math.floor(whole.length * 0.6)));
      const { seen, warnings } = await readAll(path);
      expect(seen.length).toBeGreaterThan(20);
      expect(seen.length).toBeLessThan(80);
      expect(seen.slice(0, 20).map(({ stripes }) => stripes)).toEqual(Array.from({ length: 20 }, (_, index) => index));
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toMatch(/ends early/);
    }
  });

  test('damaged in the middle: it is read on, with a warning or without, and without a crash', async () => {
    const whole = await readFile(join(dir, 'whole.mkv'));
    for (let at = Math.floor(whole.length * 0.4); at < whole.length * 0.5; at += 3) whole[at]! ^= 0x5a;
    await writeFile(join(dir, 'scratched.mkv'), whole);
    const { seen } = await readAll(join(dir, 'scratched.mkv'));
    expect(seen.length).toBeGreaterThan(20);
  });

  test('a codec that nobody decodes', async () => {
    const path = join(dir, 'codec.avi');
    await makeClip(path, { frames: 5, codec: 'mjpeg', pixelFormat: 'yuvj420p' });
    const bytes = await readFile(path);
    for (let at = bytes.indexOf('MJPG'); at >= 0; at = bytes.indexOf('MJPG', at + 1)) bytes.write('QQQQ', at);
    await writeFile(path, bytes);
    expect(await refusal(path)).toMatch(/codec is not supported/);
  });

  test('sound without pictures', async () => {
    const wav = Buffer.alloc(44 + 8000);
    wav.write('RIFF', 0);
    wav.writeUInt32LE(36 + 8000, 4);
    wav.write('WAVEfmt ', 8);
    wav.writeUInt32LE(16, 16);
    wav.writeUInt16LE(1, 20);
    wav.writeUInt16LE(1, 22);
    wav.writeUInt32LE(8000, 24);
    wav.writeUInt32LE(16_000, 28);
    wav.writeUInt16LE(2, 32);
    wav.writeUInt16LE(16, 34);
    wav.write('data', 36);
    wav.writeUInt32LE(8000, 40);
    await writeFile(join(dir, 'sound.wav'), wav);
    expect(await refusal(join(dir, 'sound.wav'))).toMatch(/not a video|no video in it/);
  });

  test('no such camera', async () => {
    expect(await refusal(process.platform === 'linux' ? 'camera:/dev/video63' : 'camera:No Such Camera')).toMatch(/camera|not there|gone/);
    if (process.platform === 'linux') expect(await refusal('camera:/etc/passwd')).toMatch(/not the name of a camera/);
  });

  test('a refused connection', async () => {
    for (const url of ['http://127.0.0.1:1/a.mp4', 'rtsp://127.0.0.1:1/a', 'rtmp://127.0.0.1:1/a/b'])
      expect(await refusal(url)).toMatch(/refused/);
  });
});
