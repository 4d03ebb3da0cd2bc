import type { ClassifierCard } from '../../domain/classifier-card.ts';
import type { Box } from '../../domain/geometry.ts';
import { openOnnxRunner } from '../runtime/onnx-runner.ts';
import { resampleRgb } from '../runtime/resample.ts';
import type { Raster } from '../train/picture.ts';
import { highest, plainSquare } from './judge-cells.ts';
import { TURNS, turnedPoints } from './turns.ts';

/** What speaks for the likeliest kind where: `values` 0 to 1, row after row, over `square`, in pixels of the picture that was given. */
export type EvidenceMap = { readonly rows: number; readonly columns: number; readonly values: Float32Array; readonly square: Box };

export type Classified = {
  /** One for each kind of the card, together 1. */
  readonly scores: Float32Array;
  /** Index of the likeliest kind. */
  readonly kind: number;
  readonly map: EvidenceMap;
};

/** A classifier of single cells, ready to be asked. */
export type CellClassifier = AsyncDisposable & {
  readonly card: ClassifierCard;
  /** Of a picture with one cell in its middle, at a scale. */
  classify(picture: Raster, umPerPx: number): Promise<Classified>;
};

/** From the smallest value to the largest; 0 throughout where all are alike. */
const stretched = (values: Float32Array): Float32Array => {
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  return values.map((value) => (high > low ? (value - low) / (high - low) : 0));
};

/** Where the square that the network sees lies on the picture: the middles are one. */
const squareOn = ({ widthPx, heightPx }: Raster, sideInPicturePx: number): Box => {
  const half = sideInPicturePx / 2;
  return [widthPx / 2 - half, heightPx / 2 - half, widthPx / 2 + half, heightPx / 2 + half];
};

/** Opens a network of a card. Its runs block the thread that asks. Throws what the runtime throws. */
export const openCellClassifier = async (card: ClassifierCard, network: Uint8Array, threads = 1): Promise<CellClassifier> => {
  const runner = await openOnnxRunner(network, 'cpu', threads, false);
  const { sidePx, turns: turnCount, stride } = card.input;
  const turns = TURNS.slice(0, turnCount);
  const points = turns.map((turn) => turnedPoints(sidePx, turn));
  const side = Math.ceil(sidePx / stride);
  const mapPoints = turns.map((turn) => turnedPoints(side, turn));
  const kinds = card.kinds.length;
  const area = sidePx * sidePx;
  const pixels = new Uint8Array(turns.length * area * 3);
  return {
    card,
    classify: async (picture, umPerPx) => {
      const factor = umPerPx / card.umPerPx;
      const { data, widthPx, heightPx } = resampleRgb(picture, factor);
      const raster = { data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), widthPx, heightPx };
      const square = plainSquare({ raster }, sidePx);
      for (const [turn, order] of points.entries())
        for (let at = 0; at < area; at++)
          for (let channel = 0; channel < 3; channel++) pixels[(turn * area + at) * 3 + channel] = square[order[at]! * 3 + channel]!;
      const given = await runner.run(pixels, [turns.length, sidePx, sidePx, 3]);
      const said = given.get('scores')!.data;
      const scores = new Float32Array(kinds);
      for (let at = 0; at < said.length; at++) scores[at % kinds] = scores[at % kinds]! + said[at]! / turns.length;
      const kind = highest(scores);
      const maps = given.get('maps')!.data;
      const values = new Float32Array(side * side);
      for (const [turn, order] of mapPoints.entries())
        for (let at = 0; at < order.length; at++)
          values[order[at]!] = values[order[at]!]! + maps[(turn * side * side + at) * kinds + kind]! / turns.length;
      return { scores, kind, map: { rows: side, columns: side, values: stretched(values), square: squareOn(picture, sidePx / factor) } };
    },
    [Symbol.asyncDispose]: () => runner.release(),
  };
};
