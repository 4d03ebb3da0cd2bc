import type { TrainRecipe } from './train-options.ts';

/** Where a schedule stands; kept in the checkpoint, so that a resumed run goes on with it. */
export type ScheduleState = {
  /** Steps of the whole run: those of its epochs, or as many as a time budget holds. */
  steps: number;
  /** What the plateaus met so far have left of the learning rate. */
  rateShare: number;
  /** Judgements of the held-out fields since the best one, and since the rate was lowered last. */
  sinceBest: number;
  sinceLowered: number;
};

export const firstSchedule = (steps: number): ScheduleState => ({ steps, rateShare: 1, sinceBest: 0, sinceLowered: 0 });

/** A linear rise over the first `warmUp` steps, then half a cosine to a hundredth of the peak (one cycle; Smith and Topin, 2019). */
export const oneCycle = (step: number, steps: number, warmUp: number, peak: number): number => {
  if (step < warmUp) return (peak * (step + 1)) / warmUp;
  const done = (step - warmUp) / Math.max(1, steps - warmUp);
  return peak * (0.01 + 0.99 * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, done))));
};

/** The learning rate of a step. */
export const learningRateAt = (
  { schedule, learningRate, warmUp }: Pick<TrainRecipe, 'schedule' | 'learningRate' | 'warmUp'>,
  state: ScheduleState,
  step: number,
): number => {
  const rising = Math.max(1, Math.round(state.steps * warmUp));
  if (schedule.kind === 'cosine') return oneCycle(step, state.steps, rising, learningRate);
  return learningRate * state.rateShare * Math.min(1, (step + 1) / rising);
};

/**
 * What a judgement of the held-out fields means for the schedule: a plateau of `patience` judgements lowers the rate, one of
 * `stopAfter` ends the run. Changes `state`; true where the run is to end.
 */
export const heedJudgement = (
  { schedule, stopAfter }: Pick<TrainRecipe, 'schedule' | 'stopAfter'>,
  state: ScheduleState,
  isBest: boolean,
): boolean => {
  state.sinceBest = isBest ? 0 : state.sinceBest + 1;
  state.sinceLowered = isBest ? 0 : state.sinceLowered + 1;
  if (schedule.kind === 'plateau' && state.sinceLowered > schedule.patience) {
    state.rateShare *= schedule.factor;
    state.sinceLowered = 0;
  }
  return stopAfter !== undefined && state.sinceBest >= stopAfter;
};
