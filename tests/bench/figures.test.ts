import fc from 'fast-check';
import { expect, test } from 'vitest';
import { figureTable, holds, percentile, slope } from '../../server/bench/figures.ts';

test('a percentile is one of the values, with at least its share at or below it', () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1 }), fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
      const value = percentile(values, share);
      expect(values).toContain(value);
      expect(values.filter((other) => other <= (value ?? Number.NaN)).length / values.length).toBeGreaterThanOrEqual(share);
    }),
  );
  expect(percentile([], 0.5)).toBeUndefined();
});

test('the slope of a line is the slope of its points', () => {
  expect(slope([1, 2, 3, 7].map((x) => ({ x, y: 3 * x - 5 })))).toBeCloseTo(3, 10);
  expect(slope([{ x: 1, y: 1 }])).toBeUndefined();
});

test('a figure holds on its bound and is missed beyond it', () => {
  expect(holds({ what: 'speed', measured: 60, unit: 'frames/s', bound: { atLeast: 60 } })).toBe(true);
  const missed = { what: 'latency', measured: 101, unit: 'ms', bound: { atMost: 100 } };
  expect(holds(missed)).toBe(false);
  expect(figureTable([missed])).toContain('MISSED');
});
