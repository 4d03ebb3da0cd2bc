import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { computeLayers, foldedConv, networkInput } from '../architectures/forward.ts';
import type { ClassifierDefinition } from '../architectures/layer.ts';
import { foldParameters, type Parameters } from '../architectures/parameters.ts';
import type { TensorFlow } from '../tensorflow.ts';
import { drawCell, PLAIN_PLACEMENT } from './draw-cell.ts';
import { glassColour } from './glass-colour.ts';
import type { CellPicture } from './read-cells.ts';
import { TURNS, turnedPoints } from './turns.ts';

/** Cells computed at a time. */
const BATCH = 16;

/** The square that the network is shown of a cell, whole numbers 0 to 255. */
export const plainSquare = ({ raster }: Pick<CellPicture, 'raster'>, sidePx: number): Float32Array => {
  const square = new Float32Array(sidePx * sidePx * 3);
  drawCell(square, sidePx, { raster, glass: glassColour(raster), reachPx: sidePx }, PLAIN_PLACEMENT);
  return square;
};

const turned = (square: Float32Array, points: Uint32Array): Float32Array => {
  const to = new Float32Array(square.length);
  for (let at = 0; at < points.length; at++) {
    const from = points[at]! * 3;
    to[at * 3] = square[from]!;
    to[at * 3 + 1] = square[from + 1]!;
    to[at * 3 + 2] = square[from + 2]!;
  }
  return to;
};

/** Scores of each cell, by the network as it would be deployed: normalisation folded, the largest value of each map, the mean over the turns. */
export const scoreCells = (
  tf: TensorFlow,
  definition: ClassifierDefinition,
  parameters: Parameters,
  cells: readonly CellPicture[],
  sidePx: number,
  turns: readonly number[] = TURNS,
): Float32Array[] => {
  const conv = foldedConv(tf, foldParameters(definition, parameters));
  const sums = cells.map(() => new Float32Array(definition.classes));
  const area = sidePx * sidePx * 3;
  const points = turns.map((turn) => turnedPoints(sidePx, turn));
  const queue = cells.flatMap((_, cell) => points.map((order) => ({ cell, order })));
  const squares = new Map<number, Float32Array>();
  for (let at = 0; at < queue.length; at += BATCH) {
    const part = queue.slice(at, at + BATCH);
    const pixels = new Float32Array(part.length * area);
    for (const [place, { cell, order }] of part.entries()) {
      const square = squares.get(cell) ?? plainSquare(cells[cell]!, sidePx);
      squares.clear();
      squares.set(cell, square);
      pixels.set(turned(square, order), place * area);
    }
    const values = tf.tidy(() => {
      const input = networkInput(tf, definition, tf.tensor4d(pixels, [part.length, sidePx, sidePx, 3]));
      const maps = computeLayers(tf, definition.layers, new Map([['input', input]]), conv).get(definition.maps) as Tensor4D;
      return (tf.softmax(tf.max(maps, [1, 2]) as Tensor2D) as Tensor2D).dataSync() as Float32Array;
    });
    for (const [place, { cell }] of part.entries())
      for (let kind = 0; kind < definition.classes; kind++)
        sums[cell]![kind] = sums[cell]![kind]! + values[place * definition.classes + kind]! / turns.length;
  }
  return sums;
};

export const highest = (scores: ArrayLike<number>): number => {
  let best = 0;
  for (let kind = 1; kind < scores.length; kind++) if (scores[kind]! > scores[best]!) best = kind;
  return best;
};
