import type { BlandAltman } from './agreement.ts';
import { studentQuantile } from './statistics.ts';

const Z95 = 1.959963984540054;

/**
 * Bland and Altman's comparison of two readers' counts, field by field (Lancet 327, 1986): the mean of first − second and the limits of
 * agreement, mean ± 1.96 sd. The intervals are Student's; the standard error of a limit is sd·√(1/n + 1.96²/(2(n − 1))) (the same authors,
 * Statistical Methods in Medical Research 8, 1999, section 3). `undefined` for fewer than two fields.
 */
export const blandAltmanOf = (points: BlandAltman['points']): BlandAltman | undefined => {
  const n = points.length;
  if (n < 2) return undefined;
  const differences = points.map(({ first, second }) => first - second);
  const mean = differences.reduce((sum, one) => sum + one, 0) / n;
  const sd = Math.sqrt(differences.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (n - 1));
  const t = studentQuantile(n - 1);
  const around = (value: number, standardError: number) => ({ low: value - t * standardError, high: value + t * standardError });
  const ofLimit = sd * Math.sqrt(1 / n + Z95 ** 2 / (2 * (n - 1)));
  const [low, high] = [mean - Z95 * sd, mean + Z95 * sd];
  return {
    fields: n,
    mean,
    meanInterval: around(mean, sd / Math.sqrt(n)),
    sd,
    low,
    high,
    lowInterval: around(low, ofLimit),
    highInterval: around(high, ofLimit),
    points,
  };
};
