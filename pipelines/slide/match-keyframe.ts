import type { Developed } from './darkroom.ts';
import { type GreyImage, STEPS_PER_GREY, type Thumbnail } from './grey-image.ts';
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
  /** What chance alone would make of the place, as a standard error in camera pixels. */
  readonly errorPx: number;
  /** What there is to see in the common part, as a standard deviation in steps. */
  readonly content: number;
  /** Found by what moved, while what is on the sensor is not known. */
  readonly moved?: boolean;
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

/** Likeness of matches that tie keyframes together. */
export const LINK_LIKENESS = 0.7;

/** How far above that a match must be that nothing led to. */
const SEARCH_EXCESS = 0.1;

/** A place must be told by so many patches of so many samples: one cell is much like another. */
export const LEAST_PATCHES = 10;
const PATCH = 16;
/** Steps from sample to sample that noise and the bare glass make too. */
const FAINT = 4 * STEPS_PER_GREY;

/** Bare glass, a cell's edge at the border and what is left of dirt show no more than this: they are alike by chance more often, and hold a field that moves. */
const FAINT_CONTENT = 2 * STEPS_PER_GREY;
const FAINT_EXTRA = 0.25;

/** How far a match is above what is asked, for comparing matches. */
export const excess = (match: Match): number =>
  match.likeness - likenessNeeded(match.overlap) - (match.content < FAINT_CONTENT ? FAINT_EXTRA : 0);

/** The frame's place on a keyframe, from a guess in camera pixels that is right within half a cell. */
export const trackOn = (
  frame: Thumbnail,
  keyframe: Keyframe,
  { thumbnail }: Pick<Developed, 'thumbnail'>,
  guess: { x: number; y: number },
): Match | undefined => {
  const { factor } = frame;
  const coarse = refineShift(frame.coarse, thumbnail.coarse, { x: guess.x / (2 * factor), y: guess.y / (2 * factor) }, COARSE);
  if (coarse === undefined) return undefined;
  const fine = refineShift(frame.fine, thumbnail.fine, { x: 2 * coarse.x, y: 2 * coarse.y }, FINE);
  return (
    fine && {
      keyframe,
      x: fine.x * factor,
      y: fine.y * factor,
      likeness: fine.likeness,
      overlap: fine.overlap,
      errorPx: fine.error * factor,
      content: fine.content,
    }
  );
};

/** The shifts that a peak may stand for: it is known up to the period, and more than one may leave a common part. */
const unfold = (position: number, period: number, size: number): number[] =>
  [position, position - period].filter((shift) => Math.abs(shift) < size * (1 - MIN_OVERLAP));

/** Patches of the common part that have something in them, counted by their power: one where all is in one of them (inverse participation ratio). */
export const patchesShown = ({ data, width, height }: GreyImage, dx: number, dy: number): number => {
  let [sum, squares] = [0, 0];
  const x1 = Math.min(width, width + dx);
  const y1 = Math.min(height, height + dy);
  for (let py = Math.max(0, Math.ceil(dy)); py < y1; py += PATCH) {
    for (let px = Math.max(0, Math.ceil(dx)); px < x1; px += PATCH) {
      let power = 0;
      for (let y = py; y < Math.min(y1, py + PATCH) - 1; y += 2)
        for (let x = px; x < Math.min(x1, px + PATCH) - 1; x += 2)
          power += Math.max(0, (data[y * width + x + 1]! - data[y * width + x]!) ** 2 - FAINT ** 2);
      sum += power;
      squares += power * power;
    }
  }
  return squares === 0 ? 0 : (sum * sum) / squares;
};

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
  if (match === undefined || excess(match) <= SEARCH_EXCESS) return undefined;
  return patchesShown(developed.thumbnail.fine, match.x / factor, match.y / factor) >= LEAST_PATCHES ? match : undefined;
};
