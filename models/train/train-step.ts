import type { Tensor, Tensor3D } from '@tensorflow/tfjs';
import { computeLayers, foldedConv, forwardTraining, networkInput } from '../architectures/forward.ts';
import { headGrid } from '../architectures/grid.ts';
import { type DetectorDefinition, type Layer, trunkStride } from '../architectures/layer.ts';
import {
  type FoldedConv,
  foldParameters,
  type ParameterLayout,
  type Parameters,
  parameterLayout,
  type Slot,
} from '../architectures/parameters.ts';
import type { TensorFlow } from '../tensorflow.ts';
import type { TrainingState } from './checkpoint.ts';
import type { Canvas } from './compose-canvas.ts';
import { detectionLoss, type LossAndGradient } from './detection-loss.ts';
import type { LossOptions } from './loss-options.ts';
import type { WeightRules } from './optimisers.ts';
import { type StepOptions, takeStep } from './take-step.ts';

/** A batch: pixels `[n, height, width, 3]` as floats 0 to 255, and what is in them. */
export type Batch = {
  readonly pixels: Float32Array;
  readonly canvases: readonly Canvas[];
  readonly widthPx: number;
  readonly heightPx: number;
};

export type StepReport = { readonly scoreLoss: number; readonly boxLoss: number; readonly gradientNorm: number };

/** Kernels decay; the trunk learns at `trunkRate` of the rate. */
const weightRules = (layout: ParameterLayout, trunkRate: number): WeightRules => {
  const decays = new Uint8Array(layout.weightCount);
  const rates = new Float32Array(layout.weightCount).fill(1);
  for (const { name, offset, size } of layout.weights) {
    if (name.endsWith('/kernel')) decays.fill(1, offset, offset + size);
    if (trunkStride(name) !== undefined) rates.fill(trunkRate, offset, offset + size);
  }
  return { rates, decays };
};

/** What stays the same from step to step. */
export type Training = {
  readonly tf: TensorFlow;
  readonly definition: DetectorDefinition;
  readonly layout: ParameterLayout;
  readonly rules: WeightRules;
  readonly loss: LossOptions;
  /** Layers at the beginning that do not learn, folded: nothing goes back through them. */
  readonly frozen: { readonly layers: readonly Layer[]; readonly convs: readonly FoldedConv[] };
};

/** Makes ready for steps; the trunk's layers up to stride `frozenTo` keep the parameters they have now. */
export const openTraining = (
  tf: TensorFlow,
  definition: DetectorDefinition,
  parameters: Parameters,
  options: { readonly trunkRate: number; readonly frozenTo: number; readonly loss: LossOptions },
): Training => {
  const layout = parameterLayout(definition);
  const end = definition.layers.findIndex(({ name }) => trunkStride(name) === undefined || trunkStride(name)! > options.frozenTo);
  const layers = definition.layers.slice(0, end);
  const names = new Set(layers.map((layer) => layer.name));
  const convs = foldParameters(definition, parameters).filter((conv) => names.has(conv.layer.name));
  return { tf, definition, layout, rules: weightRules(layout, options.trunkRate), loss: options.loss, frozen: { layers, convs } };
};

/** Whether a backend gives values later only: WebGPU in Node. */
const givesLater = (tf: TensorFlow): boolean => tf.getBackend() === 'webgpu';

type Backward = Omit<StepReport, 'gradientNorm'> & { readonly gradient: Float32Array; readonly statistics: Float32Array };

/**
 * Loss and gradient of the weights that learn. The loss of the head's outputs and its gradient there are computed in closed form outside
 * TensorFlow, where the assignment is; the sum of outputs times that gradient, held constant, then has the gradient wanted.
 */
const backward = async (
  { tf, definition, loss: lossKind, frozen }: Training,
  slots: readonly Slot[],
  weights: Float32Array,
  batch: Batch,
): Promise<Backward> => {
  const flat = (list: readonly Tensor[]): Tensor => tf.concat(list.map((tensor) => tf.reshape(tensor, [-1])));
  const tensors = slots.map(({ shape, offset, size }) => tf.tensor(weights.subarray(offset, offset + size), [...shape]));
  const input = networkInput(tf, definition, tf.tensor4d(batch.pixels, [batch.canvases.length, batch.heightPx, batch.widthPx, 3]));
  const first = computeLayers(tf, frozen.layers, new Map([['input', input]]), foldedConv(tf, frozen.convs));
  const learning = definition.layers.slice(frozen.layers.length);
  const forward = (given: readonly Tensor[]): ReturnType<typeof forwardTraining> =>
    forwardTraining(tf, definition, new Map(slots.map((slot, index) => [slot.name, given[index]!])), first, learning);
  const grid = headGrid(definition, batch.widthPx, batch.heightPx);
  const lossAt = (logits: ArrayLike<number>, distances: ArrayLike<number>): LossAndGradient =>
    detectionLoss(grid, definition.classes, batch.canvases, logits, distances, lossKind);

  let loss: LossAndGradient | undefined;
  if (givesLater(tf)) {
    // What the head says is needed in the middle of a differentiation, which cannot wait: it is computed once before.
    const head = forward(tensors);
    loss = lossAt(await head.logits.data(), await head.distances.data());
    tf.dispose(head.statistics);
  }
  let batchStatistics: Tensor | undefined;
  const outputTimesGradient = (...given: Tensor[]): Tensor => {
    const head = forward(given);
    batchStatistics = tf.keep(flat(head.statistics));
    tf.dispose(head.statistics);
    loss ??= lossAt(head.logits.dataSync(), head.distances.dataSync());
    const weighted = (output: Tensor3D, gradient: Float32Array): Tensor => tf.sum(tf.mul(output, tf.tensor3d(gradient, output.shape)));
    return tf.add(weighted(head.logits, loss.logitGradient), weighted(head.distances, loss.distanceGradient));
  };
  const { grads } = tf.valueAndGrads(outputTimesGradient as never)(tensors);
  const gradient = (await flat(grads).data()) as Float32Array;
  const statistics = (await batchStatistics!.data()) as Float32Array;
  batchStatistics!.dispose();
  return { scoreLoss: loss!.score, boxLoss: loss!.box, gradient, statistics };
};

/** One step of training, in place. */
export const trainStep = async (training: Training, state: TrainingState, batch: Batch, options: StepOptions): Promise<StepReport> => {
  const { tf, layout, rules, frozen } = training;
  const { present } = state;
  const fixed = new Set(frozen.layers.map((layer) => layer.name));
  const learns = ({ name }: Slot): boolean => !fixed.has(name.slice(0, name.indexOf('/')));
  const slots = layout.weights.filter(learns);
  tf.engine().startScope();
  const result = await backward(training, slots, present.weights, batch).finally(() => tf.engine().endScope());
  const { scoreLoss, boxLoss, gradient, statistics } = result;
  const gradientNorm = takeStep(state, layout, rules, { gradient, statistics }, options);
  return { scoreLoss, boxLoss, gradientNorm };
};
