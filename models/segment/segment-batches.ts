import { type Random, seededRandom } from '../../domain/random.ts';
import { type Augmentation, augmentationOf } from '../train/augment/augmentation.ts';
import { chooseRecolour } from '../train/augment/recolour.ts';
import { degrade } from '../train/compose-canvas.ts';
import { drawCrop } from '../train/draw-crop.ts';
import { choosePlacement } from '../train/place-crop.ts';
import type { SegmentData } from './load-segment-data.ts';
import type { SegmentField } from './segment-field.ts';
import type { SegmentRecipe } from './segment-recipe.ts';

/** Canvases `[n, height, width, 3]` (0 to 255), targets `[n, height / stride, width / stride, planes]` and weights `[n, …, 1]`, both 0 to 1. */
export type SegmentBatch = {
  readonly count: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly pixels: Float32Array;
  readonly targets: Float32Array;
  readonly weights: Float32Array;
};

export type SegmentBatches = { readonly stepsPerEpoch: number; batch(step: number): Promise<SegmentBatch> };

const keep = (): void => undefined;

/** Means over squares of `stride` pixels of one plane of a packed raster. */
const reduce = (
  packed: Float32Array,
  channel: number,
  widthPx: number,
  heightPx: number,
  stride: number,
  put: (point: number, value: number) => void,
): void => {
  const columns = widthPx / stride;
  for (let row = 0; row < heightPx / stride; row++)
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let v = 0; v < stride; v++)
        for (let u = 0; u < stride; u++) sum += packed[((row * stride + v) * widthPx + column * stride + u) * 3 + channel]!;
      put(row * columns + column, sum / (255 * stride * stride));
    }
};

/** Softens the edges of the planes, and not of what is known, by the mean over `side` × `side` pixels: one direction after the other, in place. */
export const blurLabels = (packed: readonly Float32Array[], planes: number, widthPx: number, heightPx: number, side: number): void => {
  const line = new Float32Array(Math.max(widthPx, heightPx));
  const [before, after] = [Math.floor((side - 1) / 2), Math.floor(side / 2)];
  const pass = (values: Float32Array, first: number, step: number, length: number): void => {
    for (let i = 0; i < length; i++) line[i] = values[first + i * step]!;
    for (let i = 0; i < length; i++) {
      let sum = 0;
      // The edge goes on beyond the canvas.
      for (let near = i - before; near <= i + after; near++) sum += line[Math.min(length - 1, Math.max(0, near))]!;
      values[first + i * step] = sum / side;
    }
  };
  for (let plane = 0; plane < planes; plane++) {
    const values = packed[Math.floor(plane / 3)]!;
    for (let y = 0; y < heightPx; y++) pass(values, y * widthPx * 3 + (plane % 3), 3, widthPx);
    for (let x = 0; x < widthPx; x++) pass(values, x * 3 + (plane % 3), widthPx * 3, heightPx);
  }
};

/** Targets and weights of labels drawn at the size of the canvas: a point nobody vouches for, in part or whole, does not count. */
export const reduceLabels = (
  packed: readonly Float32Array[],
  planes: number,
  { widthPx, heightPx, stride }: { readonly widthPx: number; readonly heightPx: number; readonly stride: number },
  targets: Float32Array,
  weights: Float32Array,
): void => {
  for (let plane = 0; plane <= planes; plane++)
    reduce(packed[Math.floor(plane / 3)]!, plane % 3, widthPx, heightPx, stride, (point, value) => {
      if (plane < planes) targets[point * planes + plane] = value;
      else weights[point] = value > 0.99 ? 1 : 0;
    });
};

const compose = (
  random: Random,
  field: SegmentField,
  augmentation: Augmentation,
  size: { widthPx: number; heightPx: number; stride: number; maskBlur: number },
  into: SegmentBatch,
  place: number,
): void => {
  const { widthPx, heightPx, stride } = size;
  const area = widthPx * heightPx;
  const placement = choosePlacement(random, field.picture, [0, 0, widthPx, heightPx], { ...augmentation, aim: undefined });
  const pixels = into.pixels.subarray(place * area * 3, (place + 1) * area * 3);
  drawCrop(pixels, widthPx, placement, field.picture, chooseRecolour(random, augmentation));
  degrade(random, pixels, widthPx, augmentation);
  const packed = field.planes.rasters.map((raster) => {
    const canvas = new Float32Array(area * 3);
    drawCrop(canvas, widthPx, placement, { ...field.picture, base: raster, fine: raster }, keep);
    return canvas;
  });
  const points = area / stride ** 2;
  const { count } = field.planes;
  if (size.maskBlur > 1) blurLabels(packed, count, widthPx, heightPx, size.maskBlur);
  reduceLabels(
    packed,
    count,
    size,
    into.targets.subarray(place * points * count, (place + 1) * points * count),
    into.weights.subarray(place * points, (place + 1) * points),
  );
};

/** Any batch of a run from seed and step alone. */
export const segmentBatches = (recipe: SegmentRecipe, data: readonly SegmentData[], stride: number): SegmentBatches => {
  const augmentation = augmentationOf(recipe.augment);
  const fields = data.flatMap(({ source, train }) => train.map((field) => ({ field, weight: source.weight })));
  const ends: number[] = [];
  let total = 0;
  for (const { weight } of fields) {
    total += weight;
    ends.push(total);
  }
  const [widthPx, heightPx] = recipe.canvas;
  const perEpoch = recipe.canvasesPerEpoch ?? Math.round(total);
  return {
    stepsPerEpoch: Math.max(1, Math.floor(perEpoch / recipe.batch)),
    batch: async (step) => {
      const random = seededRandom(Math.imul(recipe.seed + 1, 0x01000193) ^ Math.imul(step + 1, 0x85ebca6b));
      const points = (widthPx * heightPx) / stride ** 2;
      const batch: SegmentBatch = {
        count: recipe.batch,
        widthPx,
        heightPx,
        pixels: new Float32Array(recipe.batch * widthPx * heightPx * 3),
        targets: new Float32Array(recipe.batch * points * recipe.planes.length),
        weights: new Float32Array(recipe.batch * points),
      };
      for (let place = 0; place < recipe.batch; place++) {
        const at = random.next() * total;
        const chosen = fields[ends.findIndex((end) => at < end)]!;
        compose(random, await chosen.field.load(), augmentation, { widthPx, heightPx, stride, maskBlur: recipe.maskBlur }, batch, place);
      }
      return batch;
    },
  };
};
