import type { Detection } from '../../domain/detection.ts';
import { iou } from '../../domain/geometry.ts';
import type { EvaluatedImage } from './average-precision.ts';

type Truth = EvaluatedImage['truth'][number];

/** What became of one true cell, or of one detection. */
export type FieldMatch =
  /** Found, and named rightly. */
  | { readonly kind: 'right'; readonly truth: Truth; readonly detection: Detection; readonly overlap: number }
  /** Found, and named as another class. */
  | { readonly kind: 'confused'; readonly truth: Truth; readonly detection: Detection; readonly overlap: number }
  | { readonly kind: 'missed'; readonly truth: Truth }
  | { readonly kind: 'false'; readonly detection: Detection };

export type MatchOptions = {
  /** Lowest score that counts, one for each class. */
  readonly thresholds: readonly number[];
  /** Classes that nobody looked for in the field: a detection of theirs is neither right nor false. */
  readonly unlabelled?: readonly number[] | undefined;
};

const LEAST_OVERLAP = 0.5;

/**
 * Pairs truth and detections, one to one, from the best overlap down, at IoU 0.5 and more. Pairs of one class come first: a cell that
 * is found rightly is not called confused because a box of another class lies nearer.
 */
export const matchField = (image: EvaluatedImage, { thresholds, unlabelled }: MatchOptions): FieldMatch[] => {
  const detections = image.detections.filter(
    ({ classIndex, score }) => score >= thresholds[classIndex]! && unlabelled?.includes(classIndex) !== true,
  );
  const pairs = image.truth
    .flatMap((truth) => detections.map((detection) => ({ truth, detection, overlap: iou(truth.box, detection.box) })))
    .filter((pair) => pair.overlap >= LEAST_OVERLAP)
    .map((pair) => ({ ...pair, same: pair.truth.classIndex === pair.detection.classIndex }))
    .sort((a, b) => Number(b.same) - Number(a.same) || b.overlap - a.overlap || b.detection.score - a.detection.score);
  const taken = new Set<unknown>();
  const matches: FieldMatch[] = [];
  for (const { truth, detection, overlap, same } of pairs) {
    if (taken.has(truth) || taken.has(detection)) continue;
    taken.add(truth).add(detection);
    matches.push({ kind: same ? 'right' : 'confused', truth, detection, overlap });
  }
  for (const truth of image.truth) if (!taken.has(truth)) matches.push({ kind: 'missed', truth });
  for (const detection of detections) if (!taken.has(detection)) matches.push({ kind: 'false', detection });
  return matches;
};
