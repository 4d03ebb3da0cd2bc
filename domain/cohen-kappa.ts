import type { Kappa } from './agreement.ts';

const Z95 = 1.959963984540054;

/**
 * Cohen's κ of a square table of counts (a row for what the first reader says, a column for the second; J. Cohen, Educational and Psychological
 * Measurement 20, 1960), with its large-sample standard error (J. L. Fleiss, J. Cohen, B. S. Everitt, Psychological Bulletin 72, 1969, eq. 13) and
 * the 95 % interval that follows. `undefined` where nothing could differ: no items, or all of one class to both.
 */
export const cohenKappa = (table: readonly (readonly number[])[]): Kappa | undefined => {
  const labels = table.map((_, i) => i);
  const n = table.flat().reduce((sum, count) => sum + count, 0);
  const p = (i: number, j: number): number => table[i]![j]! / n;
  const rows = labels.map((i) => labels.reduce((sum, j) => sum + p(i, j), 0));
  const columns = labels.map((j) => labels.reduce((sum, i) => sum + p(i, j), 0));
  const observed = labels.reduce((sum, i) => sum + p(i, i), 0);
  const expected = labels.reduce((sum, i) => sum + rows[i]! * columns[i]!, 0);
  // A share of 1 is met up to rounding.
  if (n === 0 || expected > 1 - 1e-12) return undefined;
  const value = (observed - expected) / (1 - expected);
  let spread = -((value - expected * (1 - value)) ** 2);
  for (const i of labels)
    for (const j of labels)
      spread +=
        i === j ? p(i, i) * (1 - (rows[i]! + columns[i]!) * (1 - value)) ** 2 : (1 - value) ** 2 * p(i, j) * (columns[i]! + rows[j]!) ** 2;
  const standardError = Math.sqrt(Math.max(0, spread) / n) / (1 - expected);
  return { value, standardError, low: value - Z95 * standardError, high: Math.min(1, value + Z95 * standardError) };
};
