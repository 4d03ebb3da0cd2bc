import type { Tensor, Tensor1D, Tensor3D, Tensor4D } from '@tensorflow/tfjs';
import type { TensorFlow } from '../tensorflow.ts';
import { batchNorm } from './batch-norm.ts';
import { dilatedConv } from './dilated-conv.ts';
import type { Activation, ConvLayer, DetectorDefinition, Layer, NetworkDefinition, SegmenterDefinition } from './layer.ts';
import { type FoldedConv, kernelShape } from './parameters.ts';

/** What the head gives: logits `[n, points, classes]` and log distances `[n, points, 4]`, in the order of the grid's points. */
export type HeadOutput = { readonly logits: Tensor3D; readonly distances: Tensor3D };

export const activate = (tf: TensorFlow, map: Tensor4D, activation: Activation): Tensor4D =>
  activation === 'relu' ? tf.relu(map) : activation === 'silu' ? tf.mul(map, tf.sigmoid(map)) : map;

/** The convolution alone, without bias. */
export const convolve = (tf: TensorFlow, layer: ConvLayer, from: Tensor4D, kernel: Tensor4D): Tensor4D =>
  layer.depthwise
    ? tf.depthwiseConv2d(from, kernel, layer.stride, 'same', 'NHWC', layer.dilation ?? 1)
    : layer.dilation === undefined || layer.dilation === 1
      ? tf.conv2d(from, kernel, layer.stride, 'same')
      : dilatedConv(tf, from, kernel, layer.dilation);

/** Feature maps by the name of their layer; the picture is `input`. */
export type FeatureMaps = ReadonlyMap<string, Tensor4D>;

type ComputeConv = (layer: ConvLayer, from: Tensor4D) => Tensor4D;

/** Computes layers in their order from maps that are there, and gives those and the new ones; `conv` computes a convolution with all that follows it. */
export const computeLayers = (tf: TensorFlow, layers: readonly Layer[], given: FeatureMaps, conv: ComputeConv): FeatureMaps => {
  const maps = new Map(given);
  const map = (name: string): Tensor4D => maps.get(name)!;
  for (const layer of layers) {
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
        maps.set(layer.name, tf.maxPool(map(layer.from), layer.window, layer.stride ?? 1, 'same'));
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
  return maps;
};

const headOutput = (tf: TensorFlow, { heads, classes }: DetectorDefinition, maps: FeatureMaps): HeadOutput => {
  const list = (names: readonly string[], channels: number): Tensor3D => {
    const levels = names.map((name) => tf.reshape(maps.get(name)!, [maps.get(name)!.shape[0], -1, channels]) as Tensor3D);
    return levels.length === 1 ? levels[0]! : tf.concat(levels, 1);
  };
  const logits = heads.map((head) => head.logits);
  const distances = heads.map((head) => head.distances);
  return { logits: list(logits, classes), distances: list(distances, 4) };
};

/** Computes a head's output and reads its values; frees all else. */
export const readHead = async (
  tf: TensorFlow,
  compute: () => HeadOutput,
): Promise<{ readonly logits: Float32Array; readonly distances: Float32Array }> => {
  const { logits, distances } = tf.tidy(() => compute() as never) as HeadOutput;
  const values = { logits: (await logits.data()) as Float32Array, distances: (await distances.data()) as Float32Array };
  logits.dispose();
  distances.dispose();
  return values;
};

/** Pixels 0 to 255 as the network takes them. */
export const networkInput = (tf: TensorFlow, definition: NetworkDefinition, pixels: Tensor4D): Tensor4D =>
  tf.mul(tf.sub(255, pixels), 1 / definition.inputScale);

/**
 * The layers in training: normalised by the batch. `weights` are the layout's tensors by name, `layers` follow after `maps`;
 * the batch's statistics come back in the layout's order, for the caller to dispose.
 */
export const trainingMaps = (
  tf: TensorFlow,
  weights: ReadonlyMap<string, Tensor>,
  maps: FeatureMaps,
  layers: readonly Layer[],
): { readonly all: FeatureMaps; readonly statistics: Tensor1D[] } => {
  const statistics: Tensor1D[] = [];
  const all = computeLayers(tf, layers, maps, (layer, from) => {
    const product = convolve(tf, layer, from, weights.get(`${layer.name}/kernel`) as Tensor4D);
    if (!layer.normalised) return activate(tf, tf.add(product, weights.get(`${layer.name}/bias`)!), layer.activation);
    const scale = weights.get(`${layer.name}/scale`) as Tensor1D;
    const normalised = batchNorm(tf, product, scale, weights.get(`${layer.name}/shift`) as Tensor1D, layer.activation);
    statistics.push(normalised.mean, normalised.variance);
    return normalised.output;
  });
  return { all, statistics };
};

/** The forward pass of a detector's training; `layers` are those that follow after `maps`. */
export const forwardTraining = (
  tf: TensorFlow,
  definition: DetectorDefinition,
  weights: ReadonlyMap<string, Tensor>,
  maps: FeatureMaps,
  layers: readonly Layer[] = definition.layers,
): HeadOutput & { readonly statistics: Tensor1D[] } => {
  const { all, statistics } = trainingMaps(tf, weights, maps, layers);
  return { ...headOutput(tf, definition, all), statistics };
};

/** The logits of a segmenter `[n, rows, columns, planes]`, its points put side by side. */
export const segmenterLogits = (
  tf: TensorFlow,
  { logits, shuffle, planes }: Pick<SegmenterDefinition, 'logits' | 'shuffle' | 'planes'>,
  maps: FeatureMaps,
): Tensor4D => {
  const map = maps.get(logits)!;
  if (shuffle === 1) return map;
  const [count, rows, columns] = map.shape;
  const points = tf.transpose(tf.reshape(map, [count, rows, columns, shuffle, shuffle, planes]), [0, 1, 3, 2, 4, 5]);
  return tf.reshape(points, [count, rows * shuffle, columns * shuffle, planes]);
};

/** How folded convolutions are computed. */
export const foldedConv = (tf: TensorFlow, convs: readonly FoldedConv[]): ComputeConv => {
  const folded = new Map(convs.map((conv) => [conv.layer.name, conv]));
  return (layer, from) => {
    const { kernel, bias } = folded.get(layer.name)!;
    const sum = tf.add(convolve(tf, layer, from, tf.tensor4d(kernel, kernelShape(layer))), tf.tensor1d(bias)) as Tensor4D;
    return activate(tf, sum, layer.activation);
  };
};

/** The forward pass of a deployed network, normalisation folded. */
export const forwardFolded = (tf: TensorFlow, definition: DetectorDefinition, convs: readonly FoldedConv[], input: Tensor4D): HeadOutput =>
  headOutput(tf, definition, computeLayers(tf, definition.layers, new Map([['input', input]]), foldedConv(tf, convs)));
