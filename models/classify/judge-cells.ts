import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { computeLayers, foldedConv } from '../architectures/forward.ts';
import type { ClassifierDefinition } from '../architectures/layer.ts';
import { foldParameters, type Parameters } from '../architectures/parameters.ts';
import type { TensorFlow } from '../tensorflow.ts';
import { drawCell, PLAIN_PLACEMENT } from './draw-cell.ts';
import type { FirstMaps } from './first-maps.ts';
import { glassColour } from './glass-colour.ts';
import type { CellPicture } from './read-cells.ts';

/** Cells computed at a time. */
const BATCH = 32;

/** The square that the network is shown of a cell, whole numbers 0 to 255. */
export const plainSquare = ({ raster }: Pick<CellPicture, 'raster'>, sidePx: number): Float32Array => {
  const square = new Float32Array(sidePx * sidePx * 3);
  drawCell(square, sidePx, { raster, glass: glassColour(raster), reachPx: sidePx }, PLAIN_PLACEMENT);
  return square;
};

export const highest = (scores: ArrayLike<number>): number => {
  let best = 0;
  for (let kind = 1; kind < scores.length; kind++) if (scores[kind]! > scores[best]!) best = kind;
  return best;
};

/** The likeliest kind of each cell, from its first maps, by the network as it would be deployed: normalisation folded, the largest value of each map. */
export const judgeCells = (
  tf: TensorFlow,
  definition: ClassifierDefinition,
  parameters: Parameters,
  first: FirstMaps,
  cells: readonly Float32Array[],
): number[] => {
  const conv = foldedConv(tf, foldParameters(definition, parameters));
  const said: number[] = [];
  for (let at = 0; at < cells.length; at += BATCH) {
    const part = cells.slice(at, at + BATCH);
    const values = tf.tidy(() => {
      const maps = computeLayers(tf, first.learning, first.tensors(tf, part), conv).get(definition.maps) as Tensor4D;
      return (tf.max(maps, [1, 2]) as Tensor2D).dataSync() as Float32Array;
    });
    for (let cell = 0; cell < part.length; cell++)
      said.push(highest(values.subarray(cell * definition.classes, (cell + 1) * definition.classes)));
  }
  return said;
};
