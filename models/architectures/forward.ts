import type { Tensor, Tensor1D, Tensor3D, Tensor4D } from '@tensorflow/tfjs';
import type { TensorFlow } from '../tensorflow.ts';
import { batchNorm } from './batch-norm.ts';
import type { Activation, ConvLayer, DetectorDefinition } from './layer.ts';
import { type FoldedConv, kernelShape } from './parameters.ts';

/** What the head gives: logits `[n, points, classes]` and log distances `[n, points, 4]`, in the order of the grid's points. */
export type HeadOutput = { readonly logits: Tensor3D; readonly distances: Tensor3D };

export const activate = (tf: TensorFlow, map: Tensor4D, activation: Activation): Tensor4D =>
  activation === 'relu' ? tf.relu(map) : activation === 'silu' ? tf.mul(map, tf.sigmoid(map)) : map;

/** The convolution alone, without bias. */
export const convolve = (tf: TensorFlow, layer: ConvLayer, from: Tensor4D, kernel: Tensor4D): Tensor4D =>
  layer.depthwise ? tf.depthwiseConv2d(from, kernel, layer.stride, 'same') : tf.conv2d(from, kernel, layer.stride, 'same');

/** Computes the layers in their order; `conv` computes a convolution with all that follows it. */
export const forwardWith = (
  tf: TensorFlow,
  definition: DetectorDefinition,
  input: Tensor4D,
  conv: (layer: ConvLayer, from: Tensor4D) => Tensor4D,
): HeadOutput => {
  const maps = new Map<string, Tensor4D>([['input', input]]);
  const map = (name: string): Tensor4D => maps.get(name)!;
  for (const layer of definition.layers) {
    switch (layer.kind) {
      case 'conv':
        maps.set(layer.name, conv(layer, map(layer.from)));
        break;
      case 'add': {
        const sum = tf.add(map(layer.from[0]), map(layer.from[1])) as Tensor4D;
        maps.set(layer.name, activate(tf, sum, layer.activation));
        break;
      }
      case 'concat':
        maps.set(layer.name, tf.concat(layer.from.map(map), 3));
        break;
      case 'maxPool':
        maps.set(layer.name, tf.maxPool(map(layer.from), layer.window, 1, 'same'));
        break;
      case 'resize': {
        const [, height, width] = map(layer.like).shape;
        maps.set(layer.name, tf.image.resizeNearestNeighbor(map(layer.from), [height, width]));
        break;
      }
      default:
        layer satisfies never;
    }
  }
  const list = (names: readonly string[], channels: number): Tensor3D => {
    const levels = names.map((name) => tf.reshape(map(name), [map(name).shape[0], -1, channels]) as Tensor3D);
    return levels.length === 1 ? levels[0]! : tf.concat(levels, 1);
  };
  return {
    logits: list(
      definition.heads.map((head) => head.logits),
      definition.classes,
    ),
    distances: list(
      definition.heads.map((head) => head.distances),
      4,
    ),
  };
};

/** Pixels 0 to 255 as the network takes them. */
export const networkInput = (tf: TensorFlow, definition: DetectorDefinition, pixels: Tensor4D): Tensor4D =>
  tf.mul(tf.sub(255, pixels), 1 / definition.inputScale);

/**
 * The forward pass of training: normalises by the batch. `weights` are the layout's tensors by name; the batch's statistics
 * come back in the layout's order, for the caller to dispose.
 */
export const forwardTraining = (
  tf: TensorFlow,
  definition: DetectorDefinition,
  weights: ReadonlyMap<string, Tensor>,
  input: Tensor4D,
): HeadOutput & { readonly statistics: Tensor1D[] } => {
  const statistics: Tensor1D[] = [];
  const head = forwardWith(tf, definition, input, (layer, from) => {
    const product = convolve(tf, layer, from, weights.get(`${layer.name}/kernel`) as Tensor4D);
    if (!layer.normalised) return activate(tf, tf.add(product, weights.get(`${layer.name}/bias`)!), layer.activation);
    const scale = weights.get(`${layer.name}/scale`) as Tensor1D;
    const normalised = batchNorm(tf, product, scale, weights.get(`${layer.name}/shift`) as Tensor1D, layer.activation);
    statistics.push(normalised.mean, normalised.variance);
    return normalised.output;
  });
  return { ...head, statistics };
};

/** The forward pass of a deployed network, normalisation folded. */
export const forwardFolded = (
  tf: TensorFlow,
  definition: DetectorDefinition,
  convs: readonly FoldedConv[],
  input: Tensor4D,
): HeadOutput => {
  const folded = new Map(convs.map((conv) => [conv.layer.name, conv]));
  return forwardWith(tf, definition, input, (layer, from) => {
    const { kernel, bias } = folded.get(layer.name)!;
    const sum = tf.add(convolve(tf, layer, from, tf.tensor4d(kernel, kernelShape(layer))), tf.tensor1d(bias)) as Tensor4D;
    return activate(tf, sum, layer.activation);
  });
};
