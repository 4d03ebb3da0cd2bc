import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import type { TensorFlow } from '../tensorflow.ts';

type FilterShape = readonly [height: number, width: number, inChannels: number, outChannels: number];

/** Padding before, and length in all, of one axis under TensorFlow's `same`. */
const samePadding = (length: number, outLength: number, kernel: number, stride: number): { before: number; after: number } => {
  const total = Math.max(0, (outLength - 1) * stride + kernel - length);
  return { before: Math.floor(total / 2), after: total - Math.floor(total / 2) };
};

/**
 * Gradient of a `same` convolution to its filter: for each place of the filter, the inputs it met times the gradients they led to,
 * one matrix product. `x` is `[n, h, w, in]`, `upstream` `[n, h / stride, w / stride, out]`.
 */
export const convFilterGradient = (tf: TensorFlow, x: Tensor4D, upstream: Tensor4D, filterShape: FilterShape, stride: number): Tensor4D =>
  tf.tidy(() => {
    const [kernelHeight, kernelWidth, inChannels, outChannels] = filterShape;
    const [n, height, width] = x.shape;
    const [, outHeight, outWidth] = upstream.shape;
    const rows = samePadding(height, outHeight, kernelHeight, stride);
    const columns = samePadding(width, outWidth, kernelWidth, stride);
    const around = tf.pad(x, [
      [0, 0],
      // One stride more, so that every strided slice below has room.
      [rows.before, rows.after + stride],
      [columns.before, columns.after + stride],
      [0, 0],
    ]);
    const gradients = tf.reshape(upstream, [n * outHeight * outWidth, outChannels]) as Tensor2D;
    const places: Tensor2D[] = [];
    for (let y = 0; y < kernelHeight; y++) {
      for (let column = 0; column < kernelWidth; column++) {
        const end = [n, y + outHeight * stride, column + outWidth * stride, inChannels];
        const met = tf.stridedSlice(around, [0, y, column, 0], end, [1, stride, stride, 1]);
        places.push(tf.matMul(tf.reshape(met, [n * outHeight * outWidth, inChannels]) as Tensor2D, gradients, true));
      }
    }
    return tf.reshape(tf.stack(places), [...filterShape]) as Tensor4D;
  });

/** Gives the WebAssembly backend the one kernel that training needs and it lacks. */
export const registerConvFilterGradient = (tf: TensorFlow): void => {
  const kernelName = 'Conv2DBackpropFilter';
  if (tf.getKernel(kernelName, 'wasm') !== undefined) return;
  tf.registerKernel({
    kernelName,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) => {
      const { x, dy } = inputs as unknown as { x: Tensor4D; dy: Tensor4D };
      const { strides, filterShape } = attrs as unknown as { strides: number | [number, number]; filterShape: FilterShape };
      const stride = typeof strides === 'number' ? strides : strides[0];
      return convFilterGradient(tf, x, dy, filterShape, stride);
    },
  });
};
