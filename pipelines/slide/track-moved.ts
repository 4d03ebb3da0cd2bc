import { type GreyImage, greyImage, type Thumbnail } from './grey-image.ts';
import type { Match } from './match-keyframe.ts';
import { halve } from './packed-picture.ts';
import type { PhaseCorrelator } from './phase-correlation.ts';
import { changedSamples, refineMoved } from './refine-moved.ts';
import type { PicturePlace } from './static-pattern.ts';

/** Likeness asked of what moved, and the share of it that must fit. */
const LEAST_LIKENESS = 0.6;
const LEAST_FIT = 0.45;
/** A fit as good as this needs no other to be compared with. */
const PLAIN_FIT = 0.75;
const PEAKS = 4;

/** An earlier picture and its place. */
export type PlacedPicture = PicturePlace & { readonly picture: GreyImage };

export type Moved = { readonly changed: boolean; readonly match: Match | undefined };

const masked = ({ data, width, height }: GreyImage, samples: Int32Array, coarse: GreyImage): GreyImage => {
  const out = greyImage(width, height);
  for (const at of samples) out.data[at] = data[at]!;
  const half = greyImage(coarse.width, coarse.height);
  halve(out, half);
  return half;
};

/**
 * The frame's place by what differs between it and an earlier picture where the camera's samples are the same: what stays there is on the sensor. `guesses`, in
 * camera pixels from the earlier picture's keyframe, come first, then the peaks of the phase correlation of what changed.
 */
export const trackMoved = (
  frame: Thumbnail,
  { picture, keyframe, x: fromX, y: fromY }: PlacedPicture,
  guesses: readonly { x: number; y: number }[],
  correlator: PhaseCorrelator,
): Moved => {
  const { fine, coarse, factor } = frame;
  const samples = changedSamples(fine, picture);
  if (samples === undefined) return { changed: false, match: undefined };
  let best: (Match & { fit: number }) | undefined;
  const consider = (guess: { x: number; y: number }): boolean => {
    const found = refineMoved(fine, picture, samples, guess);
    if (found === undefined || found.likeness < LEAST_LIKENESS || found.overlap < LEAST_FIT) return false;
    const fit = found.overlap * found.likeness;
    if (best !== undefined && best.fit >= fit) return fit > PLAIN_FIT;
    const x = fromX + found.x * factor;
    const y = fromY + found.y * factor;
    const overlap = Math.max(0, 1 - Math.abs(x / factor) / fine.width) * Math.max(0, 1 - Math.abs(y / factor) / fine.height);
    best = { keyframe, x, y, likeness: found.likeness, overlap, errorPx: found.error * factor, content: found.content, moved: true, fit };
    return fit > PLAIN_FIT;
  };
  for (const guess of guesses)
    if (consider({ x: (guess.x - fromX) / factor, y: (guess.y - fromY) / factor })) return { changed: true, match: best };
  const peaks = correlator.peaks(
    correlator.analyse(masked(fine, samples, coarse)).phases,
    correlator.analyse(masked(picture, samples, coarse)).phases,
    PEAKS,
  );
  for (const peak of peaks) {
    for (const x of [peak.x, peak.x - correlator.period.x]) {
      for (const y of [peak.y, peak.y - correlator.period.y]) {
        if (Math.abs(x) > 0.6 * coarse.width || Math.abs(y) > 0.6 * coarse.height) continue;
        if (consider({ x: 2 * x, y: 2 * y })) return { changed: true, match: best };
      }
    }
  }
  return { changed: true, match: best };
};
