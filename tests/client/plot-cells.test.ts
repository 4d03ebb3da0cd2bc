import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arrangeIslands } from '../../client/src/map/arrange-islands.ts';
import { cellAt, eachCellWithin, plotCells } from '../../client/src/map/plot-cells.ts';
import type { MapCell } from '../../domain/wire.ts';

const keyframes = [
  { island: 1, x: -500, y: 200, widthPx: 3000, heightPx: 2000 },
  { island: 2, x: 9000, y: -100, widthPx: 1280, heightPx: 720 },
];
const arrangement = arrangeIslands(keyframes, 1.6)!;

const cell = fc.record({
  island: fc.constantFrom(1, 2),
  classIndex: fc.integer({ min: 0, max: 2 }),
  x: fc.integer({ min: 0, max: 700 }),
  y: fc.integer({ min: 0, max: 500 }),
  widthPx: fc.integer({ min: 4, max: 200 }),
  heightPx: fc.integer({ min: 4, max: 200 }),
  score: fc.integer({ min: 0, max: 100 }).map((n) => n / 100),
  state: fc.constantFrom('counted' as const, 'waiting' as const, 'excluded' as const),
});
const mapOf = (cells: readonly Omit<MapCell, 'id'>[]): Map<number, MapCell> =>
  new Map(
    cells.map((one, i) => {
      const { extent } = arrangement.islands.get(one.island)!;
      return [i + 1, { ...one, id: i + 1, x: one.x + extent.x, y: one.y + extent.y }];
    }),
  );
const everything = () => true;

test('a part of the world finds every cell that reaches into it', () => {
  fc.assert(
    fc.property(
      fc.array(cell, { maxLength: 60 }),
      fc.record({ x: fc.integer({ min: -200, max: 5000 }), y: fc.integer({ min: -200, max: 3000 }) }),
      fc.integer({ min: 1, max: 900 }),
      (cells, { x, y }, side) => {
        const plot = plotCells(mapOf(cells), arrangement);
        const found = new Set<number>();
        eachCellWithin(plot, { x, y, width: side, height: side }, (i) => found.add(plot.ids[i]!));
        for (let i = 0; i < plot.count; i++) {
          const dx = Math.abs(plot.x[i]! - (x + side / 2));
          const dy = Math.abs(plot.y[i]! - (y + side / 2));
          if (dx < (side + plot.width[i]!) / 2 && dy < (side + plot.height[i]!) / 2) expect(found).toContain(plot.ids[i]!);
        }
        expect(plot.count).toBe(cells.length);
      },
    ),
  );
});

test('a cell is found at its middle, the smaller one where two lie over each other', () => {
  fc.assert(
    fc.property(fc.array(cell, { minLength: 1, maxLength: 30 }), fc.nat(), (cells, n) => {
      const plot = plotCells(mapOf(cells), arrangement);
      const i = n % plot.count;
      const found = cellAt(plot, { x: plot.x[i]!, y: plot.y[i]! }, 0, everything);
      const at = plot.ids.indexOf(found!);
      expect(plot.width[at]! * plot.height[at]!).toBeLessThanOrEqual(plot.width[i]! * plot.height[i]!);
    }),
  );
});

test('what is hidden or far is not found', () => {
  const one = { island: 1, classIndex: 0, x: 100, y: 100, widthPx: 20, heightPx: 20, score: 1, state: 'counted' as const };
  const plot = plotCells(mapOf([one]), arrangement);
  const at = { x: plot.x[0]!, y: plot.y[0]! };
  expect(cellAt(plot, { x: at.x + 14, y: at.y }, 5, everything)).toBe(1);
  expect(cellAt(plot, { x: at.x + 16, y: at.y }, 5, everything)).toBeUndefined();
  expect(cellAt(plot, at, 5, () => false)).toBeUndefined();
});

test('cells of an island that is not there are left out', () => {
  const lost = { island: 9, classIndex: 0, x: 1, y: 1, widthPx: 9, heightPx: 9, score: 1, state: 'counted' as const, id: 1 };
  expect(plotCells(new Map([[1, lost]]), arrangement).count).toBe(0);
});
