import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { binomialInterval } from '../../domain/statistics.ts';

type Limits = {
  readonly columns: Readonly<Record<string, Readonly<Record<string, readonly [number, number]>>>>;
  readonly hundredths: readonly (readonly [number, number, number, number])[];
};
const limits = JSON.parse(readFileSync(new URL('../fixtures/rumke/limits.json', import.meta.url), 'utf8')) as Limits;

test.each(Object.entries(limits.columns))('limits of differentials of %s cells are Rümke’s', (cells, column) => {
  const n = Number(cells);
  for (const [percent, [low, high]] of Object.entries(column)) {
    const interval = binomialInterval((Number(percent) * n) / 100, n);
    expect([Math.floor(interval.low * 100), Math.ceil(interval.high * 100)], `${percent} % of ${n}`).toEqual([low, high]);
  }
});

test('limits hold to a hundredth of a point', () => {
  for (const [successes, n, low, high] of limits.hundredths) {
    const interval = binomialInterval(successes, n);
    expect(interval.low * 100).toBeCloseTo(low, 1);
    expect(interval.high * 100).toBeCloseTo(high, 1);
  }
});

test('a share far from the table is that of R’s binom.test(682, 925)', () => {
  const { low, high } = binomialInterval(682, 925);
  expect([low, high]).toEqual([expect.closeTo(0.7076683, 6), expect.closeTo(0.7654066, 6)]);
});
