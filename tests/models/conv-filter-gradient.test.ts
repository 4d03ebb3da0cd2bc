import type { Tensor4D } from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { convFilterGradient } from '../../models/architectures/conv-filter-gradient.ts';
import { loadTensorFlow } from '../../models/tensorflow.ts';

it.each([
  [3, 1, 6, 8],
  [3, 2, 6, 8],
  [3, 2, 5, 7],
  [1, 1, 4, 4],
] as const)('equals TensorFlow’s gradient: kernel %i, stride %i, %i × %i', async (kernel, stride, height, width) => {
  const { tf } = await loadTensorFlow();
  tf.tidy(() => {
    const x = tf.randomNormal([2, height, width, 3], 0, 1, 'float32', 1) as Tensor4D;
    const filter = tf.randomNormal([kernel, kernel, 3, 4], 0, 1, 'float32', 2) as Tensor4D;
    const output = tf.conv2d(x, filter, stride, 'same');
    const upstream = tf.randomNormal(output.shape, 0, 1, 'float32', 3) as Tensor4D;
    const wanted = tf
      .grad((given) => tf.conv2d(x, given as Tensor4D, stride, 'same'))(filter, upstream)
      .dataSync();
    const given = convFilterGradient(tf, x, upstream, [kernel, kernel, 3, 4], stride).dataSync();
    given.forEach((value, i) => {
      expect(value).toBeCloseTo(wanted[i]!, 3);
    });
  });
});
