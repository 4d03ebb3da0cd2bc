import type { EvaluatedImage } from '../evaluate/average-precision.ts';

/** A completely labelled set that chooses, as the new weights see it. */
export type CountedSet = {
  readonly images: readonly EvaluatedImage[];
  /** Cells of each class that should be counted on it. */
  readonly wanted: readonly number[];
};

/** With fewer cells than this a set has no say about a class. */
const LEAST_CELLS = 10;
/** A threshold is changed for no smaller gain than this, and where no fewer cells are counted otherwise. */
const CLEARLY = 0.005;
const CLEARLY_CELLS = 2;
/** Errors that differ by less are as good as each other: the threshold nearest to the base's is taken. */
const AS_GOOD = 0.001;
/** Outside this range noise would be counted, or nothing. */
const THRESHOLDS = Array.from({ length: 651 }, (_, i) => Number((0.15 + i * 0.001).toFixed(3)));

export const countFrom = (images: readonly EvaluatedImage[], classIndex: number, threshold: number): number =>
  images.reduce(
    (sum, { detections }) => sum + detections.filter((item) => item.classIndex === classIndex && item.score >= threshold).length,
    0,
  );

/** What counts are off by at a threshold, as the mean of the sets' shares: each set weighs the same. */
const offAt = (sets: readonly CountedSet[], classIndex: number, threshold: number): number =>
  sets.reduce(
    (sum, { images, wanted }) => sum + Math.abs(countFrom(images, classIndex, threshold) / wanted[classIndex]! - 1) / sets.length,
    0,
  );

/**
 * Score thresholds for weights that moved away from a base's: the base's own, except for a class whose counts, over all sets together, come
 * clearly nearer to what they should be at another. Choosing them anew from a few fields would fit their edges and labels by chance.
 */
export const keepThresholds = (base: readonly number[], sets: readonly CountedSet[]): number[] =>
  base.map((known, classIndex) => {
    const speaking = sets.filter(({ wanted }) => wanted[classIndex]! >= LEAST_CELLS);
    if (speaking.length === 0) return known;
    const offs = THRESHOLDS.map((threshold) => offAt(speaking, classIndex, threshold));
    const least = Math.min(...offs);
    const best = THRESHOLDS.filter((_, i) => offs[i]! <= least + AS_GOOD).reduce((a, b) =>
      Math.abs(b - known) < Math.abs(a - known) ? b : a,
    );
    const moved = speaking.reduce(
      (sum, { images }) => sum + Math.abs(countFrom(images, classIndex, best) - countFrom(images, classIndex, known)),
      0,
    );
    const isClear = offAt(speaking, classIndex, known) - least >= CLEARLY && moved >= CLEARLY_CELLS;
    return isClear ? best : known;
  });
