import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs';
import type { TensorFlow } from '../tensorflow.ts';
import type { Activation } from './layer.ts';
import { NORM_EPSILON } from './parameters.ts';

/** The part of tfjs-node's backend that runs a TensorFlow operation by its name. */
type NativeBackend = {
  readonly binding: {
    readonly TF_ATTR_TYPE: number;
    readonly TF_ATTR_FLOAT: number;
    readonly TF_ATTR_STRING: number;
    readonly TF_ATTR_BOOL: number;
    readonly TF_FLOAT: number;
  };
  executeMultipleOutputs(name: string, attributes: unknown[], inputs: unknown[], outputs: number): Tensor4D[];
  executeSingleOutput(name: string, attributes: unknown[], inputs: unknown[]): Tensor4D;
};

const nativeBackend = (tf: TensorFlow): NativeBackend | undefined =>
  tf.getBackend() === 'tensorflow' ? (tf.backend() as unknown as NativeBackend) : undefined;

/** The activation of a map; `gate` is its sigmoid, for SiLU. */
const activated = (tf: TensorFlow, map: Tensor4D, activation: Activation, gate: Tensor4D | undefined): Tensor4D =>
  gate !== undefined ? tf.mul(map, gate) : activation === 'relu' ? tf.relu(map) : map;

/** With the output `v = y·s` and the gate `s = sigmoid(y)`, the derivative is `s + v·(1 - s)`. */
const siluGradient = (tf: TensorFlow, upstream: Tensor4D, value: Tensor4D, gate: Tensor4D): Tensor4D =>
  tf.mul(upstream, tf.add(gate, tf.mul(value, tf.sub(1, gate))));

/** `mean` and `variance` outlive the scopes they are made in: whoever calls disposes them. */
export type Normalised = { readonly output: Tensor4D; readonly mean: Tensor1D; readonly variance: Tensor1D };

const nativeNorm = (
  tf: TensorFlow,
  backend: NativeBackend,
  x: Tensor4D,
  scale: Tensor1D,
  shift: Tensor1D,
  activation: Activation,
): Normalised => {
  const { binding } = backend;
  const type = { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
  const attributes = [
    type,
    { name: 'U', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: 'epsilon', type: binding.TF_ATTR_FLOAT, value: NORM_EPSILON },
    { name: 'data_format', type: binding.TF_ATTR_STRING, value: 'NHWC' },
    { name: 'is_training', type: binding.TF_ATTR_BOOL, value: true },
  ];
  const statistics: { mean?: Tensor1D; variance?: Tensor1D } = {};
  const output = tf.customGrad((...inputs) => {
    const [input, gamma, beta, save] = inputs as unknown as [Tensor4D, Tensor1D, Tensor1D, (tensors: unknown[]) => void];
    const empty = tf.tensor1d([]);
    const [normalised, mean, variance, ...saved] = backend.executeMultipleOutputs(
      'FusedBatchNormV3',
      attributes,
      [input, gamma, beta, empty, empty],
      6,
    );
    const gate = activation === 'silu' ? tf.sigmoid(normalised!) : undefined;
    const value = activated(tf, normalised!, activation, gate);
    statistics.mean = tf.keep(mean as unknown as Tensor1D);
    statistics.variance = tf.keep(variance as unknown as Tensor1D);
    save(gate === undefined ? [input, gamma, value, ...saved] : [input, gamma, value, ...saved, gate]);
    const gradFunc = (upstream: unknown, kept: unknown) => {
      const [keptInput, keptGamma, keptValue, ...keptSaved] = kept as Tensor4D[];
      const gate = activation === 'silu' ? keptSaved.pop() : undefined;
      const inner =
        gate !== undefined
          ? siluGradient(tf, upstream as Tensor4D, keptValue!, gate)
          : activation === 'relu'
            ? backend.executeSingleOutput('ReluGrad', [type], [upstream, keptValue])
            : (upstream as Tensor4D);
      return backend.executeMultipleOutputs('FusedBatchNormGradV3', attributes, [inner, keptInput, keptGamma, ...keptSaved], 5).slice(0, 3);
    };
    return { value, gradFunc } as never;
  })(x, scale, shift) as Tensor4D;
  return { output, mean: statistics.mean!, variance: statistics.variance! };
};

/** The same from elementary operations, with the gradient of Ioffe and Szegedy (2015, section 3) in closed form. */
const composedNorm = (tf: TensorFlow, x: Tensor4D, scale: Tensor1D, shift: Tensor1D, activation: Activation): Normalised => {
  const axes = [0, 1, 2];
  const statistics: { mean?: Tensor1D; variance?: Tensor1D } = {};
  const output = tf.customGrad((...inputs) => {
    const [input, gamma, beta, save] = inputs as unknown as [Tensor4D, Tensor1D, Tensor1D, (tensors: unknown[]) => void];
    const { mean, variance } = tf.moments(input, axes);
    statistics.mean = tf.keep(mean as Tensor1D);
    const count = input.size / gamma.size;
    // TensorFlow's own operation reports the unbiased variance for the running statistics.
    statistics.variance = tf.keep(tf.mul(variance, count / Math.max(1, count - 1)) as Tensor1D);
    const inverse = tf.rsqrt(tf.add(variance, NORM_EPSILON));
    const centred = tf.mul(tf.sub(input, mean), inverse);
    const normalised = tf.add(tf.mul(centred, gamma), beta);
    const gate = activation === 'silu' ? tf.sigmoid(normalised) : undefined;
    const value = activated(tf, normalised as Tensor4D, activation, gate as Tensor4D | undefined);
    save([centred, inverse, gamma, value, ...(gate === undefined ? [] : [gate])]);
    const gradFunc = (upstream: unknown, kept: unknown) => {
      const [keptCentred, keptInverse, keptGamma, keptValue, gate] = kept as Tensor4D[];
      const inner =
        gate !== undefined
          ? siluGradient(tf, upstream as Tensor4D, keptValue!, gate)
          : activation === 'relu'
            ? tf.mul(upstream as Tensor4D, tf.step(keptValue!))
            : (upstream as Tensor4D);
      const shiftGrad = tf.sum(inner, axes);
      const scaleGrad = tf.sum(tf.mul(inner, keptCentred!), axes);
      const spread = tf.add(tf.div(shiftGrad, count), tf.mul(keptCentred!, tf.div(scaleGrad, count)));
      return [tf.mul(tf.sub(inner, spread), tf.mul(keptGamma!, keptInverse!)), scaleGrad, shiftGrad];
    };
    return { value, gradFunc } as never;
  })(x, scale, shift) as Tensor4D;
  return { output, mean: statistics.mean!, variance: statistics.variance! };
};

/**
 * Batch normalisation in training, then its activation, as one operation with its own gradient: TensorFlow.js differentiates its
 * parts one by one, at several times the cost. Gives the batch's mean and (unbiased) variance of each channel as well.
 */
export const batchNorm = (tf: TensorFlow, x: Tensor4D, scale: Tensor1D, shift: Tensor1D, activation: Activation): Normalised => {
  const backend = nativeBackend(tf);
  return backend === undefined ? composedNorm(tf, x, scale, shift, activation) : nativeNorm(tf, backend, x, scale, shift, activation);
};
