import type { Tensor4D } from '@tensorflow/tfjs';
import type { TensorFlow } from '../tensorflow.ts';

/**
 * A convolution whose kernel's points lie `dilation` apart, edges padded as TensorFlow's `same`. TensorFlow.js has no gradient of it; every `dilation`-th point
 * across and down makes a map of its own, though, on which it is a plain one (space to batch; Chen et al., 2017, "à trous").
 */
export const dilatedConv = (tf: TensorFlow, from: Tensor4D, kernel: Tensor4D, dilation: number): Tensor4D => {
  const padding = (length: number, side: number): { pads: [number, number]; extra: number } => {
    const total = dilation * (side - 1);
    const before = Math.floor(total / 2);
    const extra = (dilation - ((length + total) % dilation)) % dilation;
    return { pads: [before, total - before + extra], extra };
  };
  const down = padding(from.shape[1], kernel.shape[0]);
  const across = padding(from.shape[2], kernel.shape[1]);
  const apart = tf.spaceToBatchND(from, [dilation, dilation], [down.pads, across.pads]);
  const convolved = tf.conv2d(apart, kernel, 1, 'valid');
  return tf.batchToSpaceND(
    convolved,
    [dilation, dilation],
    [
      [0, down.extra],
      [0, across.extra],
    ],
  );
};
