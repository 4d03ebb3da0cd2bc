import { z } from 'zod';
import { concentration, concentrationsOf, type FieldFactor } from './concentration.ts';
import { differential, differentialOf } from './differential.ts';
import { poissonInterval } from './statistics.ts';
import { type StopRule, stopProgress, stopProgressOf } from './stop-rule.ts';

const density = z.strictObject({
  class: z.string(),
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
  /** Area that was counted, and as how many frames' worth of it. */
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
  /** Area of one frame. */
  readonly fieldUm2: number;
  readonly factors?: readonly FieldFactor[];
  readonly fieldNumberMm?: number;
  readonly stop?: StopRule | undefined;
};

/** All that is said of counts beside the counts themselves. */
export const countStatisticsOf = ({ classes, counts, areaUm2, fieldUm2, factors, fieldNumberMm, stop }: CountBasis): CountStatistics => {
  const areaMm2 = areaUm2 / 1e6;
  const fields = fieldUm2 > 0 ? areaUm2 / fieldUm2 : 0;
  const shares = differentialOf(classes, counts);
  return {
    totals: 'Poisson (Garwood)',
    ...(shares === undefined ? {} : { differential: shares }),
    areaMm2,
    fields,
    density:
      areaMm2 <= 0
        ? []
        : classes.map((name, i) => {
            const n = counts[i] ?? 0;
            const { low, high } = poissonInterval(n);
            return { class: name, perMm2: n / areaMm2, low: low / areaMm2, high: high / areaMm2, perField: fields > 0 ? n / fields : 0 };
          }),
    concentration: concentrationsOf(classes, counts, areaMm2, factors, fieldNumberMm),
    ...(stop === undefined ? {} : { stop: stopProgressOf(stop, classes, counts) }),
  };
};
