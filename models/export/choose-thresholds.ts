import type { EvaluatedImage } from '../evaluate/average-precision.ts';

/** With fewer cells than this a class has no say; it gets the fallback. */
const LEAST_CELLS = 10;
const FALLBACK = 0.4;
/** A threshold outside this range would count noise, or nothing. */
const RANGE = [0.15, 0.8] as const;

/** For each class the score at which as many cells are counted as there are, on pictures whose every cell is labelled. */
export const chooseThresholds = (images: readonly EvaluatedImage[], classes: number): number[] =>
  Array.from({ length: classes }, (_, classIndex) => {
    const truth = images.reduce((count, image) => count + image.truth.filter((item) => item.classIndex === classIndex).length, 0);
    if (truth < LEAST_CELLS) return FALLBACK;
    const scores = images
      .flatMap((image) => image.detections.filter((item) => item.classIndex === classIndex).map((item) => item.score))
      .sort((a, b) => b - a);
    const between = ((scores[truth - 1] ?? 0) + (scores[truth] ?? 0)) / 2;
    return Number(Math.min(RANGE[1], Math.max(RANGE[0], between)).toFixed(3));
  });
