import type { Tensor4D } from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { depthwiseFilterGradient, depthwiseInputGradient } from '../../models/architectures/depthwise-gradients.ts';
import { loadTensorFlow } from '../../models/tensorflow.ts';

it.each([
  [3, 1, 6, 8],
  [3, 2, 6, 8],
  [3, 2, 5, 7],
  [5, 1, 7, 6],
  [5, 2, 8, 9],
  [1, 1, 4, 4],
] as const)('equal TensorFlow’s: kernel %i, stride %i, %i × %i', async (kernel, stride, height, width) => {
  const { tf } = await loadTensorFlow('cpu');
  tf.tidy(() => {
    const x = tf.randomNormal([2, height, width, 3], 0, 1, 'float32', 1) as Tensor4D;
    const filter = tf.randomNormal([kernel, kernel, 3, 1], 0, 1, 'float32', 2) as Tensor4D;
    const output = tf.depthwiseConv2d(x, filter, stride, 'same');
    const upstream = tf.randomNormal(output.shape, 0, 1, 'float32', 3) as Tensor4D;
    const [toX, toFilter] = tf.grads((input, given) => tf.depthwiseConv2d(input as Tensor4D, given as Tensor4D, stride, 'same'))(
      [x, filter],
      upstream,
    ) as [Tensor4D, Tensor4D];
    const pairs = [
      [toX, depthwiseInputGradient(tf, x.shape, upstream, filter, stride)],
      [toFilter, depthwiseFilterGradient(tf, x, upstream, [kernel, kernel, 3, 1], stride)],
    ] as const;
    for (const [wanted, given] of pairs) {
      expect(given.shape).toEqual(wanted.shape);
      const values = wanted.dataSync();
      given.dataSync().forEach((value, at) => {
        expect(value).toBeCloseTo(values[at]!, 3);
      });
    }
  });
});
