import { assign } from '../../../domain/assignment.ts';
import type { TrackSequence } from './track-sequence.ts';

/** Sums of one sequence; of several they add up. `overlap` is summed over the matches. */
export type ClearSums = {
  readonly matched: number;
  readonly missed: number;
  readonly surplus: number;
  readonly switches: number;
  readonly fragments: number;
  readonly overlap: number;
};

export type Clear = {
  readonly MOTA: number;
  readonly MOTP: number;
  readonly IDSW: number;
  readonly Frag: number;
  readonly TP: number;
  readonly FN: number;
  readonly FP: number;
};

const LEAST_IOU = 0.5;
/** What goes on from the frame before is worth more than any overlap. */
const GOES_ON = 1000;
const NOBODY = -1;

/**
 * Sums for the CLEAR metrics (K. Bernardin and R. Stiefelhagen, EURASIP J. Image Video Proc. 2008). Matches of the last frame that held both
 * truth and tracks are kept where they still overlap; a switch is told against the last time that the identity was matched at all.
 */
export const clearSums = (sequence: TrackSequence): ClearSums => {
  const { frames, truthIds, truthBoxes, trackedBoxes } = sequence;
  const lastTracked = new Int32Array(truthIds).fill(NOBODY);
  let justTracked = new Int32Array(truthIds).fill(NOBODY);
  const begun = new Int32Array(truthIds);
  let matched = 0;
  let switches = 0;
  let overlap = 0;
  for (const { truth, tracked, iou } of frames) {
    if (truth.length === 0 || tracked.length === 0) continue;
    const scores = iou.map((own, k) => {
      if (own < LEAST_IOU - Number.EPSILON) return 0;
      const goesOn = justTracked[truth[Math.floor(k / tracked.length)]!] === tracked[k % tracked.length];
      return (goesOn ? GOES_ON : 0) + own;
    });
    const now = new Int32Array(truthIds).fill(NOBODY);
    for (const { row, column } of assign(
      scores.map((score) => -score),
      truth.length,
      tracked.length,
    )) {
      if (scores[row * tracked.length + column]! <= Number.EPSILON) continue;
      const real = truth[row]!;
      const found = tracked[column]!;
      matched++;
      overlap += iou[row * tracked.length + column]!;
      if (lastTracked[real] !== NOBODY && lastTracked[real] !== found) switches++;
      if (justTracked[real] === NOBODY) begun[real]!++;
      lastTracked[real] = found;
      now[real] = found;
    }
    justTracked = now;
  }
  return {
    matched,
    missed: truthBoxes - matched,
    surplus: trackedBoxes - matched,
    switches,
    fragments: begun.reduce((sum, times) => sum + Math.max(0, times - 1), 0),
    overlap,
  };
};

export const clearOf = (sequences: readonly ClearSums[]): Clear => {
  const sum = (of: (sums: ClearSums) => number): number => sequences.reduce((total, sums) => total + of(sums), 0);
  const TP = sum((sums) => sums.matched);
  const FN = sum((sums) => sums.missed);
  const FP = sum((sums) => sums.surplus);
  const IDSW = sum((sums) => sums.switches);
  return {
    MOTA: (TP - FP - IDSW) / Math.max(1, TP + FN),
    MOTP: sum((sums) => sums.overlap) / Math.max(1, TP),
    IDSW,
    Frag: sum((sums) => sums.fragments),
    TP,
    FN,
    FP,
  };
};
