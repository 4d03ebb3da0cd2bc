import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs';
import type { TensorFlow } from '../tensorflow.ts';
import { batchNorm } from './batch-norm.ts';
import type { ConvLayer, DetectorDefinition } from './layer.ts';
import type { FoldedConv } from './parameters.ts';

/** What the head gives: logits `[n, h, w, classes]` and log distances `[n, h, w, 4]` on the grid at the definition's stride. */
export type HeadOutput = { readonly logits: Tensor4D; readonly distances: Tensor4D };

const walk = (
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
        maps.set(layer.name, layer.relu ? tf.relu(sum) : sum);
        break;
      }
      case 'resize': {
        const [, height, width] = map(layer.like).shape;
        maps.set(layer.name, tf.image.resizeNearestNeighbor(map(layer.from), [height, width]));
        break;
      }
      default:
        layer satisfies never;
    }
  }
  return { logits: map(definition.logits), distances: map(definition.distances) };
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
  const head = walk(tf, definition, input, (layer, from) => {
    const product = tf.conv2d(from, weights.get(`${layer.name}/kernel`) as Tensor4D, layer.stride, 'same');
    if (!layer.normalised) return tf.add(product, weights.get(`${layer.name}/bias`)!) as Tensor4D;
    const scale = weights.get(`${layer.name}/scale`) as Tensor1D;
    const normalised = batchNorm(tf, product, scale, weights.get(`${layer.name}/shift`) as Tensor1D, layer.relu);
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
  return walk(tf, definition, input, (layer, from) => {
    const { kernel, bias } = folded.get(layer.name)!;
    const filter = tf.tensor4d(kernel, [layer.kernel, layer.kernel, layer.inChannels, layer.outChannels]);
    const sum = tf.add(tf.conv2d(from, filter, layer.stride, 'same'), tf.tensor1d(bias)) as Tensor4D;
    return layer.relu ? tf.relu(sum) : sum;
  });
};
