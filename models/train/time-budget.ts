import type { TrainingState } from './checkpoint.ts';

/** Fits a run into the minutes given for it: as many steps as the pace allows, the schedule of the learning rate over all of them. */
export type TimeBudget = { replan(nowMs: number, state: TrainingState): void };

/** Steps before the pace is known; the first ones are slow. */
const FIRST_LOOK = 6;
/** Kept for the last judgement and for writing. */
const RESERVE = 0.06;

/** `planned` is the most steps the run may have. Without minutes the plan stays. */
export const openBudget = (startMs: number, minutes: number | undefined, state: TrainingState, planned: number): TimeBudget => {
  const first = state.moments.step;
  let slow: number | undefined;
  return {
    replan: (nowMs, { moments, schedule }) => {
      if (minutes === undefined) return;
      const done = moments.step - first;
      if (done < FIRST_LOOK / 2) return;
      slow ??= nowMs;
      if (done < FIRST_LOOK) return;
      const stepMs = Math.max(0.01, (nowMs - slow) / (done - FIRST_LOOK / 2));
      const leftMs = startMs + minutes * 60_000 * (1 - RESERVE) - nowMs;
      schedule.steps = Math.max(moments.step, Math.min(planned, moments.step + Math.floor(leftMs / stepMs)));
    },
  };
};
