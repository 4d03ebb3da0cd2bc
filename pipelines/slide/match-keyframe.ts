import type { Developed } from './darkroom.ts';
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
/** A peak that stands out by less is chance. */
const PEAK_CONTRAST = 6;
/** Another place on the keyframe that is as likely as the best but for this much makes both doubtful. */
const AMBIGUOUS = 0.12;
/** Places farther apart than this, in samples of the coarse picture, are two. */
const APART = 2;

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
export const trackOn = (
  frame: Thumbnail,
  keyframe: Keyframe,
  { thumbnail }: Developed,
  guess: { x: number; y: number },
): Match | undefined => {
  const { factor } = frame;
  const coarse = refineShift(frame.coarse, thumbnail.coarse, { x: guess.x / (2 * factor), y: guess.y / (2 * factor) }, COARSE);
  if (coarse === undefined) return undefined;
  const fine = refineShift(frame.fine, thumbnail.fine, { x: 2 * coarse.x, y: 2 * coarse.y }, FINE);
  return fine && { keyframe, x: fine.x * factor, y: fine.y * factor, likeness: fine.likeness, overlap: fine.overlap };
};

/** The shifts that a peak may stand for: it is known up to the period, and more than one may leave a common part. */
const unfold = (position: number, period: number, size: number): number[] =>
  [position, position - period].filter((shift) => Math.abs(shift) < size * (1 - MIN_OVERLAP));

/**
 * The frame's best place anywhere on a keyframe, by phase correlation. `undefined` where none is likely enough, and where two are: a monolayer that
 * repeats itself is alike in many places, and a wrong place is worse than none.
 */
export const searchOn = (
  frame: Thumbnail,
  phases: Phases,
  keyframe: Keyframe,
  developed: Developed,
  correlator: PhaseCorrelator,
): Match | undefined => {
  const { coarse, factor } = frame;
  const places: { x: number; y: number; excess: number }[] = [];
  for (const peak of correlator.peaks(phases, developed.phases(), PEAKS)) {
    if (peak.contrast < PEAK_CONTRAST) break;
    for (const x of unfold(peak.x, correlator.period.x, coarse.width)) {
      for (const y of unfold(peak.y, correlator.period.y, coarse.height)) {
        const shift = refineShift(coarse, developed.thumbnail.coarse, { x, y }, { ...COARSE, reach: 4 });
        if (shift === undefined) continue;
        places.push({ x: shift.x, y: shift.y, excess: shift.likeness - likenessNeeded(shift.overlap) });
      }
    }
  }
  const ranked = places.filter((place) => place.excess > -0.1).sort((a, b) => b.excess - a.excess);
  const best = ranked[0];
  if (best === undefined) return undefined;
  const rival = ranked.find(({ x, y }) => Math.hypot(x - best.x, y - best.y) > APART);
  if (rival !== undefined && best.excess - rival.excess < AMBIGUOUS) return undefined;
  const match = trackOn(frame, keyframe, developed, { x: best.x * 2 * factor, y: best.y * 2 * factor });
  return match !== undefined && excess(match) > SEARCH_EXCESS ? match : undefined;
};
