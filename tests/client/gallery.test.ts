import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classEvidence } from '../../client/src/cell/class-evidence.ts';
import { pickedCell } from '../../client/src/cell/picked-cell.ts';
import { gridFor, gridHeight, gridWindow, moveInGrid, scrollTo, tilePlace } from '../../client/src/gallery/grid-window.ts';
import { ALL_CELLS, orderCells } from '../../client/src/gallery/order-cells.ts';
import type { CellRecord } from '../../domain/cell-record.ts';

const record = (change: Partial<CellRecord>): CellRecord => ({
  id: 1,
  class: 'RBC',
  classIndex: 0,
  score: 0.9,
  state: 'counted',
  island: 1,
  box: [0, 0, 10, 10],
  widthUm: 7,
  heightUm: 7,
  sightings: 1,
  firstSeenMs: 0,
  lastSeenMs: 0,
  cropVersion: 1,
  ...change,
});

describe('the grid', () => {
  const view = fc.record({
    width: fc.integer({ min: 50, max: 3000 }),
    height: fc.integer({ min: 50, max: 2000 }),
    count: fc.integer({ min: 1, max: 6000 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  });

  test('every tile that is in view is drawn, and few others', () => {
    fc.assert(
      fc.property(view, ({ width, height, count, share }) => {
        const grid = gridFor(width, 112, 20);
        const scrollTop = share * Math.max(0, gridHeight(grid, count) - height);
        const { from, to } = gridWindow(grid, count, scrollTop, height, 2);
        for (let i = 0; i < count; i++) {
          const { y } = tilePlace(grid, i);
          if (y < scrollTop + height && y + grid.tileHeight > scrollTop) expect(i >= from && i < to).toBe(true);
        }
        expect(to - from).toBeLessThanOrEqual(grid.columns * (height / grid.tileHeight + 6));
      }),
    );
  });

  test('tiles stand side by side within the width', () => {
    fc.assert(
      fc.property(view, ({ width, count }) => {
        const grid = gridFor(width, 112, 20);
        const { x } = tilePlace(grid, count - 1);
        expect(x + grid.tileWidth).toBeLessThanOrEqual(Math.max(width, 1));
      }),
    );
  });

  test('keys lead to a tile that is there, which scrolling brings into view', () => {
    const keys = fc.constantFrom('ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End');
    fc.assert(
      fc.property(view, keys, fc.nat(), ({ width, height, count }, key, n) => {
        const grid = gridFor(width, 112, 20);
        const next = moveInGrid(key, n % count, grid, count, 3)!;
        expect(next).toBeGreaterThanOrEqual(0);
        expect(next).toBeLessThan(count);
        const tall = Math.max(height, grid.tileHeight);
        const top = scrollTo(grid, next, 500, tall);
        const { y } = tilePlace(grid, next);
        expect(y).toBeGreaterThanOrEqual(top);
        expect(y + grid.tileHeight).toBeLessThanOrEqual(top + tall);
      }),
    );
    expect(moveInGrid('a', 0, gridFor(500, 112, 20), 9, 3)).toBeUndefined();
    expect(moveInGrid('ArrowDown', 8, gridFor(500, 112, 20), 9, 3)).toBe(8);
  });
});

describe('the order', () => {
  const cells = [
    record({ id: 1, score: 0.9, widthUm: 7, heightUm: 7, firstSeenMs: 5 }),
    record({ id: 2, score: 0.4, class: 'WBC', widthUm: 14, heightUm: 12, firstSeenMs: 1 }),
    record({ id: 3, score: 0.4, widthUm: 3, heightUm: 2, firstSeenMs: 9, state: 'waiting' }),
    record({ id: 4, score: 0.1, state: 'withdrawn' }),
  ];

  test('is the least certain first, without what was withdrawn', () => {
    expect(orderCells(cells, ALL_CELLS)).toEqual([2, 3, 1]);
  });

  test('can be by size or time, either way round', () => {
    expect(orderCells(cells, { ...ALL_CELLS, sort: 'size', descending: true })).toEqual([2, 1, 3]);
    expect(orderCells(cells, { ...ALL_CELLS, sort: 'seen' })).toEqual([2, 1, 3]);
  });

  test('is by the outline, where there is one, not by the box', () => {
    const shape = { areaUm2: 20, perimeterUm: 16, diameterUm: 5, circularity: 0.98, eccentricity: 0.2 };
    const drawn = [record({ id: 1, widthUm: 8, heightUm: 8, shape }), record({ id: 2, widthUm: 6, heightUm: 6 })];
    expect(orderCells(drawn, { ...ALL_CELLS, sort: 'size' })).toEqual([1, 2]);
  });

  test('keeps to class, state, score and size', () => {
    expect(orderCells(cells, { ...ALL_CELLS, class: 'WBC' })).toEqual([2]);
    expect(orderCells(cells, { ...ALL_CELLS, state: 'withdrawn' })).toEqual([4]);
    expect(orderCells(cells, { ...ALL_CELLS, leastScore: 0.5 })).toEqual([1]);
    expect(orderCells(cells, { ...ALL_CELLS, leastUm: 5, mostUm: 8 })).toEqual([1]);
  });
});

test('the evidence for a class is what its sightings say together', () => {
  const sighting = (name: string, score: number) => ({
    frame: 1,
    atMs: 0,
    box: [0, 0, 1, 1] as [number, number, number, number],
    class: name,
    score,
  });
  const evidence = classEvidence([sighting('RBC', 0.5), sighting('WBC', 0.9), sighting('WBC', 0.7)]);
  expect(evidence.map(({ name, sightings }) => [name, sightings])).toEqual([
    ['WBC', 2],
    ['RBC', 1],
  ]);
  expect(evidence[0]).toMatchObject({ share: 2 / 3, meanScore: expect.closeTo(0.8) });
});

test('an address names a cell by its whole number alone', () => {
  expect(pickedCell(new URLSearchParams('cell=12'))).toBe(12);
  for (const text of ['', 'cell=', 'cell=0', 'cell=-1', 'cell=1.5', 'cell=1e9', 'cell=x', `cell=${'9'.repeat(30)}`])
    expect(pickedCell(new URLSearchParams(text))).toBeUndefined();
});
