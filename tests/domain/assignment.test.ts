import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assign } from '../../domain/assignment.ts';

/** Least cost over all ways to pair, by trying each. */
const bruteForce = (costs: readonly number[], rows: number, columns: number): number => {
  const wide = columns >= rows;
  const few = wide ? rows : columns;
  const many = wide ? columns : rows;
  const at = (i: number, j: number): number => (wide ? costs[i * columns + j]! : costs[j * columns + i]!);
  const best = (i: number, taken: number): number => {
    if (i === few) return 0;
    let least = Number.POSITIVE_INFINITY;
    for (let j = 0; j < many; j++) if (!(taken & (1 << j))) least = Math.min(least, at(i, j) + best(i + 1, taken | (1 << j)));
    return least;
  };
  return best(0, 0);
};

const matrix = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }))
  .chain(([rows, columns]) =>
    fc.tuple(
      fc.constant(rows),
      fc.constant(columns),
      fc.array(fc.integer({ min: -9, max: 9 }), { minLength: rows * columns, maxLength: rows * columns }),
    ),
  );

describe('assign', () => {
  it('costs the least of all pairings, each row and column at most once', () => {
    fc.assert(
      fc.property(matrix, ([rows, columns, costs]) => {
        const pairs = assign(costs, rows, columns);
        expect(pairs).toHaveLength(Math.min(rows, columns));
        expect(new Set(pairs.map(({ row }) => row)).size).toBe(pairs.length);
        expect(new Set(pairs.map(({ column }) => column)).size).toBe(pairs.length);
        expect(pairs.reduce((sum, { row, column }) => sum + costs[row * columns + column]!, 0)).toBe(bruteForce(costs, rows, columns));
      }),
      { numRuns: 500 },
    );
  });

  it('gives nothing for no rows or no columns, and refuses what is not a number', () => {
    expect(assign([], 0, 3)).toEqual([]);
    expect(assign([], 3, 0)).toEqual([]);
    expect(() => assign([Number.NaN], 1, 1)).toThrow(RangeError);
  });
});
