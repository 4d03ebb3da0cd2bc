import { forwardFolded, networkInput, readHead } from '../architectures/forward.ts';
import { decodeHead, headGrid } from '../architectures/grid.ts';
import type { DetectorDefinition } from '../architectures/layer.ts';
import { type FoldedConv, foldParameters, type Parameters } from '../architectures/parameters.ts';
import { averagePrecision, type EvaluatedImage, type Precision } from '../evaluate/average-precision.ts';
import { withoutIgnored } from '../evaluate/without-ignored.ts';
import { nonMaximumSuppression } from '../runtime/nms.ts';
import type { TensorFlow } from '../tensorflow.ts';
import type { Picture, Raster } from './picture.ts';

export const VALIDATION_NMS_IOU = 0.6;
const LEAST_SCORE = 0.01;

/** The raster as floats on a canvas whose sides are multiples of `multipleOf`; what is added is white, like empty glass. */
const padded = (raster: Raster, multipleOf: number): { pixels: Float32Array; widthPx: number; heightPx: number } => {
  const widthPx = Math.ceil(raster.widthPx / multipleOf) * multipleOf;
  const heightPx = Math.ceil(raster.heightPx / multipleOf) * multipleOf;
  const pixels = new Float32Array(widthPx * heightPx * 3).fill(255);
  for (let y = 0; y < raster.heightPx; y++)
    pixels.set(raster.data.subarray(y * raster.widthPx * 3, (y + 1) * raster.widthPx * 3), y * widthPx * 3);
  return { pixels, widthPx, heightPx };
};

/** Runs the folded network on one picture, at low thresholds. */
const detectPicture = async (
  tf: TensorFlow,
  definition: DetectorDefinition,
  convs: readonly FoldedConv[],
  picture: Picture,
): Promise<EvaluatedImage> => {
  const { pixels, widthPx, heightPx } = padded(picture.base, definition.multipleOf);
  const head = await readHead(tf, () =>
    forwardFolded(tf, definition, convs, networkInput(tf, definition, tf.tensor4d(pixels, [1, heightPx, widthPx, 3]))),
  );
  const { boxes, scores } = decodeHead(headGrid(definition, widthPx, heightPx), head.logits, head.distances);
  const score = new Array<number>(definition.classes).fill(LEAST_SCORE);
  const detections = nonMaximumSuppression(boxes, scores, { score, iou: VALIDATION_NMS_IOU, limit: 300 });
  return { detections: withoutIgnored(detections, picture.boxes, picture.ignored), truth: picture.boxes };
};

/** What the parameters find on held-out pictures, and how well. */
export const validate = async (
  tf: TensorFlow,
  definition: DetectorDefinition,
  parameters: Parameters,
  pictures: readonly Picture[],
): Promise<{ images: EvaluatedImage[]; precision: Precision }> => {
  const convs = foldParameters(definition, parameters);
  const images: EvaluatedImage[] = [];
  for (const picture of pictures) images.push(await detectPicture(tf, definition, convs, picture));
  return { images, precision: averagePrecision(images, definition.classes) };
};
