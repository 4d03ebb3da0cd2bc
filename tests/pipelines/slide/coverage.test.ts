import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Box, translateBox } from '../../../domain/geometry.ts';
import { type Analysed, type Coverage, createCoverage } from '../../../pipelines/slide/coverage.ts';
import type { Keyframe } from '../../../pipelines/slide/keyframe-graph.ts';

const GRID_PX = 10;
const CAP_PX = 50;
const FIELD: Box = [-310, -310, 530, 530];

/** A keyframe as far as coverage sees it: a place that may move. */
const keyframeAt = (x: number, y: number, island = 1): Keyframe => ({ island, x, y }) as Keyframe;

const keyframe = fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 2 }));
const tileBox = fc
  .tuple(
    fc.integer({ min: -800, max: 800 }).map((quarters) => quarters / 4),
    fc.integer({ min: -800, max: 800 }).map((quarters) => quarters / 4),
    fc.integer({ min: 5, max: 220 }),
    fc.integer({ min: 5, max: 220 }),
  )
  .map(([x, y, width, height]): Box => [x, y, x + width, y + height]);
const laid = fc.record({
  keyframes: fc.array(keyframe, { minLength: 1, maxLength: 4 }),
  tiles: fc.array(fc.tuple(fc.nat(), tileBox), { maxLength: 8 }),
});

const make = ({ keyframes, tiles }: { keyframes: [number, number, number][]; tiles: [number, Box][] }) => {
  const made = keyframes.map(([x, y, island]) => keyframeAt(x, y, island));
  return { keyframes: made, tiles: tiles.map(([pick, box]): Analysed => ({ keyframe: made[pick % made.length]!, box })) };
};

const depthIn = (box: Box, x: number, y: number): number => Math.min(x - box[0], box[2] - x, y - box[1], box[3] - y);

/** Depth at every grid point of the field, by the definition. */
const bruteForce = (island: number, tiles: readonly Analysed[]): number[] => {
  const boxes = tiles.filter((tile) => tile.keyframe.island === island).map((tile) => translateBox(tile.box, tile.keyframe));
  const depths: number[] = [];
  for (let y = FIELD[1]; y <= FIELD[3]; y += GRID_PX) {
    for (let x = FIELD[0]; x <= FIELD[2]; x += GRID_PX)
      depths.push(Math.max(0, ...boxes.map((box) => Math.min(CAP_PX, depthIn(box, x, y)))));
  }
  return depths;
};

const depthsOf = (coverage: Coverage, island: number): number[] => {
  const { columns, rows, analysed } = coverage.window(island, FIELD, 0);
  return [...analysed.subarray(0, columns * rows)];
};

const expectDepths = (coverage: Coverage, tiles: readonly Analysed[]): void => {
  let points = 0;
  const depths: number[] = [];
  for (const island of [1, 2]) {
    const wanted = bruteForce(island, tiles);
    points += wanted.filter((depth) => depth > 0).length;
    depths.push(...wanted);
    const found = depthsOf(coverage, island);
    expect(found.length).toBe(wanted.length);
    expect(found.findIndex((depth, i) => Math.abs(depth - wanted[i]!) > 1e-3)).toBe(-1);
  }
  expect(coverage.areaPx2).toBe(points * GRID_PX * GRID_PX);
  // Told apart in steps of a hundredth of the cap.
  for (const reach of [0.2, 0.5, 0.9].map((share) => share * CAP_PX)) {
    const deeper = (slip: number): number =>
      depths.filter((depth) => depth > 0 && depth >= reach + slip * CAP_PX).length * GRID_PX * GRID_PX;
    expect(coverage.areaDeeperPx2(reach)).toBeLessThanOrEqual(deeper(-0.01));
    expect(coverage.areaDeeperPx2(reach)).toBeGreaterThanOrEqual(deeper(0.01));
  }
};

describe('createCoverage', () => {
  test('keeps at each place the largest depth inside any analysed tile, up to the cap', () => {
    fc.assert(
      fc.property(laid, (drawn) => {
        const coverage = createCoverage(GRID_PX, CAP_PX);
        const { tiles } = make(drawn);
        for (const tile of tiles) coverage.add(tile);
        expectDepths(coverage, tiles);
      }),
      { numRuns: 25 },
    );
  });

  test('after keyframes moved, laying out the moved ones anew equals laying out all', () => {
    fc.assert(
      fc.property(laid, fc.array(keyframe, { minLength: 4, maxLength: 4 }), (drawn, moves) => {
        const coverage = createCoverage(GRID_PX, CAP_PX);
        const { keyframes, tiles } = make(drawn);
        for (const tile of tiles) coverage.add(tile);
        keyframes.forEach((one, i) => {
          one.x += moves[i]![0];
          one.y += moves[i]![1];
          one.island = moves[i]![2];
        });
        coverage.relay(keyframes);
        expectDepths(coverage, tiles);
      }),
      { numRuns: 25 },
    );
  });

  test('a tile taken back leaves what the others cover', () => {
    fc.assert(
      fc.property(laid, fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), (drawn, gone) => {
        const coverage = createCoverage(GRID_PX, CAP_PX);
        const { tiles } = make(drawn);
        for (const tile of tiles) coverage.add(tile);
        for (const tile of tiles.filter((_, i) => gone[i])) coverage.remove(tile);
        expectDepths(
          coverage,
          tiles.filter((_, i) => !gone[i]),
        );
      }),
      { numRuns: 25 },
    );
  });

  test('tells the window of the grid under a field, and what was seen there', () => {
    const coverage = createCoverage(4, CAP_PX);
    coverage.see(1, [0, 0, 100, 60]);
    const { x0, y0, columns, rows, seen, analysed } = coverage.window(1, [-7, 2, 21, 9], 1);
    expect([x0, y0, columns, rows]).toEqual([-4, 4, 7, 2]);
    expect([...seen.subarray(0, columns)]).toEqual([0, 0, 4, 4, 4, 4, 4]);
    expect([...seen.subarray(columns, 2 * columns)]).toEqual([0, 0, 4, 8, 8, 8, 8]);
    expect(Math.max(...analysed.subarray(0, columns * rows))).toBe(0);
  });

  test('forgets everything when reset', () => {
    const coverage = createCoverage(GRID_PX, CAP_PX);
    const tile: Analysed = { keyframe: keyframeAt(0, 0), box: [0, 0, 100, 100] };
    coverage.add(tile);
    coverage.see(1, [0, 0, 100, 100]);
    coverage.reset();
    coverage.remove(tile);
    expectDepths(coverage, []);
    const { seen } = coverage.window(1, FIELD, 0);
    expect(Math.max(...seen)).toBe(0);
  });
});
