import { fieldFactors } from '../domain/concentration.ts';
import type { Configuration } from '../domain/configuration.ts';
import { type CountBasis, type CountStatistics, countStatisticsOf } from '../domain/count-statistics.ts';
import type { FieldReport } from '../domain/field-report.ts';
import type { StopRule } from '../domain/stop-rule.ts';

/** What the statistics of a report are made from. */
export const statisticsBasis = (
  { counts, slide, widthPx, heightPx }: FieldReport,
  classes: readonly string[],
  {
    umPerPx,
    plateletFactor,
    wbcFactor,
    fieldNumberMm,
  }: Pick<Configuration, 'plateletFactor' | 'wbcFactor' | 'fieldNumberMm'> & { readonly umPerPx: number },
  stop: StopRule | undefined,
): CountBasis => ({
  classes,
  counts,
  areaUm2: slide.areaUm2,
  countedUm2: slide.countedUm2,
  fieldUm2: widthPx * heightPx * umPerPx * umPerPx,
  factors: fieldFactors(plateletFactor, wbcFactor),
  fieldNumberMm,
  stop,
});

/** Statistics with numbers as long as they mean anything. */
export const statisticsOf = (basis: CountBasis): CountStatistics =>
  JSON.parse(
    JSON.stringify(countStatisticsOf(basis), (_, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(6)) : value)),
  ) as CountStatistics;
