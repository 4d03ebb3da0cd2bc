import { assign } from '../../../domain/assignment.ts';
import type { TrackSequence } from './track-sequence.ts';

/** Boxes of identities that were paired for the whole sequence; of several sequences they add up. */
export type IdentitySums = { readonly matched: number; readonly missed: number; readonly surplus: number };

export type Identity = { readonly IDF1: number; readonly IDP: number; readonly IDR: number };

const LEAST_IOU = 0.5;

/**
 * Pairs true and tracked identities one to one for the whole sequence, so that most boxes agree (E. Ristani et al., ECCV Workshops 2016).
 * To leave an identity unpaired costs its boxes, which is what pairing it with a stranger costs: the smaller side alone needs to be paired.
 */
export const identitySums = ({ frames, truthIds, trackedIds, truthBoxes, trackedBoxes }: TrackSequence): IdentitySums => {
  const agreeing = new Float64Array(truthIds * trackedIds);
  for (const { truth, tracked, iou } of frames)
    truth.forEach((row, i) => {
      tracked.forEach((column, j) => {
        if (iou[i * tracked.length + j]! >= LEAST_IOU) agreeing[row * trackedIds + column]!++;
      });
    });
  const costs = agreeing.map((n) => -n);
  const matched = assign(costs, truthIds, trackedIds).reduce((sum, { row, column }) => sum + agreeing[row * trackedIds + column]!, 0);
  return { matched, missed: truthBoxes - matched, surplus: trackedBoxes - matched };
};

export const identityOf = (sequences: readonly IdentitySums[]): Identity => {
  const sum = (of: (sums: IdentitySums) => number): number => sequences.reduce((total, sums) => total + of(sums), 0);
  const matched = sum((sums) => sums.matched);
  const missed = sum((sums) => sums.missed);
  const surplus = sum((sums) => sums.surplus);
  return {
    IDF1: matched / Math.max(1, matched + missed / 2 + surplus / 2),
    IDP: matched / Math.max(1, matched + surplus),
    IDR: matched / Math.max(1, matched + missed),
  };
};
