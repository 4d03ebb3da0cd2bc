import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { FaultError } from '../../domain/fault.ts';
import { seededRandom } from '../../domain/random.ts';
import { computeLayers, foldedConv, networkInput } from '../architectures/forward.ts';
import type { ClassifierDefinition } from '../architectures/layer.ts';
import type { FoldedConv } from '../architectures/parameters.ts';
import { openOnnxRunner } from '../runtime/onnx-runner.ts';
import type { TensorFlow } from '../tensorflow.ts';

/** Largest differences seen between the exported network and the one it was made from. */
export type ClassifierParity = { readonly score: number; readonly map: number };

/** Sums of thousands of products in two orders differ by this much, not more. */
const LIMITS: ClassifierParity = { score: 1e-3, map: 1e-2 };

const farthest = (a: Float32Array, b: Float32Array): number =>
  a.length === b.length ? a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0) : Number.POSITIVE_INFINITY;

/** Runs the ONNX bytes and the TensorFlow graph on the same pixels. Faults: `engine` where they differ by more than rounding. */
export const proveClassifierParity = async (
  tf: TensorFlow,
  definition: ClassifierDefinition,
  convs: readonly FoldedConv[],
  onnx: Uint8Array,
  sidePx: number,
): Promise<ClassifierParity> => {
  const runner = await openOnnxRunner(onnx, 'cpu', 1, false);
  const random = seededRandom(sidePx);
  const pixels = Uint8Array.from({ length: 2 * sidePx * sidePx * 3 }, (_, at) => {
    const [x, y] = [Math.floor(at / 3) % sidePx, Math.floor(at / 3 / sidePx)];
    return 150 + 60 * Math.sin(x / 9) + 30 * Math.sin(y / 7) + random.between(-12, 12);
  });
  try {
    const given = await runner.run(pixels, [2, sidePx, sidePx, 3]);
    const [scores, maps] = tf.tidy(() => {
      const input = networkInput(tf, definition, tf.tensor4d(Float32Array.from(pixels), [2, sidePx, sidePx, 3]));
      const all = computeLayers(tf, definition.layers, new Map([['input', input]]), foldedConv(tf, convs));
      const map = all.get(definition.maps) as Tensor4D;
      return [tf.softmax(tf.max(map, [1, 2]) as Tensor2D), tf.clone(map)];
    }) as [Tensor2D, Tensor4D];
    const seen = {
      score: farthest(given.get('scores')!.data, (await scores.data()) as Float32Array),
      map: farthest(given.get('maps')!.data, (await maps.data()) as Float32Array),
    };
    tf.dispose([scores, maps]);
    if (seen.score <= LIMITS.score && seen.map <= LIMITS.map) return seen;
    throw new FaultError({
      kind: 'engine',
      engine: 'onnx:cpu',
      what: `the exported network differs from the trained one by ${seen.score.toExponential(1)} in score and ${seen.map.toExponential(1)} in its maps`,
      remedy: 'no bundle was written; please report this',
    });
  } finally {
    await runner.release();
  }
};
