import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shapeOf } from '../../domain/cell-shape.ts';
import { isWithin, moveOutline, outlineArea, outlineLength, simplifyOutline } from '../../domain/outline.ts';

const ellipse = (a: number, b: number, turn = 0, corners = 200, x = 300, y = 200): number[] =>
  Array.from({ length: corners }, (_, i) => (2 * Math.PI * i) / corners).flatMap((t) => [
    x + a * Math.cos(t) * Math.cos(turn) - b * Math.sin(t) * Math.sin(turn),
    y + a * Math.cos(t) * Math.sin(turn) + b * Math.sin(t) * Math.cos(turn),
  ]);

describe('an outline', () => {
  test('has the area and length of what it is drawn around', () => {
    const square = [10, 10, 30, 10, 30, 30, 10, 30];
    expect(outlineArea(square)).toBe(400);
    expect(outlineArea([...square].reverse())).toBe(400);
    expect(outlineLength(square)).toBe(80);
    expect(outlineArea(moveOutline(square, 0.5, { x: 7, y: -3 }))).toBe(100);
    expect(isWithin(square, 20, 20)).toBe(true);
    expect(isWithin(square, 31, 20)).toBe(false);
  });

  test('with fewer corners stays within the tolerance', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 5, max: 60, noNaN: true }),
        fc.double({ min: 5, max: 60, noNaN: true }),
        fc.double({ min: 0, max: 3, noNaN: true }),
        (a, b, turn) => {
          const full = ellipse(a, b, turn);
          const fewer = simplifyOutline(full, 0.5);
          expect(fewer.length).toBeLessThan(full.length);
          expect(Math.abs(outlineArea(fewer) - outlineArea(full))).toBeLessThan(0.5 * outlineLength(full));
        },
      ),
    );
  });
});

describe('the shape of a cell', () => {
  test('of a circle and of an ellipse is what geometry says', () => {
    const circle = shapeOf(ellipse(50, 50), 0.072);
    expect(circle.diameterUm).toBeCloseTo(7.2, 2);
    expect(circle.circularity).toBeGreaterThan(0.999);
    expect(circle.eccentricity).toBeLessThan(1e-3);
    for (const turn of [0, 0.4, 1.3]) {
      const oval = shapeOf(ellipse(50, 30, turn), 1);
      expect(oval.eccentricity).toBeCloseTo(0.8, 3);
      expect(oval.areaUm2 / (Math.PI * 1500)).toBeCloseTo(1, 3);
    }
  });

  test('does not depend on where the cell lies, nor on the way round', () => {
    const near = ellipse(40, 25, 0.7, 60, 0, 0);
    const far = ellipse(40, 25, 0.7, 60, 1e6, -2e6);
    expect(shapeOf(far, 0.1).eccentricity).toBeCloseTo(shapeOf(near, 0.1).eccentricity, 6);
    const back = Array.from({ length: near.length / 2 }, (_, i) => near.slice(near.length - 2 * i - 2, near.length - 2 * i)).flat();
    expect(shapeOf(back, 0.1).eccentricity).toBeCloseTo(shapeOf(near, 0.1).eccentricity, 9);
  });
});
