import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import { createJpegEncoder } from '../../server/ingest/jpeg-encoder.ts';
import { readFrames } from '../../server/ingest/read-frames.ts';
import { makeClip } from './make-clip.ts';

/** Least squares through (frames, MB), in MB for 1,000 frames. */
const slope = (points: readonly (readonly [number, number])[]): number => {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const above = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return (1000 * above) / points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
};

test('3,000 frames through decoder, converter and encoder leave memory as it was', { timeout: 120_000 }, async () => {
  const dir = await mkdtemp(join(tmpdir(), 'memory-'));
  const clips = [join(dir, 'plain.mp4'), join(dir, 'converted.nut')];
  await makeClip(clips[0]!, { frames: 150, widthPx: 640, heightPx: 480 });
  await makeClip(clips[1]!, { frames: 50, widthPx: 640, heightPx: 480, codec: 'rawvideo', pixelFormat: 'yuyv422' });
  const pool = createFramePool({ maxBuffers: 4 });
  using encoder = createJpegEncoder({ quality: 75, maxWidthPx: 320 });
  const points: [number, number][] = [];
  let frames = 0;
  while (frames < 4500) {
    for (const clip of clips) {
      for await (using frame of readFrames(clip, { pool })) {
        await encoder.encode(frame);
        // The first third warms up what is made once: threads, buffers, arenas.
        if (++frames > 1500 && frames % 50 === 0) points.push([frames, process.memoryUsage.rss() / 2 ** 20]);
      }
    }
  }
  await rm(dir, { recursive: true });
  expect(pool.outstanding).toBe(0);
  // A lost frame would be 450 KB, that is 450 MB for 1,000 frames.
  expect(slope(points)).toBeLessThan(4);
});
