import { type EvaluatedImage, matchImage } from './average-precision.ts';

export type CurvePoint = { readonly score: number; readonly recall: number; readonly precision: number };

/** Precision and recall of a class at IoU 0.5, by falling score. */
export type PrecisionRecall = {
  /** One for each score that occurs: the curve before it is made falling. */
  readonly points: readonly CurvePoint[];
  readonly truth: number;
};

/** The curve of a class, matched as `averagePrecision` does; `undefined` for a class that the truth does not hold. */
export const precisionRecall = (images: readonly EvaluatedImage[], classIndex: number): PrecisionRecall | undefined => {
  const truth = images.reduce((count, image) => count + image.truth.filter((item) => item.classIndex === classIndex).length, 0);
  if (truth === 0) return undefined;
  const found = images.flatMap((image) => matchImage(image, classIndex)).sort((a, b) => b.score - a.score);
  const points: CurvePoint[] = [];
  let hits = 0;
  found.forEach(({ score, hit }, index) => {
    if (hit[0]) hits++;
    if (found[index + 1]?.score === score) return;
    points.push({ score, recall: hits / truth, precision: hits / (index + 1) });
  });
  return { points, truth };
};

/** Where a threshold puts a class on its curve: the last point whose score counts. */
export const pointAt = ({ points }: PrecisionRecall, threshold: number): CurvePoint | undefined =>
  points.findLast((point) => point.score >= threshold);
