import { expect, test } from 'vitest';
import { seededRandom } from '../../../domain/random.ts';
import type { Keyframe } from '../../../pipelines/slide/keyframe-graph.ts';
import { createStaticPattern } from '../../../pipelines/slide/static-pattern.ts';
import { emptyThumbnail } from '../../../pipelines/slide/thumbnail.ts';

const WIDTH = 320;
const HEIGHT = 180;
const keyframe = { island: 1, x: 0, y: 0 } as Keyframe;

/** Round spots of some depth at random places, in steps. */
const spots = (seed: number, width: number, height: number, count: number, radius: number, depth: number): Float32Array => {
  const random = seededRandom(seed);
  const picture = new Float32Array(width * height);
  for (let n = 0; n < count; n++) {
    const cx = random.between(0, width);
    const cy = random.between(0, height);
    for (let y = Math.max(0, Math.ceil(cy - radius)); y < Math.min(height, cy + radius); y++)
      for (let x = Math.max(0, Math.ceil(cx - radius)); x < Math.min(width, cx + radius); x++)
        if (Math.hypot(x - cx, y - cy) < radius) picture[y * width + x] = -depth;
  }
  return picture;
};

/** What is left of the dirt, as a share, after so many pictures of a slide with so many cells. */
const leftAfter = (pictures: number, cells: number, astray = 0): number => {
  const slide = spots(3, 800, HEIGHT + 40, cells, 11, 1500);
  const dirt = spots(5, WIDTH, HEIGHT, 14, 5, 2000);
  const thumbnail = emptyThumbnail(1280, 720);
  const pattern = createStaticPattern(thumbnail);
  const random = seededRandom(9);
  const left = { ...thumbnail, fine: { ...thumbnail.fine, data: new Int16Array(WIDTH * HEIGHT) } };
  for (let i = 0; i < pictures; i++) {
    const [sx, sy] = [15 * i, 3 * i];
    for (let y = 0; y < HEIGHT; y++)
      for (let x = 0; x < WIDTH; x++)
        thumbnail.fine.data[y * WIDTH + x] = slide[(y + sy) * 800 + x + sx]! + dirt[y * WIDTH + x]! + 12 * random.normal();
    pattern.subtractFrom(thumbnail);
    pattern.learn(thumbnail, { keyframe, x: 4 * sx + astray * random.normal(), y: 4 * sy + astray * random.normal() });
  }
  left.fine.data.set(dirt);
  pattern.subtractFrom(left);
  const power = (data: ArrayLike<number>): number => Array.from(data).reduce((sum, value) => sum + value * value, 0);
  return power(left.fine.data) / power(dirt);
};

test.each([
  { name: 'a slide that is nearly empty', cells: 8 },
  { name: 'a dense slide', cells: 190 },
])('dirt is told from $name by five pictures of the same ground, and better by more', ({ cells }) => {
  expect(leftAfter(4, cells)).toBe(1);
  expect(leftAfter(5, cells)).toBeLessThan(0.1);
  expect(leftAfter(12, cells)).toBeLessThan(0.07);
});

test('places that are a pixel astray leave little of the dirt', () => {
  expect(leftAfter(12, 60, 1)).toBeLessThan(0.1);
});
