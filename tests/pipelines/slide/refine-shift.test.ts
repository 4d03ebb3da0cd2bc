import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../domain/random.ts';
import { greyImage } from '../../../pipelines/slide/grey-image.ts';
import { type RefineOptions, refineShift } from '../../../pipelines/slide/refine-shift.ts';
import { pictureOf, smoothGround } from './made-ground.ts';

const options: RefineOptions = { rowStep: 3, iterations: 12, reach: 6, minOverlap: 0.12, converged: 0.01 };

describe('refineShift', () => {
  test('finds the sub-pixel shift of a smooth texture within 0.05 px, whatever gain and offset', () => {
    const random = seededRandom(11);
    for (let trial = 0; trial < 30; trial++) {
      const ground = smoothGround(trial);
      const [x, y] = [random.between(-60, 60), random.between(-30, 30)];
      const keyframe = pictureOf(ground, 0, 0);
      const frame = pictureOf((gx, gy) => ground(gx, gy) + 400, x, y, { gain: random.between(0.6, 1.5) });
      const guess = { x: x + random.between(-1.5, 1.5), y: y + random.between(-1.5, 1.5) };
      const shift = refineShift(frame, keyframe, guess, options);
      expect(Math.abs(shift!.x - x), `trial ${trial}`).toBeLessThan(0.05);
      expect(Math.abs(shift!.y - y), `trial ${trial}`).toBeLessThan(0.05);
      expect(shift!.likeness).toBeGreaterThan(0.98);
      expect(shift!.overlap).toBeCloseTo((1 - Math.abs(x) / 160) * (1 - Math.abs(y) / 90), 1);
    }
  });

  test('is off by little through noise', () => {
    const ground = smoothGround(3);
    const shift = refineShift(
      pictureOf(ground, 8.3, -4.6, { noise: 100, seed: 1 }),
      pictureOf(ground, 0, 0, { noise: 100, seed: 2 }),
      { x: 8, y: -5 },
      options,
    );
    expect(Math.hypot(shift!.x - 8.3, shift!.y + 4.6)).toBeLessThan(0.1);
  });

  test('other ground is not alike', () => {
    const shift = refineShift(pictureOf(smoothGround(1), 0, 0), pictureOf(smoothGround(2), 0, 0), { x: 0, y: 0 }, options);
    expect(shift?.likeness ?? 0).toBeLessThan(0.5);
  });

  test('says nothing where the common part is too small, without detail, or the way leads out of reach', () => {
    const ground = smoothGround(1);
    const keyframe = pictureOf(ground, 0, 0);
    expect(refineShift(pictureOf(ground, 150, 0), keyframe, { x: 150, y: 0 }, options)).toBeUndefined();
    expect(refineShift(greyImage(160, 90), keyframe, { x: 0, y: 0 }, options)).toBeUndefined();
    expect(refineShift(pictureOf(ground, 2, 0), keyframe, { x: 0, y: 0 }, { ...options, reach: 1 })).toBeUndefined();
  });

  test('says nothing while it is still on its way', () => {
    const ground = smoothGround(5);
    const far = { x: 3, y: 2 };
    const shift = (iterations: number) =>
      refineShift(pictureOf(ground, far.x, far.y), pictureOf(ground, 0, 0), { x: 0, y: 0 }, { ...options, iterations });
    expect(shift(1)).toBeUndefined();
    expect(shift(12)).toMatchObject({ x: expect.closeTo(far.x, 1), y: expect.closeTo(far.y, 1) });
  });

  test('stripes, which slide along themselves unseen, give no shift', () => {
    const stripes = pictureOf((x) => 2000 * Math.sin(x / 3), 0, 0);
    expect(refineShift(stripes, stripes, { x: 0, y: 0 }, options)).toBeUndefined();
  });
});
