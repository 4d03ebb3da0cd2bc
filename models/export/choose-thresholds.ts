import { type Box, iou } from '../../domain/geometry.ts';
import type { EvaluatedImage } from '../evaluate/average-precision.ts';

/** A picture for choosing thresholds: every cell of it is labelled. */
export type CountedImage = EvaluatedImage & { readonly widthPx: number; readonly heightPx: number };

/** With fewer cells than this a class has no say; it gets what is known or the fallback. */
const LEAST_CELLS = 10;
const FALLBACK = 0.4;
/** A threshold outside this range would count noise, or nothing. */
const THRESHOLDS = Array.from({ length: 131 }, (_, i) => 0.15 + i * 0.005);
/** Figures that differ by less than this are as good as each other. */
const TOLERANCE = 0.004;
/** A box that comes nearer to the edge than this share of the picture's width belongs to a cut cell. */
const EDGE_SHARE = 0.006;

/** Whether a picture's edge leaves a box alone. */
export const isWhole = (image: Pick<CountedImage, 'widthPx' | 'heightPx'>, box: Box): boolean => {
  const margin = EDGE_SHARE * image.widthPx;
  return box[0] > margin && box[1] > margin && box[2] < image.widthPx - margin && box[3] < image.heightPx - margin;
};

type Scored = { readonly score: number; readonly isTrue: boolean; readonly isWhole: boolean };
type Judged = { readonly detections: readonly Scored[]; readonly truth: number; readonly wholeTruth: number };

/** Detections of a class by falling score, each of which may hit one true cell that is still free (IoU ≥ 0.5). */
const judge = (images: readonly CountedImage[], classIndex: number): Judged => {
  const detections: Scored[] = [];
  let [truth, wholeTruth] = [0, 0];
  for (const image of images) {
    const free = image.truth.filter((item) => item.classIndex === classIndex).map((item) => item.box);
    truth += free.length;
    wholeTruth += free.filter((box) => isWhole(image, box)).length;
    const found = image.detections.filter((item) => item.classIndex === classIndex).sort((a, b) => b.score - a.score);
    for (const { box, score } of found) {
      const overlaps = free.map((other) => iou(box, other));
      const best = overlaps.indexOf(Math.max(...overlaps));
      const isTrue = (overlaps[best] ?? 0) >= 0.5;
      if (isTrue) free.splice(best, 1);
      detections.push({ score, isTrue, isWhole: isWhole(image, box) });
    }
  }
  return { detections, truth, wholeTruth };
};

/**
 * F1 at a threshold, less what the count is off by. That is the mean of all cells' and whole cells': people label some of the cells that the edge
 * cuts and leave others; a slide is counted by whole cells, a single field by all of them. A part of it that chance may have made,
 * half a standard deviation, says nothing.
 */
const worth = ({ detections, truth, wholeTruth }: Judged, threshold: number): number => {
  const counted = detections.filter((item) => item.score >= threshold);
  const whole = counted.filter((item) => item.isWhole).length;
  const f1 = (2 * counted.filter((item) => item.isTrue).length) / (counted.length + truth);
  const off = (counted.length / truth - 1 + whole / Math.max(1, wholeTruth) - 1) / 2;
  return f1 - Math.max(0, Math.abs(off) - 0.5 / Math.sqrt(truth));
};

/**
 * Score thresholds for counting, one for each class: the middle of those that are worth most, farthest from a wrong count at either side.
 * A class with hardly a cell keeps the threshold that is `known`, if any.
 */
export const chooseThresholds = (images: readonly CountedImage[], classes: number, known: readonly number[] = []): number[] =>
  Array.from({ length: classes }, (_, classIndex) => {
    const judged = judge(images, classIndex);
    if (judged.truth < LEAST_CELLS) return known[classIndex] ?? FALLBACK;
    const worths = THRESHOLDS.map((threshold) => worth(judged, threshold));
    const best = worths.indexOf(Math.max(...worths));
    const isAsGood = (i: number): boolean => worths[i] !== undefined && worths[i] >= worths[best]! - TOLERANCE;
    let [first, last] = [best, best];
    while (isAsGood(first - 1)) first--;
    while (isAsGood(last + 1)) last++;
    return Number(((THRESHOLDS[first]! + THRESHOLDS[last]!) / 2).toFixed(3));
  });
