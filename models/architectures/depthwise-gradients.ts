import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import type { TensorFlow } from '../tensorflow.ts';

type FilterShape = readonly [height: number, width: number, channels: number, multiplier: number];
type Shape4 = readonly [number, number, number, number];

/** Rows (or columns) that TensorFlow's `same` puts before an axis. */
const before = (length: number, outLength: number, kernel: number, stride: number): number =>
  Math.floor(Math.max(0, (outLength - 1) * stride + kernel - length) / 2);

/** Values `stride` apart with zeros between, along one axis. */
const spread = (tf: TensorFlow, x: Tensor, axis: number, stride: number): Tensor => {
  if (stride === 1) return x;
  const zeros = tf.zerosLike(x);
  const shape = [...x.shape];
  shape[axis] = shape[axis]! * stride;
  return tf.reshape(tf.stack([x, ...new Array<Tensor>(stride - 1).fill(zeros)], axis + 1), shape);
};

/** Zeros around an axis so that it has `length`, or cut where it is longer. */
const fit = (tf: TensorFlow, x: Tensor, axis: number, front: number, length: number): Tensor => {
  const back = length - front - x.shape[axis]!;
  const around = x.shape.map((_, at): [number, number] => (at === axis ? [front, Math.max(0, back)] : [0, 0]));
  const padded = tf.pad(x, around);
  if (back >= 0) return padded;
  const size = [...padded.shape];
  size[axis] = length;
  return tf.slice(
    padded,
    padded.shape.map(() => 0),
    size,
  );
};

/** Gradient of a `same` depthwise convolution (multiplier 1) to its filter: what each place met times what it led to, summed over the map. */
export const depthwiseFilterGradient = (
  tf: TensorFlow,
  x: Tensor4D,
  upstream: Tensor4D,
  filterShape: FilterShape,
  stride: number,
): Tensor4D =>
  tf.tidy(() => {
    const [kernelHeight, kernelWidth, channels] = filterShape;
    const [n, height, width] = x.shape;
    const [, outHeight, outWidth] = upstream.shape;
    const rows = fit(tf, x, 1, before(height, outHeight, kernelHeight, stride), (outHeight + 1) * stride + kernelHeight);
    const around = fit(tf, rows, 2, before(width, outWidth, kernelWidth, stride), (outWidth + 1) * stride + kernelWidth);
    const places: Tensor[] = [];
    for (let y = 0; y < kernelHeight; y++)
      for (let column = 0; column < kernelWidth; column++) {
        const end = [n, y + outHeight * stride, column + outWidth * stride, channels];
        const met = tf.stridedSlice(around, [0, y, column, 0], end, [1, stride, stride, 1]);
        places.push(tf.sum(tf.mul(met, upstream), [0, 1, 2]));
      }
    return tf.reshape(tf.stack(places), [...filterShape]) as Tensor4D;
  });

/** Gradient of a `same` depthwise convolution (multiplier 1) to its input: the gradients spread apart, convolved with the filter turned round. */
export const depthwiseInputGradient = (
  tf: TensorFlow,
  inputShape: Shape4,
  upstream: Tensor4D,
  filter: Tensor4D,
  stride: number,
): Tensor4D =>
  tf.tidy(() => {
    const [, height, width] = inputShape;
    const [kernelHeight, kernelWidth] = filter.shape;
    const [, outHeight, outWidth] = upstream.shape;
    const apart = spread(tf, spread(tf, upstream, 2, stride), 1, stride);
    const top = kernelHeight - 1 - before(height, outHeight, kernelHeight, stride);
    const left = kernelWidth - 1 - before(width, outWidth, kernelWidth, stride);
    const rows = fit(tf, apart, 1, top, height + kernelHeight - 1);
    const around = fit(tf, rows, 2, left, width + kernelWidth - 1) as Tensor4D;
    return tf.depthwiseConv2d(around, tf.reverse(filter, [0, 1]), 1, 'valid');
  });

const single = (strides: number | readonly number[]): number => (typeof strides === 'number' ? strides : strides[0]!);

/** Gives the WebAssembly backend the gradients of depthwise convolutions, which it lacks. */
export const registerDepthwiseGradients = (tf: TensorFlow): void => {
  const backendName = 'wasm';
  const kernels = {
    DepthwiseConv2dNativeBackpropFilter: ({ inputs, attrs }: { inputs: unknown; attrs: unknown }) => {
      const { x, dy } = inputs as { x: Tensor4D; dy: Tensor4D };
      const { strides, filterShape } = attrs as { strides: number | number[]; filterShape: FilterShape };
      return depthwiseFilterGradient(tf, x, dy, filterShape, single(strides));
    },
    DepthwiseConv2dNativeBackpropInput: ({ inputs, attrs }: { inputs: unknown; attrs: unknown }) => {
      const { dy, filter } = inputs as { dy: Tensor4D; filter: Tensor4D };
      const { strides, inputShape } = attrs as { strides: number | number[]; inputShape: Shape4 };
      return depthwiseInputGradient(tf, inputShape, dy, filter, single(strides));
    },
  };
  for (const [kernelName, kernelFunc] of Object.entries(kernels))
    if (tf.getKernel(kernelName, backendName) === undefined)
      tf.registerKernel({ kernelName, backendName, kernelFunc: kernelFunc as never });
};
