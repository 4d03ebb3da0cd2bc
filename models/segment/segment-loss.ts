import type { Scalar, Tensor4D } from '@tensorflow/tfjs';
import type { TensorFlow } from '../tensorflow.ts';
import type { SegmentLossOptions } from './segment-recipe.ts';

/** Keeps shares of nothing finite. */
const SMOOTH = 1;

/**
 * Loss of logits `[n, h, w, planes]` against targets of that shape, weighted by `[n, h, w, 1]`. `bce-dice`: the mean cross-entropy and, weighted, the mean over
 * planes of `1 - Dice` (Milletari et al., 2016). `focal-tversky`: `(1 - Tversky)^γ` (Abraham and Khan, 2019), missed pixels weighted by α.
 */
export const segmentLoss = (
  tf: TensorFlow,
  logits: Tensor4D,
  targets: Tensor4D,
  weights: Tensor4D,
  { kind, dice, alpha, gamma }: SegmentLossOptions,
): Scalar => {
  const share = tf.sigmoid(logits);
  const known = tf.mul(tf.onesLike(logits), weights);
  const sumOf = (map: unknown) => tf.sum(tf.mul(map as Tensor4D, known), [0, 1, 2]);
  const both = sumOf(tf.mul(share, targets));
  if (kind === 'focal-tversky') {
    const missed = sumOf(tf.mul(tf.sub(1, share), targets));
    const wrong = sumOf(tf.mul(share, tf.sub(1, targets)));
    const tversky = tf.div(tf.add(both, SMOOTH), tf.add(tf.add(both, tf.add(tf.mul(missed, alpha), tf.mul(wrong, 1 - alpha))), SMOOTH));
    return tf.mean(tf.pow(tf.maximum(tf.sub(1, tversky), 1e-6), gamma)) as Scalar;
  }
  const entropy = tf.add(tf.sub(tf.relu(logits), tf.mul(logits, targets)), tf.log1p(tf.exp(tf.neg(tf.abs(logits)))));
  const mean = tf.div(tf.sum(tf.mul(entropy, known)), tf.add(tf.sum(known), 1));
  const overlap = tf.div(tf.add(tf.mul(both, 2), SMOOTH), tf.add(tf.add(sumOf(share), sumOf(targets)), SMOOTH));
  return tf.add(mean, tf.mul(tf.mean(tf.sub(1, overlap)), dice)) as Scalar;
};
