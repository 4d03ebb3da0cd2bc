import type { Thumbnail } from './grey-image.ts';
import type { Keyframe } from './keyframe-graph.ts';
import type { PhaseCorrelator, Phases } from './phase-correlation.ts';
import { type RefineOptions, refineShift } from './refine-shift.ts';

/** A frame found on a keyframe: its upper left corner lies at the keyframe's + (x, y), in camera pixels. */
export type Match = {
  readonly keyframe: Keyframe;
  readonly x: number;
  readonly y: number;
  /** Correlation of the common part, -1 to 1. */
  readonly likeness: number;
  /** Common part as a share of the field. */
  readonly overlap: number;
};

/** Smallest common part that says anything, as a share of the field. */
const MIN_OVERLAP = 0.12;

const COARSE: RefineOptions = { rowStep: 2, iterations: 12, reach: 8, minOverlap: MIN_OVERLAP, converged: 0.06 };
const FINE: RefineOptions = { rowStep: 3, iterations: 8, reach: 6, minOverlap: MIN_OVERLAP, converged: 0.01 };

/** Peaks that are looked at for each keyframe when nothing is known of the shift. */
const PEAKS = 3;

/**
 * Likeness asked of a match: small common parts are alike by chance more often. On stitched real fields the best chance matches reached 0.76 at
 * an overlap of 0.14 and 0.59 at 0.3, true ones 0.9 and more.
 */
export const likenessNeeded = (overlap: number): number => 0.5 + 0.45 * Math.max(0, 1 - overlap / 0.4);

/** How far above that a match must be that nothing led to. */
const SEARCH_EXCESS = 0.1;

/** How far a match is above what is asked, for comparing matches. */
export const excess = (match: Match): number => match.likeness - likenessNeeded(match.overlap);

/** The frame's place on a keyframe, from a guess in camera pixels that is right within half a cell. */
export const trackOn = (frame: Thumbnail, keyframe: Keyframe, guess: { x: number; y: number }): Match | undefined => {
  const { factor } = frame;
  const coarse = refineShift(frame.coarse, keyframe.thumbnail.coarse, { x: guess.x / (2 * factor), y: guess.y / (2 * factor) }, COARSE);
  if (coarse === undefined) return undefined;
  const fine = refineShift(frame.fine, keyframe.thumbnail.fine, { x: 2 * coarse.x, y: 2 * coarse.y }, FINE);
  return fine && { keyframe, x: fine.x * factor, y: fine.y * factor, likeness: fine.likeness, overlap: fine.overlap };
};

/** The shifts that a peak may stand for: it is known up to the period, and more than one may leave a common part. */
const unfold = (position: number, period: number, size: number): number[] =>
  [position, position - period].filter((shift) => Math.abs(shift) < size * (1 - MIN_OVERLAP));

/** The frame's best place anywhere on a keyframe, by phase correlation, or `undefined` where none is likely enough. */
export const searchOn = (frame: Thumbnail, phases: Phases, keyframe: Keyframe, correlator: PhaseCorrelator): Match | undefined => {
  const { coarse, factor } = frame;
  let best: Match | undefined;
  for (const peak of correlator.peaks(phases, keyframe.phases, PEAKS)) {
    for (const x of unfold(peak.x, correlator.period.x, coarse.width)) {
      for (const y of unfold(peak.y, correlator.period.y, coarse.height)) {
        const shift = refineShift(coarse, keyframe.thumbnail.coarse, { x, y }, { ...COARSE, reach: 4 });
        if (shift === undefined || shift.likeness < likenessNeeded(shift.overlap) - 0.1) continue;
        const match = trackOn(frame, keyframe, { x: shift.x * 2 * factor, y: shift.y * 2 * factor });
        if (match !== undefined && excess(match) > SEARCH_EXCESS && (best === undefined || excess(match) > excess(best))) best = match;
      }
    }
  }
  return best;
};
