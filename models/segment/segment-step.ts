import type { Scalar, Tensor } from '@tensorflow/tfjs';
import { computeLayers, foldedConv, networkInput, segmenterLogits, trainingMaps } from '../architectures/forward.ts';
import type { Layer, SegmenterDefinition } from '../architectures/layer.ts';
import {
  type FoldedConv,
  foldParameters,
  type ParameterLayout,
  type Parameters,
  parameterLayout,
  type Slot,
} from '../architectures/parameters.ts';
import type { TensorFlow } from '../tensorflow.ts';
import type { TrainingState } from '../train/checkpoint.ts';
import type { WeightRules } from '../train/optimisers.ts';
import { takeStep } from '../train/take-step.ts';
import type { SegmentBatch } from './segment-batches.ts';
import { segmentLoss } from './segment-loss.ts';
import type { SegmentRecipe } from './segment-recipe.ts';

/** What stays the same from step to step. */
export type SegmentTraining = {
  readonly tf: TensorFlow;
  readonly definition: SegmenterDefinition;
  readonly layout: ParameterLayout;
  readonly rules: WeightRules;
  /** Layers at the beginning that do not learn, folded. */
  readonly frozen: { readonly layers: readonly Layer[]; readonly convs: readonly FoldedConv[] };
};

/** Of a detector with masks, only the layers of the masks learn. */
const learnsFrom = (definition: SegmenterDefinition): number =>
  Math.max(
    0,
    definition.layers.findIndex(({ name }) => name.startsWith('mask')),
  );

export const openSegmentTraining = (tf: TensorFlow, definition: SegmenterDefinition, parameters: Parameters): SegmentTraining => {
  const layout = parameterLayout(definition);
  const layers = definition.layers.slice(0, learnsFrom(definition));
  const names = new Set(layers.map(({ name }) => name));
  const decays = new Uint8Array(layout.weightCount);
  for (const { name, offset, size } of layout.weights) if (name.endsWith('/kernel')) decays.fill(1, offset, offset + size);
  return {
    tf,
    definition,
    layout,
    rules: { rates: new Float32Array(layout.weightCount).fill(1), decays },
    frozen: { layers, convs: foldParameters(definition, parameters).filter(({ layer }) => names.has(layer.name)) },
  };
};

export type SegmentStep = { readonly loss: number; readonly gradientNorm: number };

type Backward = { readonly loss: number; readonly gradient: Float32Array; readonly statistics: Float32Array };

const backward = async (
  { tf, definition, frozen }: SegmentTraining,
  slots: readonly Slot[],
  present: Float32Array,
  batch: SegmentBatch,
  recipe: SegmentRecipe,
): Promise<Backward> => {
  const { count, widthPx, heightPx } = batch;
  const { stride, planes } = definition;
  const flat = (list: readonly Tensor[]): Tensor => tf.concat(list.map((tensor) => tf.reshape(tensor, [-1])));
  const input = networkInput(tf, definition, tf.tensor4d(batch.pixels, [count, heightPx, widthPx, 3]));
  const first = computeLayers(tf, frozen.layers, new Map([['input', input]]), foldedConv(tf, frozen.convs));
  const learning = definition.layers.slice(frozen.layers.length);
  const size: [number, number, number] = [count, heightPx / stride, widthPx / stride];
  const targets = tf.tensor4d(batch.targets, [...size, planes]);
  const weights = tf.tensor4d(batch.weights, [...size, 1]);
  let statistics: Tensor | undefined;
  const lossOf = (...given: Tensor[]): Scalar => {
    const { all, statistics: made } = trainingMaps(tf, new Map(slots.map((slot, at) => [slot.name, given[at]!])), first, learning);
    statistics = tf.keep(flat(made));
    tf.dispose(made);
    return segmentLoss(tf, segmenterLogits(tf, definition, all), targets, weights, recipe.loss);
  };
  const tensors = slots.map(({ shape, offset, size: length }) => tf.tensor(present.subarray(offset, offset + length), [...shape]));
  const { value, grads } = tf.valueAndGrads(lossOf as never)(tensors);
  const gradient = (await flat(grads).data()) as Float32Array;
  const values = (await statistics!.data()) as Float32Array;
  statistics!.dispose();
  return { loss: (await value.data())[0]!, gradient, statistics: values };
};

/** One step of training, in place. */
export const segmentStep = async (
  training: SegmentTraining,
  state: TrainingState,
  batch: SegmentBatch,
  recipe: SegmentRecipe,
  learningRate: number,
): Promise<SegmentStep> => {
  const { tf, layout, rules, frozen } = training;
  const { present } = state;
  const fixed = new Set(frozen.layers.map(({ name }) => name));
  const slots = layout.weights.filter(({ name }) => !fixed.has(name.slice(0, name.indexOf('/'))));
  tf.engine().startScope();
  const { loss, gradient, statistics } = await backward(training, slots, present.weights, batch, recipe).finally(() =>
    tf.engine().endScope(),
  );
  return { loss, gradientNorm: takeStep(state, layout, rules, { gradient, statistics }, { ...recipe, optimiser: 'adamw', learningRate }) };
};
