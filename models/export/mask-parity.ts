import { InferenceSession, Tensor } from 'onnxruntime-node';
import { FaultError } from '../../domain/fault.ts';
import { computeLayers, foldedConv, networkInput, segmenterLogits } from '../architectures/forward.ts';
import type { SegmenterDefinition } from '../architectures/layer.ts';
import type { FoldedConv } from '../architectures/parameters.ts';
import type { TensorFlow } from '../tensorflow.ts';
import { farthest, PARITY_LIMITS, PARITY_SHAPES, testPixels } from './parity.ts';

const differs = (what: string): FaultError =>
  new FaultError({ kind: 'engine', engine: 'onnx:cpu', what, remedy: 'no bundle was written; please report this' });

/** Runs a network's masks in ONNX Runtime and TensorFlow on the same pixels; gives the largest difference. Faults: `engine` where it is more than rounding. */
export const proveMaskParity = async (
  tf: TensorFlow,
  definition: SegmenterDefinition,
  convs: readonly FoldedConv[],
  onnx: Uint8Array,
): Promise<number> => {
  const session = await InferenceSession.create(onnx, { logSeverityLevel: 3 });
  const { multipleOf } = definition;
  let worst = 0;
  try {
    for (const [count, high, wide] of PARITY_SHAPES) {
      const [height, width] = [Math.ceil(high / multipleOf) * multipleOf, Math.ceil(wide / multipleOf) * multipleOf];
      const pixels = testPixels(count, height, width);
      const { masks } = await session.run({ pixels: new Tensor('uint8', pixels, [count, height, width, 3]) });
      const shares = tf.tidy(() => {
        const input = networkInput(tf, definition, tf.tensor4d(Float32Array.from(pixels), [count, height, width, 3]));
        return tf.sigmoid(
          segmenterLogits(tf, definition, computeLayers(tf, definition.layers, new Map([['input', input]]), foldedConv(tf, convs))),
        );
      });
      const wanted = (await shares.data()) as Float32Array;
      shares.dispose();
      if (wanted.length !== masks!.data.length) throw differs('the exported network draws maps of another size than the trained one');
      worst = Math.max(worst, farthest(wanted, masks!.data as Float32Array));
    }
  } finally {
    await session.release();
  }
  if (!(worst <= PARITY_LIMITS.score)) throw differs(`the exported network draws otherwise than the trained one, by ${worst.toFixed(5)}`);
  return worst;
};

/** Runs a detector with and without masks on the same pixels. Faults: `engine` where any box or score is another. */
export const proveSameBoxes = async (plain: Uint8Array | string, drawing: Uint8Array): Promise<void> => {
  const open = (network: Uint8Array | string): Promise<InferenceSession> =>
    typeof network === 'string'
      ? InferenceSession.create(network, { logSeverityLevel: 3 })
      : InferenceSession.create(network, { logSeverityLevel: 3 });
  const [one, other] = [await open(plain), await open(drawing)];
  try {
    for (const [count, height, width] of PARITY_SHAPES) {
      const pixels = new Tensor('uint8', testPixels(count, height, width), [count, height, width, 3]);
      const [wanted, given] = [await one.run({ pixels }), await other.run({ pixels })];
      for (const name of ['boxes', 'scores']) {
        const far = farthest(wanted[name]!.data as Float32Array, given[name]!.data as Float32Array);
        if (far !== 0) throw differs(`the network that draws cells gives other ${name} than the one that does not, by ${far}`);
      }
    }
  } finally {
    await one.release();
    await other.release();
  }
};
