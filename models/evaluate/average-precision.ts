import type { Detection } from '../../domain/detection.ts';
import { type Box, iou } from '../../domain/geometry.ts';

/** One picture for the evaluation: what was found and what is there, in the same pixels. */
export type EvaluatedImage = {
  readonly detections: readonly Detection[];
  readonly truth: readonly { readonly box: Box; readonly classIndex: number }[];
};

export type ClassPrecision = { readonly AP: number; readonly AP50: number; readonly recall: number; readonly truth: number };

/** Means over the classes that occur in the truth; `perClass` is `undefined` for one that does not. */
export type Precision = {
  readonly mAP: number;
  readonly mAP50: number;
  readonly mAR100: number;
  readonly perClass: readonly (ClassPrecision | undefined)[];
};

/** NumPy's `linspace`, to the last bit: recalls such as 57 of 100 fall exactly on these points. */
const linspace = (from: number, to: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => (i === count - 1 ? to : from + i * ((to - from) / (count - 1))));

const IOU_THRESHOLDS = linspace(0.5, 0.95, 10);
const RECALL_POINTS = linspace(0, 1, 101);
const MAX_DETECTIONS = 100;

type Found = { readonly classIndex: number; readonly score: number };
type True = { readonly classIndex: number };

/** What is compared, boxes or masks, and how: `overlap` gives the IoU of a detection and a true one; of each class the best `limit` of a picture count. */
export type Compared<F extends Found, T extends True> = {
  readonly images: readonly { readonly detections: readonly F[]; readonly truth: readonly T[] }[];
  readonly overlap: (detection: F, truth: T) => number;
  readonly limit: number;
};

/** For each detection of one class in one picture, by falling score: does it hit a true one not yet taken, at each threshold? */
const matchOne = <F extends Found, T extends True>(
  image: Compared<F, T>['images'][number],
  classIndex: number,
  { overlap: overlapOf, limit }: Pick<Compared<F, T>, 'overlap' | 'limit'>,
): { score: number; hit: boolean[] }[] => {
  const truth = image.truth.filter((item) => item.classIndex === classIndex);
  const detections = image.detections
    .filter((item) => item.classIndex === classIndex)
    .sort((a, b) => b.score - a.score)
    .slice(0, limit);
  const overlaps = detections.map((detection) => truth.map((item) => overlapOf(detection, item)));
  const hits = detections.map(() => [] as boolean[]);
  IOU_THRESHOLDS.forEach((threshold) => {
    const taken = truth.map(() => false);
    overlaps.forEach((row, at) => {
      let best = Math.min(threshold, 1 - 1e-10);
      let match: number | undefined;
      row.forEach((overlap, index) => {
        if (taken[index] || overlap < best) return;
        best = overlap;
        match = index;
      });
      if (match !== undefined) taken[match] = true;
      hits[at]!.push(match !== undefined);
    });
  });
  return detections.map((detection, at) => ({ score: detection.score, hit: hits[at]! }));
};

/** Area under the precision–recall curve, precision made falling, read at 101 points; and the recall reached. */
const interpolate = (hits: readonly boolean[], truth: number): { precision: number; recall: number } => {
  const precisions: number[] = [];
  const recalls: number[] = [];
  let found = 0;
  hits.forEach((hit, index) => {
    if (hit) found++;
    precisions.push(found / (index + 1 + Number.EPSILON));
    recalls.push(found / truth);
  });
  for (let i = precisions.length - 1; i > 0; i--) precisions[i - 1] = Math.max(precisions[i - 1]!, precisions[i]!);
  let at = 0;
  let sum = 0;
  for (const point of RECALL_POINTS) {
    while (at < recalls.length && recalls[at]! < point) at++;
    if (at < recalls.length) sum += precisions[at]!;
  }
  return { precision: sum / RECALL_POINTS.length, recall: recalls.at(-1) ?? 0 };
};

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

const classPrecision = <F extends Found, T extends True>(
  { images, ...how }: Compared<F, T>,
  classIndex: number,
): ClassPrecision | undefined => {
  const truth = images.reduce((count, image) => count + image.truth.filter((item) => item.classIndex === classIndex).length, 0);
  if (truth === 0) return undefined;
  const all = images.flatMap((image) => matchOne(image, classIndex, how)).sort((a, b) => b.score - a.score);
  const curves = IOU_THRESHOLDS.map((_, index) =>
    interpolate(
      all.map((item) => item.hit[index]!),
      truth,
    ),
  );
  return {
    AP: mean(curves.map((curve) => curve.precision)),
    AP50: curves[0]!.precision,
    recall: mean(curves.map((curve) => curve.recall)),
    truth,
  };
};

/**
 * Average precision by the rules of COCO (Lin et al., 2014; pycocotools `COCOeval`): IoU .50:.05:.95, 101 recall points, no crowd regions, all areas.
 * `mAR100` is the recall with the best `limit` of a picture.
 */
export const averagePrecisionOf = <F extends Found, T extends True>(compared: Compared<F, T>, classes: number): Precision => {
  const perClass = Array.from({ length: classes }, (_, classIndex) => classPrecision(compared, classIndex));
  const present = perClass.filter((item) => item !== undefined);
  return {
    mAP: mean(present.map((item) => item.AP)),
    mAP50: mean(present.map((item) => item.AP50)),
    mAR100: mean(present.map((item) => item.recall)),
    perClass,
  };
};

const byBox = { overlap: (detection: Detection, { box }: { readonly box: Box }): number => iou(detection.box, box), limit: MAX_DETECTIONS };

/** For each detection of one class in one picture, by falling score: does it hit a box not yet taken, at each threshold? */
export const matchImage = (image: EvaluatedImage, classIndex: number): { score: number; hit: boolean[] }[] =>
  matchOne(image, classIndex, byBox);

/** Average precision of boxes, with at most 100 detections of a class in a picture. */
export const averagePrecision = (images: readonly EvaluatedImage[], classes: number): Precision =>
  averagePrecisionOf({ images, ...byBox }, classes);
