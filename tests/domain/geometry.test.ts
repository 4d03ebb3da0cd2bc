import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Box,
  boxArea,
  boxCentre,
  containsBox,
  insetBox,
  intersectBoxes,
  iou,
  overlapArea,
  overlapOfSmaller,
  scaleBox,
  translateBox,
  uniteBoxes,
} from '../../domain/geometry.ts';

const coordinate = fc.integer({ min: -2000, max: 2000 });
const side = fc.integer({ min: 1, max: 500 });
const box: fc.Arbitrary<Box> = fc
  .tuple(coordinate, coordinate, side, side)
  .map(([x, y, width, height]): Box => [x, y, x + width, y + height]);

describe('boxes', () => {
  test('the common part lies in both, and its area is the overlap', () => {
    fc.assert(
      fc.property(box, box, (a, b) => {
        const common = intersectBoxes(a, b);
        expect(overlapArea(a, b)).toBe(common === undefined ? 0 : boxArea(common));
        if (common !== undefined) expect(containsBox(a, common) && containsBox(b, common)).toBe(true);
      }),
    );
  });

  test('intersection over union is symmetric, 1 for the same box, and does not change with place or scale', () => {
    fc.assert(
      fc.property(box, box, coordinate, coordinate, (a, b, x, y) => {
        expect(iou(a, b)).toBe(iou(b, a));
        expect(iou(a, a)).toBe(1);
        expect(iou(translateBox(a, { x, y }), translateBox(b, { x, y }))).toBeCloseTo(iou(a, b), 10);
        expect(iou(scaleBox(a, 2), scaleBox(b, 2))).toBeCloseTo(iou(a, b), 10);
      }),
    );
  });

  test('a box within another overlaps it wholly', () => {
    fc.assert(
      fc.property(box, fc.integer({ min: 0, max: 50 }), (outer, margin) => {
        const inner = insetBox(outer, margin);
        fc.pre(boxArea(inner) > 0);
        expect(overlapOfSmaller(outer, inner)).toBe(1);
        expect(boxCentre(inner)).toEqual(boxCentre(outer));
      }),
    );
  });

  test('the union holds both and is no larger than it must be', () => {
    fc.assert(
      fc.property(box, box, (a, b) => {
        const both = uniteBoxes(a, b);
        expect(containsBox(both, a) && containsBox(both, b)).toBe(true);
        expect([a[0], b[0]]).toContain(both[0]);
        expect([a[3], b[3]]).toContain(both[3]);
      }),
    );
  });

  test('boxes that only touch have nothing in common', () => {
    expect(intersectBoxes([0, 0, 10, 10], [10, 0, 20, 10])).toBeUndefined();
    expect(iou([0, 0, 0, 0], [0, 0, 0, 0])).toBe(0);
  });
});
