import { describe, expect, it } from 'vitest';
import type { Box } from '../../domain/geometry.ts';
import { type Grid, headGrid } from '../../models/architectures/grid.ts';
import { assignTargets, pointsWithin } from '../../models/train/assign-targets.ts';

const grid = headGrid({ heads: [{ logits: '', distances: '', stride: 4 }] }, 80, 60);
const pointX = ({ x }: Grid, point: number): number => x[point]!;
const pointY = ({ y }: Grid, point: number): number => y[point]!;

describe('points within a box', () => {
  it('are those whose centres lie in it', () => {
    const points = pointsWithin(grid, [4, 8, 12, 16]);
    expect(points.map((point) => [pointX(grid, point), pointY(grid, point)])).toEqual([
      [6, 10],
      [10, 10],
      [6, 14],
      [10, 14],
    ]);
  });

  it('are the nearest one for a box between them, and stay on the grid', () => {
    expect(pointsWithin(grid, [3.2, 3.2, 4.8, 4.8])).toHaveLength(1);
    expect(pointsWithin(grid, [78, 58, 90, 70])).toEqual([299]);
  });
});

describe('assigning targets', () => {
  const around = (point: number): Box => [
    pointX(grid, point) - 10,
    pointY(grid, point) - 10,
    pointX(grid, point) + 10,
    pointY(grid, point) + 10,
  ];

  it('asks the points that agree best for a box, the best for its overlap', () => {
    const box: Box = [20, 20, 40, 40];
    const targets = assignTargets(grid, [{ box, classIndex: 1 }], () => 0.5, around);
    const best = targets.reduce((a, b) => (b.score > a.score ? b : a));
    expect(Math.hypot(pointX(grid, best.point) - 30, pointY(grid, best.point) - 30)).toBeLessThan(4);
    expect(best.score).toBeGreaterThan(0.6);
    expect(targets.every((target) => target.score <= best.score && target.item.classIndex === 1)).toBe(true);
    expect(targets).toHaveLength(10);
  });

  it('gives a point that two boxes claim to the one it overlaps more', () => {
    const left = { box: [20, 20, 40, 40] as Box, classIndex: 0 };
    const right = { box: [30, 20, 50, 40] as Box, classIndex: 0 };
    const targets = assignTargets(grid, [left, right], () => 0.5, around);
    expect(new Set(targets.map((target) => target.point)).size).toBe(targets.length);
    for (const { point, item } of targets) expect(item).toBe(pointX(grid, point) < 35 ? left : right);
  });
});
