import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { blandAltmanOf } from '../../domain/bland-altman.ts';
import { cohenKappa } from '../../domain/cohen-kappa.ts';
import { studentQuantile } from '../../domain/statistics.ts';

type Known = {
  readonly table: number[][];
  readonly value: number;
  readonly standardError: number;
  readonly low: number;
  readonly high: number;
};
const tables = JSON.parse(readFileSync(new URL('../fixtures/agreement/kappa.json', import.meta.url), 'utf8')) as Known[];

describe('Cohen’s κ', () => {
  test.each(tables)('is that of scikit-learn, its interval that of statsmodels: $table', ({ table, value, standardError, low, high }) => {
    expect(cohenKappa(table)).toEqual({
      value: expect.closeTo(value, 12),
      standardError: expect.closeTo(standardError, 12),
      low: expect.closeTo(low, 10),
      high: expect.closeTo(Math.min(1, high), 10),
    });
  });

  test('is that of the SAS manual’s example: 0.4842, ASE 0.1380, 0.2137 to 0.7547', () => {
    const table = [
      [0, 4, 1],
      [0, 8, 0],
      [0, 1, 5],
    ];
    expect(cohenKappa(table)).toEqual({
      value: expect.closeTo(0.4842, 4),
      standardError: expect.closeTo(0.138, 4),
      low: expect.closeTo(0.2137, 4),
      high: expect.closeTo(0.7547, 4),
    });
  });

  test('is 1 where all is agreed, and not defined where nothing could differ', () => {
    expect(
      cohenKappa([
        [5, 0],
        [0, 7],
      ])?.value,
    ).toBeCloseTo(1, 12);
    expect(
      cohenKappa([
        [9, 0],
        [0, 0],
      ]),
    ).toBeUndefined();
    expect(
      cohenKappa([
        [0, 0],
        [0, 0],
      ]),
    ).toBeUndefined();
  });
});

describe('Bland and Altman', () => {
  const wright = [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427];
  const mini = [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451];

  test('is their own example of two peak flow meters (Lancet 327, 1986, table 1)', () => {
    const result = blandAltmanOf(wright.map((first, i) => ({ field: i + 1, first, second: mini[i]! })))!;
    expect(result.fields).toBe(17);
    expect(result.mean).toBeCloseTo(-2.1, 1);
    expect(result.sd).toBeCloseTo(38.8, 1);
    expect(Math.abs(result.meanInterval.low - -22.0)).toBeLessThan(0.1);
    expect(Math.abs(result.meanInterval.high - 17.8)).toBeLessThan(0.1);
    // The paper takes 2 for 1.96: its limits are −79.7 and 75.5, with intervals of ± 34.6.
    expect(Math.abs(result.low - -79.7 - 0.04 * 38.8)).toBeLessThan(0.1);
    expect(Math.abs(result.high - 75.5 + 0.04 * 38.8)).toBeLessThan(0.1);
    for (const { low, high } of [result.lowInterval, result.highInterval]) expect(Math.abs((high - low) / 2 - 34.6)).toBeLessThan(0.3);
  });

  test('needs two fields', () => {
    expect(blandAltmanOf([{ field: 1, first: 3, second: 4 }])).toBeUndefined();
    expect(blandAltmanOf([1, 2].map((field) => ({ field, first: 3, second: 3 })))).toMatchObject({ mean: 0, sd: 0, low: 0, high: 0 });
  });
});

test('Student’s quantiles are those of the tables', () => {
  for (const [df, t] of [
    [1, 12.706],
    [2, 4.303],
    [10, 2.228],
    [16, 2.12],
    [30, 2.042],
    [1000, 1.962],
  ] as const)
    expect(studentQuantile(df)).toBeCloseTo(t, 3);
});
