import { z } from 'zod';
import { binomialInterval } from './statistics.ts';

const share = z.strictObject({
  class: z.string(),
  n: z.int().min(0),
  /** Of all counted cells, 0 to 1, with its exact 95 % interval. */
  share: z.number(),
  low: z.number(),
  high: z.number(),
});

const ratio = z.strictObject({ class: z.string(), to: z.string(), per100: z.number(), low: z.number(), high: z.number() });

/** Shares of the classes, and cells of each for 100 of the most frequent one; intervals at 95 %. */
export const differential = z.strictObject({
  interval: z.literal('Clopper–Pearson'),
  total: z.int().min(0),
  shares: z.array(share),
  ratios: z.array(ratio),
});
export type Differential = z.infer<typeof differential>;

/**
 * Cells of one kind for 100 of another. Given both, the number of the one among the two is binomial, so Clopper and Pearson's interval of that
 * share gives the interval of the ratio (Przyborowski and Wilenski, Biometrika 31, 1940). `undefined` where there is none of the other.
 */
export const per100 = (n: number, of: number): { per100: number; low: number; high: number } | undefined => {
  if (of === 0) return undefined;
  const { low, high } = binomialInterval(n, n + of);
  const odds = (p: number): number => (100 * p) / (1 - p);
  return { per100: (100 * n) / of, low: odds(low), high: odds(high) };
};

/** The differential of counts, one number for each class; `undefined` of nothing. */
export const differentialOf = (classes: readonly string[], counts: readonly number[]): Differential | undefined => {
  const n = classes.map((_, i) => counts[i] ?? 0);
  const total = n.reduce((sum, one) => sum + one, 0);
  if (total === 0) return undefined;
  const most = n.indexOf(Math.max(...n));
  return {
    interval: 'Clopper–Pearson',
    total,
    shares: classes.map((name, i) => ({ class: name, n: n[i]!, share: n[i]! / total, ...binomialInterval(n[i]!, total) })),
    ratios: classes.flatMap((name, i) => (i === most ? [] : [{ class: name, to: classes[most]!, ...per100(n[i]!, n[most]!)! }])),
  };
};
