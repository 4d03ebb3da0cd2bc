import type { Detection } from '../../domain/detection.ts';
import type { Box } from '../../domain/geometry.ts';

export type SuppressionOptions = {
  /** Lowest score that stays, one for each class. */
  readonly score: readonly number[];
  /** Above this overlap (IoU) two boxes of one class are one cell. */
  readonly iou: number;
  /** Above this overlap two boxes are one cell whatever their classes. */
  readonly crossClassIou?: number;
  /** Only so many of the best boxes are looked at. */
  readonly candidates?: number;
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
  if (options.candidates !== undefined) candidates.splice(options.candidates);

  const kept: Detection[] = [];
  const keptAt: number[] = [];
  /** Whether a kept box overlaps this one too much. Written out: at low thresholds there are hundreds of thousands of pairs. */
  const isCovered = (from: number, classIndex: number): boolean => {
    const [x0, y0, x1, y1] = [boxes[from]!, boxes[from + 1]!, boxes[from + 2]!, boxes[from + 3]!];
    const area = (x1 - x0) * (y1 - y0);
    for (let i = 0; i < keptAt.length; i++) {
      const other = keptAt[i]!;
      const width = Math.min(x1, boxes[other + 2]!) - Math.max(x0, boxes[other]!);
      if (width <= 0) continue;
      const height = Math.min(y1, boxes[other + 3]!) - Math.max(y0, boxes[other + 1]!);
      if (height <= 0) continue;
      const common = width * height;
      const otherArea = (boxes[other + 2]! - boxes[other]!) * (boxes[other + 3]! - boxes[other + 1]!);
      const limitIou = kept[i]!.classIndex === classIndex ? options.iou : crossClassIou;
      if (common / (area + otherArea - common) > limitIou) return true;
    }
    return false;
  };
  for (const at of candidates) {
    if (kept.length >= limit) break;
    const from = Math.floor(at / classes) * 4;
    const classIndex = at % classes;
    if (isCovered(from, classIndex)) continue;
    keptAt.push(from);
    const box: Box = [boxes[from]!, boxes[from + 1]!, boxes[from + 2]!, boxes[from + 3]!];
    kept.push({ box, classIndex, score: scores[at]! });
  }
  return kept;
};
