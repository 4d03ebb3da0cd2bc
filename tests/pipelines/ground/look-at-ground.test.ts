import { expect, test } from 'vitest';
import type { Plane } from '../../../domain/frame.ts';
import type { Box } from '../../../domain/geometry.ts';
import { learnGlass, measureCover, overlapShare, unknownGlass } from '../../../pipelines/ground/look-at-ground.ts';

const WIDTH = 640;
const HEIGHT = 400;

const picture = (light: (x: number, y: number) => number): Plane => {
  const data = new Uint8Array(WIDTH * HEIGHT);
  for (let y = 0; y < HEIGHT; y++) for (let x = 0; x < WIDTH; x++) data[y * WIDTH + x] = light(x, y);
  return { data, stridePx: WIDTH, widthPx: WIDTH, heightPx: HEIGHT };
};

/** Stripes over a third of the glass, and a lamp that leaves a corner at half its light. */
const lamp = (x: number, y: number): number => 1 - 0.5 * ((x / WIDTH + y / HEIGHT) / 2);
const striped = picture((x, y) => 16 + 190 * lamp(x, y) * (x % 24 < 8 ? 0.7 : 1));

test('what is covered is told under an uneven lamp', () => {
  const cover = measureCover(learnGlass(unknownGlass(), striped), striped);
  expect(cover([0, 0, WIDTH, HEIGHT])).toBeCloseTo(1 / 3, 1);
  expect(cover([0, 0, 120, 120])).toBeCloseTo(1 / 3, 1);
  expect(cover([WIDTH - 120, HEIGHT - 120, WIDTH, HEIGHT])).toBeCloseTo(1 / 3, 1);
  expect(cover([10, 10, 10, 10])).toBe(0);
});

test('glass once seen is remembered where everything is covered', () => {
  const glass = learnGlass(unknownGlass(), striped);
  const buried = picture((x, y) => 16 + 190 * lamp(x, y) * 0.6);
  expect(measureCover(learnGlass(glass, buried), buried)([0, 0, WIDTH, HEIGHT])).toBeGreaterThan(0.95);
});

test('cells lie over each other from a quarter of the smaller one on', () => {
  const at = (x: number): Box => [x, 0, x + 40, 40];
  expect(overlapShare([at(0), at(38), at(100)])).toBe(0);
  expect(overlapShare([at(0), at(28), at(100), at(200)])).toBe(0.5);
  expect(overlapShare([])).toBe(0);
});
