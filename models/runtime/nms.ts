import type { Detection } from '../../domain/detection.ts';
import { type Box, iou } from '../../domain/geometry.ts';

export type SuppressionOptions = {
  /** Lowest score that stays, one for each class. */
  readonly score: readonly number[];
  /** Above this overlap (IoU) two boxes of one class are one cell. */
  readonly iou: number;
  /** Above this overlap two boxes are one cell whatever their classes. */
  readonly crossClassIou?: number;
  /** At most this many detections, the best ones. */
  readonly limit?: number;
};

/**
 * Greedy non-maximum suppression: boxes by falling score, each drops the worse ones it overlaps.
 * `boxes` are `[x0, y0, x1, y1]` one after the other, `scores` one row of classes for each box; both as the network gives them.
 * Gives detections by falling score (ties by position, so that the result is the same everywhere), boxes in the units they came in.
 */
export const nonMaximumSuppression = (boxes: Float32Array, scores: Float32Array, options: SuppressionOptions): Detection[] => {
  const classes = options.score.length;
  const crossClassIou = options.crossClassIou ?? 0.7;
  const limit = options.limit ?? Number.POSITIVE_INFINITY;
  const candidates: number[] = [];
  for (let at = 0; at < scores.length; at++) if (scores[at]! >= options.score[at % classes]!) candidates.push(at);
  candidates.sort((a, b) => scores[b]! - scores[a]! || a - b);

  const kept: Detection[] = [];
  for (const at of candidates) {
    if (kept.length >= limit) break;
    const from = Math.floor(at / classes) * 4;
    const box: Box = [boxes[from]!, boxes[from + 1]!, boxes[from + 2]!, boxes[from + 3]!];
    const classIndex = at % classes;
    const covered = kept.some((better) => iou(better.box, box) > (better.classIndex === classIndex ? options.iou : crossClassIou));
    if (!covered) kept.push({ box, classIndex, score: scores[at]! });
  }
  return kept;
};
