import type { Tensor4D } from '@tensorflow/tfjs';
import type { Random } from '../../domain/random.ts';
import { activate, computeLayers, convolve } from '../architectures/forward.ts';
import type { ConvLayer, DetectorDefinition } from '../architectures/layer.ts';
import { convLayers, firstParameters, kernelShape, NORM_EPSILON, type Parameters, parameterLayout } from '../architectures/parameters.ts';
import type { OnnxConv } from '../export/read-onnx.ts';
import type { TensorFlow } from '../tensorflow.ts';

type Taken = { readonly kernel: Float32Array; readonly bias: Float32Array };

/** A first convolution over space-to-depth (blocks in the order upper left, lower left, upper right, lower right; YOLOX) where ours is 6×6. */
const isFocus = (layer: ConvLayer, [, input, height]: OnnxConv['dims']): boolean => layer.kernel === 6 && input === 12 && height === 3;

const fits = (layer: ConvLayer, dims: OnnxConv['dims']): boolean => {
  const [output, input, height, width] = dims;
  if (output !== layer.outChannels || height !== width) return false;
  if (isFocus(layer, dims)) return layer.inChannels === 3;
  return height === layer.kernel && input === (layer.depthwise ? 1 : layer.inChannels);
};

/** Pairs our layers with the file's convolutions, both in their order, as many as fit: the longest common subsequence of shapes. */
export const pairConvs = (layers: readonly ConvLayer[], convs: readonly OnnxConv[]): Map<string, OnnxConv> => {
  const lengths = Array.from({ length: layers.length + 1 }, () => new Uint32Array(convs.length + 1));
  for (let i = layers.length - 1; i >= 0; i--)
    for (let j = convs.length - 1; j >= 0; j--)
      lengths[i]![j] = fits(layers[i]!, convs[j]!.dims) ? lengths[i + 1]![j + 1]! + 1 : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
  const pairs = new Map<string, OnnxConv>();
  for (let i = 0, j = 0; i < layers.length && j < convs.length; ) {
    if (fits(layers[i]!, convs[j]!.dims)) pairs.set(layers[i++]!.name, convs[j++]!);
    else if (lengths[i + 1]![j]! >= lengths[i]![j + 1]!) i++;
    else j++;
  }
  return pairs;
};

/** OIHW to HWIO; the space-to-depth of a first convolution undone. */
const toHwio = (layer: ConvLayer, { dims, kernel }: OnnxConv): Float32Array => {
  const [outputs, inputs, side] = dims;
  const turned = new Float32Array(kernel.length);
  const focus = isFocus(layer, dims);
  for (let output = 0; output < outputs; output++)
    for (let input = 0; input < inputs; input++)
      for (let y = 0; y < side; y++)
        for (let x = 0; x < side; x++) {
          const value = kernel[((output * inputs + input) * side + y) * side + x]!;
          if (focus) {
            const block = Math.floor(input / 3);
            const [row, column] = [2 * y + (block & 1), 2 * x + (block >> 1)];
            turned[((row * 6 + column) * 3 + (input % 3)) * outputs + output] = value;
          } else if (layer.depthwise) turned[(y * side + x) * outputs + output] = value;
          else turned[((y * side + x) * inputs + input) * outputs + output] = value;
        }
  return turned;
};

/**
 * The published network takes blue, green, red from 0 to 255; ours takes `(255 - p) / inputScale` in red, green, blue.
 * The bias makes up for the turned sign: `Σ w·p = Σ w·255 - Σ w·inputScale·input`.
 */
const adaptFirst = (layer: ConvLayer, inputScale: number, { kernel, bias }: Taken): Taken => {
  const outputs = layer.outChannels;
  const adapted = new Float32Array(kernel.length);
  const shifted = bias.slice();
  for (let i = 0; i < kernel.length; i++) {
    const output = i % outputs;
    const channel = Math.floor(i / outputs) % 3;
    const at = Math.floor(i / outputs / 3);
    adapted[(at * 3 + (2 - channel)) * outputs + output] = -inputScale * kernel[i]!;
    shifted[output] = shifted[output]! + 255 * kernel[i]!;
  }
  return { kernel: adapted, bias: shifted };
};

const take = (definition: DetectorDefinition, layer: ConvLayer, conv: OnnxConv): Taken => {
  const taken = { kernel: toHwio(layer, conv), bias: conv.bias ?? new Float32Array(layer.outChannels) };
  if (layer.from !== 'input') return taken;
  // Files of our own take the picture as we do, the scale of the input within the kernel.
  if (!isFocus(layer, conv.dims)) return { ...taken, kernel: taken.kernel.map((value) => value * definition.inputScale) };
  return adaptFirst(layer, definition.inputScale, taken);
};

/**
 * First parameters with the convolutions of a trained ONNX file in them. Its normalisation is folded away: ours is put back around what the layers
 * give for `input` (`[n, h, w, 3]`, as the network takes it), so that the network computes the same and can be trained with it.
 * Layers that no convolution of the file fits start at random.
 */
export const transferParameters = (
  tf: TensorFlow,
  definition: DetectorDefinition,
  convs: readonly OnnxConv[],
  input: Tensor4D,
  random: Random,
): { parameters: Parameters; taken: number; layers: number } => {
  const parameters = firstParameters(definition, random);
  const layout = parameterLayout(definition);
  const weight = new Map(layout.weights.map(({ name, offset, size }) => [name, parameters.weights.subarray(offset, offset + size)]));
  const statistic = new Map(
    layout.statistics.map(({ name, offset, size }) => [name, parameters.statistics.subarray(offset, offset + size)]),
  );
  const layers = convLayers(definition);
  const pairs = pairConvs(
    layers.filter((layer) => layer.firstBias === undefined),
    convs,
  );
  tf.tidy(() => {
    computeLayers(tf, definition.layers, new Map([['input', input]]), (layer, from) => {
      const pair = pairs.get(layer.name);
      const taken = pair === undefined ? undefined : take(definition, layer, pair);
      const kernel = weight.get(`${layer.name}/kernel`)!;
      if (taken !== undefined) kernel.set(taken.kernel);
      const product = convolve(tf, layer, from, tf.tensor4d(kernel, kernelShape(layer)));
      if (!layer.normalised) {
        if (taken !== undefined) weight.get(`${layer.name}/bias`)!.set(taken.bias);
        return activate(tf, tf.add(product, tf.tensor1d(weight.get(`${layer.name}/bias`)!)) as Tensor4D, layer.activation);
      }
      const moments = tf.moments(product, [0, 1, 2]);
      const mean = moments.mean.dataSync();
      const variance = moments.variance.dataSync();
      statistic.get(`${layer.name}/mean`)!.set(mean);
      statistic.get(`${layer.name}/variance`)!.set(variance);
      const scale = weight.get(`${layer.name}/scale`)!;
      const shift = weight.get(`${layer.name}/shift`)!;
      if (taken !== undefined)
        for (let channel = 0; channel < scale.length; channel++) {
          scale[channel] = Math.sqrt(variance[channel]! + NORM_EPSILON);
          shift[channel] = mean[channel]! + taken.bias[channel]!;
        }
      const centred = tf.mul(tf.sub(product, moments.mean), tf.rsqrt(tf.add(moments.variance, NORM_EPSILON)));
      return activate(tf, tf.add(tf.mul(centred, tf.tensor1d(scale)), tf.tensor1d(shift)) as Tensor4D, layer.activation);
    });
  });
  return { parameters, taken: pairs.size, layers: layers.length };
};
