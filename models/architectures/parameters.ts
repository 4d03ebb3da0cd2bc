import type { Random } from '../../domain/random.ts';
import type { ConvLayer, NetworkDefinition } from './layer.ts';

/** One named tensor within the flat vector of parameters. */
export type Slot = { readonly name: string; readonly shape: readonly number[]; readonly offset: number; readonly size: number };

/**
 * Where each tensor lies within the flat vectors. `weights` are trained (kernels, then scale and shift of the normalisation, or a bias);
 * `statistics` are the running mean and variance of each normalised layer.
 */
export type ParameterLayout = {
  readonly weights: readonly Slot[];
  readonly weightCount: number;
  readonly statistics: readonly Slot[];
  readonly statisticCount: number;
};

/** Trained values of a network, flat, in the order of its `ParameterLayout`. */
export type Parameters = { readonly weights: Float32Array; readonly statistics: Float32Array };

export const NORM_EPSILON = 1e-3;

export const convLayers = (definition: NetworkDefinition): ConvLayer[] => definition.layers.filter((layer) => layer.kind === 'conv');

/** HWIO; of a depthwise convolution `[h, w, channels, 1]`. */
export const kernelShape = (layer: ConvLayer): [number, number, number, number] => [
  layer.kernel,
  layer.kernel,
  layer.inChannels,
  layer.depthwise ? 1 : layer.outChannels,
];

const slots = (entries: readonly (readonly [string, readonly number[]])[]): { list: Slot[]; count: number } => {
  let offset = 0;
  const list = entries.map(([name, shape]) => {
    const size = shape.reduce((product, n) => product * n, 1);
    const slot = { name, shape, offset, size };
    offset += size;
    return slot;
  });
  return { list, count: offset };
};

export const parameterLayout = (definition: NetworkDefinition): ParameterLayout => {
  const convs = convLayers(definition);
  const weights = slots(
    convs.flatMap((layer): [string, number[]][] => [
      [`${layer.name}/kernel`, kernelShape(layer)],
      ...(layer.normalised ? ['scale', 'shift'] : ['bias']).map((role): [string, number[]] => [
        `${layer.name}/${role}`,
        [layer.outChannels],
      ]),
    ]),
  );
  const statistics = slots(
    convs
      .filter((layer) => layer.normalised)
      .flatMap((layer) => ['mean', 'variance'].map((role): [string, number[]] => [`${layer.name}/${role}`, [layer.outChannels]])),
  );
  return { weights: weights.list, weightCount: weights.count, statistics: statistics.list, statisticCount: statistics.count };
};

/** Random start: kernels after He et al. (2015), normalisation as identity, the given first bias with small kernels at the outputs. */
export const firstParameters = (definition: NetworkDefinition, random: Random): Parameters => {
  const layout = parameterLayout(definition);
  const weights = new Float32Array(layout.weightCount);
  const layers = new Map(convLayers(definition).map((layer) => [layer.name, layer]));
  for (const { name, offset, size } of layout.weights) {
    const [layerName, role] = name.split('/') as [string, string];
    const layer = layers.get(layerName)!;
    const values = weights.subarray(offset, offset + size);
    if (role === 'kernel') {
      const deviation =
        layer.firstBias === undefined ? Math.sqrt(2 / (layer.kernel ** 2 * (layer.depthwise ? 1 : layer.inChannels))) : 0.01;
      for (let i = 0; i < size; i++) values[i] = deviation * random.normal();
    } else if (role === 'scale') values.fill(1);
    else if (role === 'bias') values.set(layer.firstBias ?? []);
  }
  const statistics = new Float32Array(layout.statisticCount);
  for (const { name, offset, size } of layout.statistics) if (name.endsWith('/variance')) statistics.fill(1, offset, offset + size);
  return { weights, statistics };
};

/** A convolution as it is deployed: normalisation folded into kernel (HWIO) and bias. */
export type FoldedConv = { readonly layer: ConvLayer; readonly kernel: Float32Array; readonly bias: Float32Array };

/** Folds batch normalisation: `scale / sqrt(variance + ε)` goes into the kernel, the rest into the bias. */
export const foldParameters = (definition: NetworkDefinition, parameters: Parameters): FoldedConv[] => {
  const layout = parameterLayout(definition);
  const weights = new Map(layout.weights.map((slot) => [slot.name, parameters.weights.subarray(slot.offset, slot.offset + slot.size)]));
  const statistics = new Map(
    layout.statistics.map((slot) => [slot.name, parameters.statistics.subarray(slot.offset, slot.offset + slot.size)]),
  );
  return convLayers(definition).map((layer) => {
    const kernel = Float32Array.from(weights.get(`${layer.name}/kernel`)!);
    if (!layer.normalised) return { layer, kernel, bias: Float32Array.from(weights.get(`${layer.name}/bias`)!) };
    const scale = weights.get(`${layer.name}/scale`)!;
    const shift = weights.get(`${layer.name}/shift`)!;
    const mean = statistics.get(`${layer.name}/mean`)!;
    const variance = statistics.get(`${layer.name}/variance`)!;
    const factor = scale.map((value, channel) => value / Math.sqrt(variance[channel]! + NORM_EPSILON));
    for (let i = 0; i < kernel.length; i++) kernel[i] = kernel[i]! * factor[i % layer.outChannels]!;
    const bias = shift.map((value, channel) => value - mean[channel]! * factor[channel]!);
    return { layer, kernel, bias };
  });
};
