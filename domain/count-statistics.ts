import { z } from 'zod';
import { concentration, concentrationsOf, type FieldFactor } from './concentration.ts';
import { differential, differentialOf } from './differential.ts';
import { poissonInterval } from './statistics.ts';
import { type StopRule, stopProgress, stopProgressOf } from './stop-rule.ts';

const density = z.strictObject({
  class: z.string(),
  /** Area in which such a cell would have been counted: cells that the edge cut were not, so it is smaller the larger they are. */
  areaMm2: z.number(),
  perMm2: z.number(),
  low: z.number(),
  high: z.number(),
  /** Cells in an area as large as one frame. */
  perField: z.number(),
});

/** What follows from counts and the area they were counted in; intervals at 95 %, exact, by the named methods. */
export const countStatistics = z.strictObject({
  totals: z.literal('Poisson (Garwood)'),
  differential: differential.optional(),
  /** Area that was seen, and as how many frames' worth of it. */
  areaMm2: z.number(),
  fields: z.number(),
  density: z.array(density),
  concentration: z.array(concentration),
  stop: stopProgress.optional(),
});
export type CountStatistics = z.infer<typeof countStatistics>;

export type CountBasis = {
  readonly classes: readonly string[];
  readonly counts: readonly number[];
  readonly areaUm2: number;
  /** Likewise for each class, where it is known. */
  readonly countedUm2?: readonly number[] | undefined;
  /** Area of one frame. */
  readonly fieldUm2: number;
  readonly factors?: readonly FieldFactor[];
  readonly fieldNumberMm?: number;
  readonly stop?: StopRule | undefined;
};

/** All that is said of counts beside the counts themselves. */
export const countStatisticsOf = (basis: CountBasis): CountStatistics => {
  const { classes, counts, areaUm2, countedUm2, fieldUm2, factors, fieldNumberMm, stop } = basis;
  const shares = differentialOf(classes, counts);
  const areasMm2 = classes.map((_, i) => (countedUm2?.[i] ?? areaUm2) / 1e6);
  return {
    totals: 'Poisson (Garwood)',
    ...(shares === undefined ? {} : { differential: shares }),
    areaMm2: areaUm2 / 1e6,
    fields: fieldUm2 > 0 ? areaUm2 / fieldUm2 : 0,
    density: classes.flatMap((name, i) => {
      const areaMm2 = areasMm2[i]!;
      if (areaMm2 <= 0) return [];
      const n = counts[i] ?? 0;
      const { low, high } = poissonInterval(n);
      const perMm2 = n / areaMm2;
      return [{ class: name, areaMm2, perMm2, low: low / areaMm2, high: high / areaMm2, perField: (perMm2 * fieldUm2) / 1e6 }];
    }),
    concentration: concentrationsOf(classes, counts, areasMm2, factors, fieldNumberMm),
    ...(stop === undefined ? {} : { stop: stopProgressOf(stop, classes, counts) }),
  };
};
