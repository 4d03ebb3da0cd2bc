import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cropPlace } from '../../client/src/cell/crop-place.ts';
import { shapeFacts, shapeLine } from '../../client/src/cell/shape-words.ts';
import { type CellsAs, cellsAsFor, isCellsAs, nextCellsAs } from '../../client/src/outlines/cells-as.ts';
import { smoothPath } from '../../client/src/outlines/outline-paths.ts';

describe('how cells are drawn', () => {
  test('is outlines where the model draws them, boxes otherwise, and what was chosen where that can be', () => {
    expect(cellsAsFor(undefined, true)).toBe('outlines');
    expect(cellsAsFor(undefined, false)).toBe('boxes');
    expect(cellsAsFor('boxes', true)).toBe('boxes');
    expect(cellsAsFor('fills', false)).toBe('boxes');
    expect(cellsAsFor('off', false)).toBe('off');
    expect(isCellsAs('fills')).toBe(true);
    expect(isCellsAs('squares')).toBe(false);
    expect(isCellsAs(null)).toBe(false);
  });

  test.each([
    [true, ['outlines', 'fills', 'off', 'boxes', 'outlines']],
    [false, ['boxes', 'off', 'boxes']],
  ] as const)('goes on with one key (the model draws: %s)', (draws, ways) => {
    let as: CellsAs = ways[0];
    for (const next of ways.slice(1)) {
      as = nextCellsAs(as, draws);
      expect(as).toBe(next);
    }
  });
});

describe('a smooth outline', () => {
  const numbers = (path: string): number[] => [...path.matchAll(/-?\d+(\.\d+)?/g)].map(([text]) => Number(text));
  /** Ends of its curves. */
  const ends = (path: string): [number, number][] => {
    const [x, y, ...rest] = numbers(path) as [number, number, ...number[]];
    return [[x, y], ...Array.from({ length: rest.length / 6 }, (_, i): [number, number] => [rest[6 * i + 4]!, rest[6 * i + 5]!])];
  };

  test('goes through every corner and ends where it began', () => {
    const coordinate = fc.integer({ min: -400, max: 400 }).map((quarters) => quarters / 4);
    fc.assert(
      fc.property(fc.array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 40 }), (corners) => {
        const path = smoothPath(corners.flat());
        expect(path).toMatch(/^M[^M]*Z$/);
        expect(ends(path)).toEqual([...corners, corners[0]]);
      }),
    );
  });

  test('of a polygon around a circle lies nearer to the circle than the polygon', () => {
    const corners = Array.from({ length: 10 }, (_, i) => [
      50 * Math.cos((2 * Math.PI * i) / 10),
      50 * Math.sin((2 * Math.PI * i) / 10),
    ]).flat();
    const [x0, y0, x1, y1, x2, y2, x3, y3] = numbers(smoothPath(corners)) as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const middle = [(x0 + 3 * x1 + 3 * x2 + x3) / 8, (y0 + 3 * y1 + 3 * y2 + y3) / 8] as const;
    expect(Math.hypot(...middle)).toBeGreaterThan(Math.hypot((x0 + x3) / 2, (y0 + y3) / 2) + 1);
    expect(Math.hypot(...middle)).toBeLessThan(51);
  });
});

describe('the outline over a cell’s own picture', () => {
  test('lies around the middle of the box', () => {
    // A box of 100 × 80 has a margin of 25 and 20 on each side.
    expect(cropPlace([10, 20, 110, 100], { widthPx: 150, heightPx: 120 })).toEqual({ x: -25, y: -20, widthPx: 150, heightPx: 120 });
    expect(cropPlace([0, 0, 12, 12], { widthPx: 28, heightPx: 30 })).toEqual({ x: -8, y: -9, widthPx: 28, heightPx: 30 });
    expect(cropPlace([0, 0, 400, 400], { widthPx: 384, heightPx: 384 })).toEqual({ x: 8, y: 8, widthPx: 384, heightPx: 384 });
  });

  test('is left out where an edge of the field cut the picture', () => {
    expect(cropPlace([10, 20, 110, 100], { widthPx: 126, heightPx: 120 })).toBeUndefined();
  });
});

test('measures say their unit, and whether the scale is estimated', () => {
  const shape = { areaUm2: 41.26, perimeterUm: 23, diameterUm: 7.248, circularity: 0.934, eccentricity: 0.31 };
  expect(shapeLine(shape, false)).toBe('area 41.3 µm², diameter 7.25 µm, circularity 0.93, eccentricity 0.31');
  expect(shapeLine({ ...shape, pallor: 0.342 }, true)).toBe(
    'area ≈ 41.3 µm², diameter ≈ 7.25 µm, circularity 0.93, eccentricity 0.31, central pallor 34 %',
  );
  expect(shapeFacts({ ...shape, nucleusShare: 0.6 }, false).map(({ name }) => name)).toContain('Nucleus');
});
