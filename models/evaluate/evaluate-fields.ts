import { boxArea } from '../../domain/geometry.ts';
import type { LabelledField } from '../datasets/labelled-field.ts';
import type { EvaluatedImage } from './average-precision.ts';
import { type PictureDetector, readRgb } from './picture-detector.ts';
import { withoutIgnored } from './without-ignored.ts';

/** Scores from here on count for precision; counting has thresholds of its own. */
const LEAST_SCORE = 0.01;
/** More than the 100 of a class that are looked at. */
const LIMIT = 400;
/** Diameter of a red cell (Dacie and Lewis, Practical Haematology). */
const RED_CELL_UM = 7.2;

export const median = (values: readonly number[]): number | undefined => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** µm for one pixel, from the median red-cell box, cut ones included; `undefined` where there are none. */
export const scaleFromBoxes = (fields: readonly LabelledField[], redCell: number): number | undefined => {
  const boxes = fields.flatMap((field) => field.boxes.filter((item) => item.classIndex === redCell && boxArea(item.box) > 0));
  const side = median(boxes.map(({ box }) => Math.sqrt(boxArea(box))));
  return side === undefined ? undefined : RED_CELL_UM / side;
};

/** Detections and truth of each field, in its own pixels; boxes without area are no cells. `onField` hears of each field done. */
export const evaluateFields = async (
  detector: PictureDetector,
  fields: readonly LabelledField[],
  umPerPx: number,
  onField: (ms: number) => void = () => undefined,
): Promise<EvaluatedImage[]> => {
  const images: EvaluatedImage[] = [];
  for (const field of fields) {
    const picture = await readRgb(field.imagePath);
    const startedAt = performance.now();
    const detections = await detector.detect(picture, field.umPerPx ?? umPerPx, LEAST_SCORE, LIMIT);
    onField(performance.now() - startedAt);
    const truth = field.boxes.filter(({ box }) => boxArea(box) > 0);
    images.push({ detections: withoutIgnored(detections, truth, field.ignored), truth });
  }
  return images;
};

export type ClassCount = { readonly truth: number; readonly counted: number; readonly meanAbsError: number };

/** Cells counted at a threshold for each class, against the truth. */
export const countCells = (images: readonly EvaluatedImage[], thresholds: readonly number[]): ClassCount[] =>
  thresholds.map((threshold, classIndex) => {
    const perImage = images.map((image) => ({
      truth: image.truth.filter((item) => item.classIndex === classIndex).length,
      counted: image.detections.filter((item) => item.classIndex === classIndex && item.score >= threshold).length,
    }));
    const sum = (of: (item: { truth: number; counted: number }) => number): number => perImage.reduce((total, item) => total + of(item), 0);
    return {
      truth: sum((item) => item.truth),
      counted: sum((item) => item.counted),
      meanAbsError: sum((item) => Math.abs(item.truth - item.counted)) / Math.max(1, images.length),
    };
  });
