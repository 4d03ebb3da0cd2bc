import type { Tensor4D } from '@tensorflow/tfjs';
import { computeLayers, foldedConv, networkInput, segmenterLogits } from '../architectures/forward.ts';
import type { SegmenterDefinition } from '../architectures/layer.ts';
import { foldParameters, type Parameters } from '../architectures/parameters.ts';
import type { TensorFlow } from '../tensorflow.ts';
import type { Raster } from '../train/picture.ts';

/** Probabilities of each plane at each pixel of a picture, `[height, width, planes]`. */
export type PredictedPlanes = {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly planes: number;
  readonly shares: Float32Array;
};

export type Predictor = (picture: Raster) => PredictedPlanes;

/** What two tiles share at least. Near its edges a tile lacks what lies beyond and does not count; then its weight rises linearly, so that no seam is seen. */
const OVERLAP_PX = 64;
const MARGIN_PX = 16;
/** Keeps the sum of weights above 0. */
const LEAST_WEIGHT = 1e-6;

/** Where tiles begin: on multiples of `step`, but for the last one, so that the network halves the same pixels as in the whole picture. */
const starts = (lengthPx: number, tilePx: number, step: number): number[] => {
  if (lengthPx <= tilePx) return [0];
  const count = Math.ceil((lengthPx - OVERLAP_PX) / Math.max(1, tilePx - OVERLAP_PX - step + 1));
  const last = lengthPx - tilePx;
  return Array.from({ length: count }, (_, at) => (at === count - 1 ? last : Math.floor((at * last) / (count - 1) / step) * step));
};

type Tile = { readonly x: number; readonly y: number; readonly wide: number; readonly high: number };

/** Puts a picture's planes together from overlapping tiles of at most `tilePx` that begin on multiples of `step`; each `[high, wide, planes]` is added once. */
export const blendTiles = (
  { widthPx, heightPx }: Pick<Raster, 'widthPx' | 'heightPx'>,
  tilePx: number,
  planes: number,
  step = 1,
): { readonly tiles: readonly Tile[]; add(x: number, y: number, tile: Float32Array): void; shares(): Float32Array } => {
  const [wide, high] = [Math.min(widthPx, tilePx), Math.min(heightPx, tilePx)];
  const sums = new Float32Array(widthPx * heightPx * planes);
  const weights = new Float32Array(widthPx * heightPx);
  return {
    tiles: starts(heightPx, tilePx, step).flatMap((y) => starts(widthPx, tilePx, step).map((x) => ({ x, y, wide, high }))),
    add: (x, y, tile) => {
      for (let v = 0; v < high; v++)
        for (let u = 0; u < wide; u++) {
          const nearest = Math.min(
            x === 0 ? OVERLAP_PX : u + 1,
            y === 0 ? OVERLAP_PX : v + 1,
            x + wide === widthPx ? OVERLAP_PX : wide - u,
            y + high === heightPx ? OVERLAP_PX : high - v,
          );
          const weight = Math.min(1, Math.max(LEAST_WEIGHT, (nearest - MARGIN_PX) / (OVERLAP_PX - 2 * MARGIN_PX)));
          const at = (y + v) * widthPx + x + u;
          weights[at] = weights[at]! + weight;
          for (let plane = 0; plane < planes; plane++)
            sums[at * planes + plane] = sums[at * planes + plane]! + weight * tile[(v * wide + u) * planes + plane]!;
        }
    },
    shares: () => {
      for (let at = 0; at < weights.length; at++)
        for (let plane = 0; plane < planes; plane++) sums[at * planes + plane] = sums[at * planes + plane]! / weights[at]!;
      return sums;
    },
  };
};

/** Opens the deployed network for whole pictures: those larger than `tilePx` are taken in overlapping tiles, blended. */
export const openPredictor = (tf: TensorFlow, definition: SegmenterDefinition, parameters: Parameters, tilePx = 1024): Predictor => {
  const conv = foldedConv(tf, foldParameters(definition, parameters));
  const { planes, multipleOf } = definition;
  const infer = ({ data, widthPx, heightPx }: Raster, x: number, y: number, wide: number, high: number): Float32Array => {
    const [paddedWide, paddedHigh] = [Math.ceil(wide / multipleOf) * multipleOf, Math.ceil(high / multipleOf) * multipleOf];
    const pixels = new Float32Array(paddedWide * paddedHigh * 3).fill(255);
    for (let row = 0; row < Math.min(high, heightPx - y); row++)
      pixels.set(data.subarray(((y + row) * widthPx + x) * 3, ((y + row) * widthPx + x + wide) * 3), row * paddedWide * 3);
    const shares = tf.tidy(() => {
      const input = networkInput(tf, definition, tf.tensor4d(pixels, [1, paddedHigh, paddedWide, 3]));
      const maps = computeLayers(tf, definition.layers, new Map([['input', input]]), conv);
      const points = tf.sigmoid(segmenterLogits(tf, definition, maps));
      const whole = definition.stride === 1 ? points : tf.image.resizeBilinear(points, [paddedHigh, paddedWide], false, true);
      return tf.slice(whole as Tensor4D, [0, 0, 0, 0], [1, high, wide, planes]);
    });
    const values = shares.dataSync() as Float32Array;
    shares.dispose();
    return values;
  };
  return (picture) => {
    const blend = blendTiles(picture, tilePx, planes, multipleOf);
    for (const { x, y, wide, high } of blend.tiles) blend.add(x, y, infer(picture, x, y, wide, high));
    return { widthPx: picture.widthPx, heightPx: picture.heightPx, planes, shares: blend.shares() };
  };
};
