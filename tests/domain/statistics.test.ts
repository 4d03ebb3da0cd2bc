import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { binomialInterval, poissonInterval } from '../../domain/statistics.ts';

describe('poisson interval', () => {
  // Garwood's table, 95 %: F. Garwood, Biometrika 28 (1936) 437–442.
  test.each([
    [0, 0, 3.69],
    [1, 0.0253, 5.57],
    [2, 0.242, 7.22],
    [10, 4.8, 18.39],
    [12, 6.2, 20.96],
    [49, 36.25, 64.78],
  ])('of %i is %d to %d', (n, low, high) => {
    const interval = poissonInterval(n);
    expect(interval.low).toBeCloseTo(low, 1);
    expect(interval.high).toBeCloseTo(high, 1);
  });

  test('holds the count, and grows narrower for its size as the count rises', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200_000 }), (n) => {
        const { low, high } = poissonInterval(n);
        expect(low).toBeLessThan(n);
        expect(high).toBeGreaterThan(n);
        expect((high - low) / n).toBeLessThan(6 / Math.sqrt(n) + 1);
      }),
    );
  });
});

describe('binomial interval', () => {
  // Rümke's table for differential counts, 95 %, in per cent: C. L. Rümke, Triangle 4 (1960) 154.
  test.each([
    [0, 100, 0, 4],
    [1, 100, 0, 6],
    [5, 100, 1, 12],
    [10, 100, 4, 18],
    [50, 100, 39, 61],
    [0, 200, 0, 2],
    [100, 200, 42, 58],
    [50, 500, 7, 13],
  ])('%i of %i is %i to %i %%', (successes, n, low, high) => {
    const interval = binomialInterval(successes, n);
    // The table rounds outwards or to the nearest; one point either way.
    expect(Math.abs(interval.low * 100 - low)).toBeLessThanOrEqual(1);
    expect(Math.abs(interval.high * 100 - high)).toBeLessThanOrEqual(1);
  });

  test('mirrors when successes and failures change places', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, share) => {
        const successes = Math.round(n * share);
        const interval = binomialInterval(successes, n);
        const mirrored = binomialInterval(n - successes, n);
        expect(interval.low).toBeCloseTo(1 - mirrored.high, 8);
        expect(interval.low).toBeLessThanOrEqual(successes / n);
        expect(interval.high).toBeGreaterThanOrEqual(successes / n);
      }),
    );
  });

  test('says nothing where nothing was counted', () => {
    expect(binomialInterval(0, 0)).toEqual({ low: 0, high: 1 });
  });
});
