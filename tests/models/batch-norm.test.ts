import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { batchNorm } from '../../models/architectures/batch-norm.ts';
import type { Activation } from '../../models/architectures/layer.ts';
import { NORM_EPSILON } from '../../models/architectures/parameters.ts';
import { loadTensorFlow, type TensorFlow } from '../../models/tensorflow.ts';

/** Batch normalisation spelt out, for TensorFlow.js to differentiate by itself. */
const spelt = (tf: TensorFlow, x: Tensor4D, scale: Tensor1D, shift: Tensor1D, activation: Activation): Tensor => {
  const mean = tf.mean(x, [0, 1, 2]);
  const variance = tf.mean(tf.square(tf.sub(x, mean)), [0, 1, 2]);
  const y = tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, NORM_EPSILON))), scale), shift);
  return activation === 'relu' ? tf.relu(y) : activation === 'silu' ? tf.mul(y, tf.sigmoid(y)) : y;
};

it.each([
  ['fastest', 'relu'],
  ['fastest', 'silu'],
  ['fastest', 'none'],
  ['cpu', 'relu'],
  ['cpu', 'silu'],
] as const)('gives the values and gradients of its definition (%s, %s)', async (backend, activation) => {
  const { tf } = await loadTensorFlow();
  if (backend === 'cpu') await tf.setBackend('cpu');
  tf.tidy(() => {
    const x = tf.randomNormal([2, 3, 4, 5], 0.5, 2, 'float32', 7) as Tensor4D;
    const scale = tf.tensor1d([1, 0.5, 2, 1.5, 0.1]);
    const shift = tf.tensor1d([0, 0.3, -0.4, 1, 0]);
    const weights = tf.randomNormal([2, 3, 4, 5], 0, 1, 'float32', 8);
    const gradients = (of: (x: Tensor4D, scale: Tensor1D, shift: Tensor1D) => Tensor) =>
      tf.valueAndGrads(((...given: [Tensor4D, Tensor1D, Tensor1D]) => tf.sum(tf.mul(of(...given), weights))) as never)([x, scale, shift]);
    const ours = gradients((...given) => batchNorm(tf, ...given, activation).output);
    const theirs = gradients((...given) => spelt(tf, ...given, activation));
    [ours.value, ...ours.grads].forEach((tensor, index) => {
      const expected = [theirs.value, ...theirs.grads][index]!.dataSync();
      tensor.dataSync().forEach((value, i) => void expect(value).toBeCloseTo(expected[i]!, 3));
    });
  });
});
