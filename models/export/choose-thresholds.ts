import type { Box } from '../../domain/geometry.ts';
import type { EvaluatedImage } from '../evaluate/average-precision.ts';

/** A picture for choosing thresholds: every cell of it is labelled. */
export type CountedImage = EvaluatedImage & { readonly widthPx: number; readonly heightPx: number };

/** With fewer cells than this a class has no say; it gets the fallback. */
const LEAST_CELLS = 10;
const FALLBACK = 0.4;
/** A threshold outside this range would count noise, or nothing. */
const THRESHOLDS = Array.from({ length: 131 }, (_, i) => 0.15 + i * 0.005);
/** Counts that differ by less than this share are as good as each other. */
const TOLERANCE = 0.012;
/** A box that comes nearer to the edge than this share of the picture's width belongs to a cut cell. */
const EDGE_SHARE = 0.006;

const isWhole = (image: CountedImage, box: Box): boolean => {
  const margin = EDGE_SHARE * image.widthPx;
  return box[0] > margin && box[1] > margin && box[2] < image.widthPx - margin && box[3] < image.heightPx - margin;
};

type Counts = (image: CountedImage, box: Box) => boolean;

/** By how much the count of a class at each threshold misses the truth, as a share of it, among the boxes that `counts`. */
const misses = (images: readonly CountedImage[], classIndex: number, counts: Counts): number[] | undefined => {
  const ofClass = <Item extends { box: Box; classIndex: number }>(image: CountedImage, items: readonly Item[]): Item[] =>
    items.filter((item) => item.classIndex === classIndex && counts(image, item.box));
  const truth = images.reduce((count, image) => count + ofClass(image, image.truth).length, 0);
  if (truth < LEAST_CELLS) return undefined;
  const scores = images.flatMap((image) => ofClass(image, image.detections).map((item) => item.score));
  return THRESHOLDS.map((threshold) => scores.filter((score) => score >= threshold).length / truth - 1);
};

/**
 * Score thresholds for counting, one for each class: where the count comes nearest to the truth, the mean of all cells' and whole cells'. People
 * label some of the cells that the edge cuts and leave others; a slide is counted by whole cells, a single field by all of them.
 * Where many thresholds do as well, the middle of them: the farthest from a wrong count at either side.
 */
export const chooseThresholds = (images: readonly CountedImage[], classes: number): number[] =>
  Array.from({ length: classes }, (_, classIndex) => {
    const all = misses(images, classIndex, () => true);
    const whole = misses(images, classIndex, isWhole) ?? all;
    if (all === undefined || whole === undefined) return FALLBACK;
    const off = THRESHOLDS.map((_threshold, i) => Math.abs((all[i]! + whole[i]!) / 2));
    const best = off.indexOf(Math.min(...off));
    const isAsGood = (i: number): boolean => off[i] !== undefined && off[i] <= off[best]! + TOLERANCE;
    let [first, last] = [best, best];
    while (isAsGood(first - 1)) first--;
    while (isAsGood(last + 1)) last++;
    return Number(((THRESHOLDS[first]! + THRESHOLDS[last]!) / 2).toFixed(3));
  });
