import type { Box } from '../../domain/geometry.ts';
import type { EvaluatedImage } from '../evaluate/average-precision.ts';

/** A picture for choosing thresholds: every cell of it is labelled. */
export type CountedImage = EvaluatedImage & { readonly widthPx: number; readonly heightPx: number };

/** With fewer cells than this a class has no say; it gets the fallback. */
const LEAST_CELLS = 10;
const FALLBACK = 0.4;
/** A threshold outside this range would count noise, or nothing. */
const RANGE = [0.15, 0.8] as const;
/** A box that comes nearer to the edge than this share of the picture's width belongs to a cut cell. */
const EDGE_SHARE = 0.006;

const isWhole = (image: CountedImage, box: Box): boolean => {
  const margin = EDGE_SHARE * image.widthPx;
  return box[0] > margin && box[1] > margin && box[2] < image.widthPx - margin && box[3] < image.heightPx - margin;
};

/** The score at which as many cells of a class are counted as there are, among the boxes that `counts`. */
const balance = (images: readonly CountedImage[], classIndex: number, counts: (image: CountedImage, box: Box) => boolean): number => {
  const ofClass = <Item extends { box: Box; classIndex: number }>(image: CountedImage, items: readonly Item[]): Item[] =>
    items.filter((item) => item.classIndex === classIndex && counts(image, item.box));
  const truth = images.reduce((count, image) => count + ofClass(image, image.truth).length, 0);
  if (truth < LEAST_CELLS) return FALLBACK;
  const scores = images.flatMap((image) => ofClass(image, image.detections).map((item) => item.score)).sort((a, b) => b - a);
  return ((scores[truth - 1] ?? 0) + (scores[truth] ?? 0)) / 2;
};

/**
 * Score thresholds for counting, one for each class: midway between the score that balances the count of all cells and the one that balances
 * the count of whole cells. People label some of the cells that the edge cuts and leave others; a slide is counted by whole cells, a single
 * field by all of them.
 */
export const chooseThresholds = (images: readonly CountedImage[], classes: number): number[] =>
  Array.from({ length: classes }, (_, classIndex) => {
    const middle = (balance(images, classIndex, () => true) + balance(images, classIndex, isWhole)) / 2;
    return Number(Math.min(RANGE[1], Math.max(RANGE[0], middle)).toFixed(3));
  });
