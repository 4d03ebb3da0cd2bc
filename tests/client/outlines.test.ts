import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
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
  const rounded = (values: readonly number[]): number[] => values.map((value) => Math.round(value * 1000) / 1000);

  test('goes through the middle of every side and ends where it began', () => {
    const coordinate = fc.integer({ min: -400, max: 400 }).map((quarters) => quarters / 4);
    fc.assert(
      fc.property(fc.array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 40 }), (corners) => {
        const path = smoothPath(corners.flat());
        expect(path).toMatch(/^M[^M]*Z$/);
        const [x, y, ...curves] = numbers(path);
        const middle = (i: number): number[] => {
          const [a, b] = [corners[i]!, corners[(i + 1) % corners.length]!];
          return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
        };
        expect([x, y]).toEqual(middle(corners.length - 1));
        expect(curves).toEqual(corners.flatMap((corner, i) => [...corner, ...middle(i)]));
      }),
    );
  });

  test('of the steps of a mask is nearly straight', () => {
    // Up and right by turns: the corners lie half a step off the diagonal, the curve an eighth at most.
    const steps = Array.from({ length: 20 }, (_, i) => [Math.ceil(i / 2), Math.floor(i / 2)]);
    const path = smoothPath([...steps, [0, 30]].flat());
    const curves = numbers(path).slice(2);
    const off = steps.slice(2, -2).map((_, n) => {
      const i = n + 2;
      const [x, y] = [0, 1].map(
        (axis) => 0.25 * curves[4 * i - 2 + axis]! + 0.5 * curves[4 * i + axis]! + 0.25 * curves[4 * i + 2 + axis]!,
      ) as [number, number];
      return Math.abs(x - y - 0.5);
    });
    expect(Math.max(...rounded(off))).toBeLessThanOrEqual(0.25);
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
