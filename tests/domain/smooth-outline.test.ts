import { describe, expect, it } from 'vitest';
import { shapeOf } from '../../domain/cell-shape.ts';
import { outlineArea } from '../../domain/outline.ts';
import { smoothOutline, walkOutline } from '../../domain/smooth-outline.ts';

/** An ellipse as a grid of `cell` px has it: its corners on the grid, from one to the next along it. */
const stairs = (a: number, b: number, cell: number): number[] => {
  const corners: number[] = [];
  for (let n = 0; n < 720; n++) {
    const angle = (Math.PI * n) / 360;
    const [x, y] = [a * Math.cos(angle), b * Math.sin(angle)].map((value) => cell * Math.round(value / cell));
    const [beforeX, beforeY] = corners.slice(-2);
    if (beforeX === x && beforeY === y) continue;
    if (beforeX !== undefined && beforeX !== x && beforeY !== y) corners.push(x!, beforeY!);
    corners.push(x!, y!);
  }
  return corners;
};

describe('smooth outlines', () => {
  it.each([
    [50, 50],
    [60, 42],
    [15, 13],
  ])('of %i by %i px lose the steps of the grid and keep their area', (a, b) => {
    const rough = stairs(a, b, 4);
    const smooth = smoothOutline(rough, 4, 0.5);
    expect(outlineArea(smooth) / outlineArea(rough)).toBeCloseTo(1, 1);
    expect(smooth.length).toBeLessThan(rough.length);
    const truth = shapeOf(walkOutline(smooth, 360) as unknown as number[], 1);
    expect(shapeOf(rough, 1).circularity).toBeLessThan(0.75);
    expect(truth.circularity).toBeGreaterThan(a === b ? 0.97 : 0.9);
  });

  it('keep what is long: the lobes of a cell', () => {
    const lobed = Array.from({ length: 720 }, (_, i) => {
      const angle = (Math.PI * (i >> 1)) / 180;
      const radius = 50 + 6 * Math.cos(5 * angle);
      return radius * (i % 2 === 0 ? Math.cos(angle) : Math.sin(angle));
    });
    const smooth = smoothOutline(lobed, 4, 0.3);
    const radii = [...walkOutline(smooth, 200)].flatMap((x, i, all) => (i % 2 === 0 ? [Math.hypot(x, all[i + 1]!)] : []));
    expect(Math.max(...radii) - Math.min(...radii)).toBeGreaterThan(11);
  });

  it('are made of what is hardly an outline too', () => {
    for (const outline of [
      [0, 0, 1, 0, 0, 1],
      [5, 5, 5, 5, 5, 5],
      [0, 0, 1e-9, 0, 0, 1e-9],
    ])
      expect(smoothOutline(outline, 4, 0.5).every(Number.isFinite)).toBe(true);
  });
});
