import { InferenceSession, Tensor } from 'onnxruntime-node';
import { FaultError } from '../../domain/fault.ts';
import { seededRandom } from '../../domain/random.ts';
import { forwardFolded, networkInput, readHead } from '../architectures/forward.ts';
import { decodeHead, headGrid } from '../architectures/grid.ts';
import type { DetectorDefinition } from '../architectures/layer.ts';
import type { FoldedConv } from '../architectures/parameters.ts';
import type { TensorFlow } from '../tensorflow.ts';

/** Largest differences seen between the exported network and the one it was made from. */
export type Parity = { readonly boxPx: number; readonly score: number };

/** Sums of thousands of products in two orders differ by this much, not more. */
export const PARITY_LIMITS: Parity = { boxPx: 0.02, score: 1e-3 };

/** Sizes that are odd at the highest stride, single and batched. */
export const PARITY_SHAPES = [
  [1, 240, 320],
  [2, 176, 96],
] as const;

/** Smooth coloured blobs with noise: something for every layer to react to. */
export const testPixels = (count: number, height: number, width: number): Uint8Array => {
  const random = seededRandom(height * width + count);
  const phases = Array.from({ length: 12 }, () => random.between(0, 6.3));
  return Uint8Array.from({ length: count * height * width * 3 }, (_, i) => {
    const channel = i % 3;
    const x = Math.floor(i / 3) % width;
    const y = Math.floor(i / 3 / width);
    const wave = Math.sin(x / (7 + channel) + phases[channel]!) + Math.sin(y / (9 + channel) + phases[channel + 3]!);
    return Math.min(255, Math.max(0, 170 + 40 * wave + random.between(-15, 15)));
  });
};

/** Largest difference of two lists of numbers. */
export const farthest = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

/** Runs the ONNX bytes and the TensorFlow graph on the same pixels. Faults: `engine` where they differ by more than rounding. */
export const proveParity = async (
  tf: TensorFlow,
  definition: DetectorDefinition,
  convs: readonly FoldedConv[],
  onnx: Uint8Array,
): Promise<Parity> => {
  const session = await InferenceSession.create(onnx, { logSeverityLevel: 3 });
  const worst = { boxPx: 0, score: 0 };
  try {
    for (const [count, height, width] of PARITY_SHAPES) {
      const pixels = testPixels(count, height, width);
      const { boxes, scores } = await session.run({ pixels: new Tensor('uint8', pixels, [count, height, width, 3]) });
      const head = await readHead(tf, () =>
        forwardFolded(
          tf,
          definition,
          convs,
          networkInput(tf, definition, tf.tensor4d(Float32Array.from(pixels), [count, height, width, 3])),
        ),
      );
      const grid = headGrid(definition, width, height);
      const { points } = grid;
      for (let image = 0; image < count; image++) {
        const part = (values: unknown, channels: number): Float32Array =>
          (values as Float32Array).subarray(image * points * channels, (image + 1) * points * channels);
        const wanted = decodeHead(grid, part(head.logits, definition.classes), part(head.distances, 4));
        worst.boxPx = Math.max(worst.boxPx, farthest(wanted.boxes, part(boxes!.data, 4)));
        worst.score = Math.max(worst.score, farthest(wanted.scores, part(scores!.data, definition.classes)));
      }
    }
  } finally {
    await session.release();
  }
  if (!(worst.boxPx <= PARITY_LIMITS.boxPx && worst.score <= PARITY_LIMITS.score))
    throw new FaultError({
      kind: 'engine',
      engine: 'onnx:cpu',
      what: `the exported network differs from the trained one by ${worst.boxPx.toFixed(4)} px and ${worst.score.toFixed(5)} in score`,
      remedy: 'no bundle was written; please report this',
    });
  return worst;
};
