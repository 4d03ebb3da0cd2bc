import type { Tensor4D } from '@tensorflow/tfjs';
import { FaultError } from '../../domain/fault.ts';
import type { FeatureMaps } from '../architectures/forward.ts';
import { networkInput } from '../architectures/forward.ts';
import type { ClassifierDefinition, Layer } from '../architectures/layer.ts';
import { foldParameters, type Parameters } from '../architectures/parameters.ts';
import { addLayers, createGraphBuilder } from '../export/layers-onnx.ts';
import { onnxFile } from '../export/onnx-file.ts';
import { openOnnxRunner } from '../runtime/onnx-runner.ts';
import type { TensorFlow } from '../tensorflow.ts';

/** Where training begins: at the picture, or behind layers that stay as they are and are computed by ONNX Runtime. */
export type FirstMaps = AsyncDisposable & {
  /** The layers that learn. */
  readonly learning: readonly Layer[];
  /** What the first of them are computed from, of one square (RGB, 0 to 255): its pixels, or the frozen layer's map. */
  of(square: Float32Array): Promise<Float32Array>;
  /** Maps of several squares as tensors. */
  tensors(tf: TensorFlow, inputs: readonly Float32Array[]): FeatureMaps;
};

const joined = (inputs: readonly Float32Array[]): Float32Array => {
  const all = new Float32Array(inputs.length * inputs[0]!.length);
  for (const [at, input] of inputs.entries()) all.set(input, at * input.length);
  return all;
};

/** Opens the beginning of a network. Faults: `data` where no such layer can be frozen. */
export const openFirstMaps = async (
  definition: ClassifierDefinition,
  parameters: Parameters,
  sidePx: number,
  frozenTo: string | undefined,
): Promise<FirstMaps> => {
  if (frozenTo === undefined)
    return {
      learning: definition.layers,
      of: async (square) => square,
      tensors: (tf, inputs) =>
        new Map([['input', networkInput(tf, definition, tf.tensor4d(joined(inputs), [inputs.length, sidePx, sidePx, 3]))]]),
      [Symbol.asyncDispose]: async () => undefined,
    };
  const end = definition.layers.findIndex(({ name }) => name === frozenTo);
  const learning = definition.layers.slice(end + 1);
  const made = new Set(learning.map(({ name }) => name));
  const taken = learning.flatMap((layer) => [layer.from].flat());
  if (end < 0 || taken.some((name) => !made.has(name) && name !== frozenTo))
    throw new FaultError({
      kind: 'data',
      path: frozenTo,
      what: 'the trunk cannot be frozen up to this layer',
      remedy: 'name one that all later layers come from, as s8.out',
    });
  const builder = createGraphBuilder();
  const frozen = { ...definition, layers: definition.layers.slice(0, end + 1) };
  addLayers(builder, frozen, foldParameters(definition, parameters));
  builder.node('Transpose', 'map', [frozenTo], { perm: [0, 2, 3, 1] });
  const { nodes, constants } = builder;
  const runner = await openOnnxRunner(
    onnxFile({
      name: 'frozen',
      nodes,
      constants,
      inputs: [{ name: 'pixels', type: 'uint8', shape: ['n', 'height', 'width', 3] }],
      outputs: [{ name: 'map', type: 'float', shape: ['n', 'rows', 'columns', 'channels'] }],
    }),
    'cpu',
    2,
    false,
  );
  let dims: readonly number[] = [];
  return {
    learning,
    of: async (square) => {
      const { data, dims: shape } = (await runner.run(Uint8Array.from(square, Math.round), [1, sidePx, sidePx, 3])).get('map')!;
      dims = shape;
      return data.slice();
    },
    tensors: (tf, inputs) => {
      const [, rows, columns, channels] = dims as [number, number, number, number];
      return new Map<string, Tensor4D>([[frozenTo, tf.tensor4d(joined(inputs), [inputs.length, rows, columns, channels])]]);
    },
    [Symbol.asyncDispose]: () => runner.release(),
  };
};
