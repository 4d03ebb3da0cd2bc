import type { Scalar, Tensor4D } from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { seededRandom } from '../../domain/random.ts';
import { dilatedConv } from '../../models/architectures/dilated-conv.ts';
import { loadTensorFlow } from '../../models/tensorflow.ts';

it.each([
  [8, 6],
  [7, 9],
])('is the dilated convolution, and has its gradients, on %i×%i', async (height, width) => {
  const { tf } = await loadTensorFlow('cpu');
  const random = seededRandom(7);
  const some = (...shape: [number, number, number, number]): Tensor4D =>
    tf.tensor4d(
      Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal()),
      shape,
    );
  const [from, kernel] = [some(2, height, width, 3), some(3, 3, 3, 2)];
  const wanted = tf.conv2d(from, kernel, 1, 'same', 'NHWC', 2);
  const made = dilatedConv(tf, from, kernel, 2);
  expect(made.shape).toEqual(wanted.shape);
  expect(tf.max(tf.abs(tf.sub(made, wanted))).dataSync()[0]).toBeLessThan(1e-5);

  // Against differences of the whole: a sum with weights of all that comes out.
  const weights = some(2, height, width, 2);
  const whole = (a: Tensor4D, b: Tensor4D): Scalar => tf.sum(tf.mul(dilatedConv(tf, a, b, 2), weights));
  const [byFrom, byKernel] = tf.grads(whole as never)([from, kernel]) as [Tensor4D, Tensor4D];
  const direction = some(3, 3, 3, 2);
  const step = 1e-2;
  const slope =
    (whole(from, tf.add(kernel, tf.mul(direction, step))).dataSync()[0]! -
      whole(from, tf.sub(kernel, tf.mul(direction, step))).dataSync()[0]!) /
    (2 * step);
  expect(tf.sum(tf.mul(byKernel, direction)).dataSync()[0]).toBeCloseTo(slope, 1);
  const along = some(2, height, width, 3);
  const rise =
    (whole(tf.add(from, tf.mul(along, step)), kernel).dataSync()[0]! - whole(tf.sub(from, tf.mul(along, step)), kernel).dataSync()[0]!) /
    (2 * step);
  expect(tf.sum(tf.mul(byFrom, along)).dataSync()[0]).toBeCloseTo(rise, 1);
});
