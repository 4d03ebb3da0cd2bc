import type { ParameterLayout } from '../architectures/parameters.ts';
import type { TrainingState } from './checkpoint.ts';
import { averageStep, type UpdateOptions, updateWeights, type WeightRules } from './optimisers.ts';

/** Share of the batch's mean and variance that enters the running ones. */
const STATISTICS_SHARE = 0.03;

/** What a batch tells: of the weights and statistics that learn, which come last. */
type Told = { readonly gradient: Float32Array; readonly statistics: Float32Array };

export type StepOptions = UpdateOptions & {
  /** Of the moving average of the weights. */
  readonly averageDecay: number;
};

/** Follows a gradient, the statistics and the moving averages along with it, in place. Gives the gradient's norm. */
export const takeStep = (
  { present, average, moments }: TrainingState,
  layout: ParameterLayout,
  rules: WeightRules,
  { gradient, statistics }: Told,
  options: StepOptions,
): number => {
  // What is frozen comes first in the layout, of weights and of statistics alike.
  const gradientNorm = updateWeights(present.weights, gradient, layout.weightCount - gradient.length, rules, moments, options);
  const firstStatistic = layout.statisticCount - statistics.length;
  for (let i = 0; i < statistics.length; i++) {
    const at = firstStatistic + i;
    present.statistics[at] = present.statistics[at]! + STATISTICS_SHARE * (statistics[i]! - present.statistics[at]!);
  }
  averageStep(average.weights, present.weights, options.averageDecay, moments.step);
  averageStep(average.statistics, present.statistics, options.averageDecay, moments.step);
  return gradientNorm;
};
