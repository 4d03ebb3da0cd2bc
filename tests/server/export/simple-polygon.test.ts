import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { outlineArea } from '../../../domain/outline.ts';
import { clipOutline, simplePolygon } from '../../../server/export/simple-polygon.ts';

type Point = readonly [number, number];
const pointsOf = (polygon: readonly number[]): Point[] =>
  Array.from({ length: polygon.length / 2 }, (_, i) => [polygon[2 * i]!, polygon[2 * i + 1]!] as const);

/** Judged in another way than it was made: with parameters along both sides, in floating numbers. */
const meets = ([a, b]: readonly [Point, Point], [c, d]: readonly [Point, Point]): boolean => {
  const [ux, uy, vx, vy] = [b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]];
  const across = ux * vy - uy * vx;
  if (Math.abs(across) < 1e-9) return false;
  const s = ((c[0] - a[0]) * vy - (c[1] - a[1]) * vx) / across;
  const t = ((c[0] - a[0]) * uy - (c[1] - a[1]) * ux) / across;
  return s > 1e-9 && s < 1 - 1e-9 && t > 1e-9 && t < 1 - 1e-9;
};
const isSimple = (polygon: readonly number[]): boolean => {
  const points = pointsOf(polygon);
  const sides = points.map((point, i) => [point, points[(i + 1) % points.length]!] as const);
  return (
    new Set(points.map(String)).size === points.length && sides.every((side, i) => sides.every((other, j) => j <= i || !meets(side, other)))
  );
};
const signed = (polygon: readonly number[]): number =>
  pointsOf(polygon).reduce((sum, [x, y], i, all) => {
    const [nextX, nextY] = all[(i + 1) % all.length]!;
    return sum + (x * nextY - nextX * y) / 2;
  }, 0);

describe('a polygon for other programs', () => {
  test('is the outline itself where that is in order, turned the right way round', () => {
    expect(simplePolygon([0, 0, 4, 0, 4, 3, 0, 3])).toEqual([0, 0, 4, 0, 4, 3, 0, 3]);
    expect(signed(simplePolygon([0, 3, 4, 3, 4, 0, 0, 0])!)).toBe(12);
  });

  test('is the larger loop of a figure of eight, and of one that touches itself in a point or along a side', () => {
    expect(outlineArea(simplePolygon([0, 0, 10, 10, 10, 0, 0, 10, -5, 5])!)).toBeCloseTo(25 + 25, 6);
    expect(outlineArea(simplePolygon([0, 0, 4, 0, 4, 4, 2, 4, 1, 6, 3, 6, 2, 4, 0, 4])!)).toBe(16);
    expect(outlineArea(simplePolygon([0, 0, 4, 0, 4, 4, 3, 4, 3, 6, 8, 6, 8, 9, 1, 9, 1, 6, 3, 6, 3, 4, 0, 4])!)).toBe(21);
  });

  test('is none of what has no area', () => {
    expect(simplePolygon([1, 1, 5, 5, 9, 9])).toBeUndefined();
    expect(simplePolygon([1, 1, 1.001, 1, 1, 1.001])).toBeUndefined();
    expect(simplePolygon([0, 0, 4, 4, 4, 4, 0, 0, 4, 4])).toBeUndefined();
  });

  test('meets itself nowhere, whatever it is made of', () => {
    const corner = fc.integer({ min: 0, max: 12 });
    fc.assert(
      fc.property(fc.array(fc.tuple(corner, corner), { minLength: 3, maxLength: 16 }), (points) => {
        const polygon = simplePolygon(points.flat().map((value) => value / 4));
        if (polygon === undefined) return;
        expect(isSimple(polygon)).toBe(true);
        expect(signed(polygon)).toBeGreaterThan(0);
      }),
      { seed: 7, numRuns: 3000 },
    );
  });
});

test('a cut outline has the area that lies in the box', () => {
  expect(outlineArea(clipOutline([-2, -2, 6, -2, 6, 6, -2, 6], [0, 0, 4, 5]))).toBe(20);
  // A horseshoe of which two legs are left: the larger one is kept.
  const legs = simplePolygon(clipOutline([0, 0, 10, 0, 10, 10, 6, 10, 6, 3, 3, 3, 3, 10, 0, 10], [0, 5, 20, 20]))!;
  expect([isSimple(legs), outlineArea(legs)]).toEqual([true, 20]);
  expect(clipOutline([0, 0, 1, 0, 1, 1], [5, 5, 9, 9])).toEqual([]);
});
