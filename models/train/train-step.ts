import type { Tensor, Tensor3D } from '@tensorflow/tfjs';
import { forwardTraining, networkInput } from '../architectures/forward.ts';
import { headGrid } from '../architectures/grid.ts';
import { type DetectorDefinition, isTrunk } from '../architectures/layer.ts';
import type { ParameterLayout } from '../architectures/parameters.ts';
import type { TensorFlow } from '../tensorflow.ts';
import { adamStep, averageStep, type WeightRules } from './adamw.ts';
import type { TrainingState } from './checkpoint.ts';
import type { Canvas } from './compose-canvas.ts';
import { detectionLoss } from './detection-loss.ts';

/** A batch: pixels `[n, height, width, 3]` as floats 0 to 255, and what is in them. */
export type Batch = {
  readonly pixels: Float32Array;
  readonly canvases: readonly Canvas[];
  readonly widthPx: number;
  readonly heightPx: number;
};

export type StepOptions = {
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly clipNorm: number;
  readonly averageDecay: number;
};

export type StepReport = { readonly scoreLoss: number; readonly boxLoss: number; readonly gradientNorm: number };

/** Share of the batch's mean and variance that enters the running ones. */
const STATISTICS_SHARE = 0.03;

/** Kernels decay; the trunk learns at `trunkRate` of the rate. */
export const weightRules = (layout: ParameterLayout, trunkRate: number): WeightRules => {
  const decays = new Uint8Array(layout.weightCount);
  const rates = new Float32Array(layout.weightCount).fill(1);
  for (const { name, offset, size } of layout.weights) {
    if (name.endsWith('/kernel')) decays.fill(1, offset, offset + size);
    if (isTrunk(name)) rates.fill(trunkRate, offset, offset + size);
  }
  return { rates, decays };
};

type Backward = Omit<StepReport, 'gradientNorm'> & { readonly gradient: Float32Array; readonly statistics: Float32Array };

/**
 * Loss and gradient of the weights. The loss of the head's outputs and its gradient there are computed in closed form outside TensorFlow,
 * where the assignment is; the sum of outputs times that gradient, held constant, then has the gradient wanted.
 */
const backward = (
  tf: TensorFlow,
  definition: DetectorDefinition,
  layout: ParameterLayout,
  weights: Float32Array,
  batch: Batch,
): Backward => {
  const report = { scoreLoss: 0, boxLoss: 0 };
  let statistics = new Float32Array();
  const flat = (list: readonly Tensor[]): Float32Array<ArrayBuffer> =>
    tf.concat(list.map((tensor) => tf.reshape(tensor, [-1]))).dataSync() as Float32Array<ArrayBuffer>;
  const count = batch.canvases.length;
  const tensors = layout.weights.map(({ shape, offset, size }) => tf.tensor(weights.subarray(offset, offset + size), [...shape]));
  const input = networkInput(tf, definition, tf.tensor4d(batch.pixels, [count, batch.heightPx, batch.widthPx, 3]));
  const outputTimesGradient = (...given: Tensor[]): Tensor => {
    const named = new Map(layout.weights.map((slot, index) => [slot.name, given[index]!]));
    const head = forwardTraining(tf, definition, named, input);
    statistics = flat(head.statistics);
    tf.dispose(head.statistics);
    const loss = detectionLoss(
      headGrid(definition, batch.widthPx, batch.heightPx),
      definition.classes,
      batch.canvases,
      head.logits.dataSync(),
      head.distances.dataSync(),
    );
    report.scoreLoss = loss.score;
    report.boxLoss = loss.box;
    const weighted = (output: Tensor3D, gradient: Float32Array): Tensor => tf.sum(tf.mul(output, tf.tensor3d(gradient, output.shape)));
    return tf.add(weighted(head.logits, loss.logitGradient), weighted(head.distances, loss.distanceGradient));
  };
  const { grads } = tf.valueAndGrads(outputTimesGradient as never)(tensors);
  return { ...report, gradient: flat(grads), statistics };
};

/** One step of training, in place. */
export const trainStep = (
  tf: TensorFlow,
  definition: DetectorDefinition,
  layout: ParameterLayout,
  rules: WeightRules,
  state: TrainingState,
  batch: Batch,
  options: StepOptions,
): StepReport => {
  const { present, average, adam } = state;
  let result: Backward | undefined;
  tf.tidy(() => {
    result = backward(tf, definition, layout, present.weights, batch);
  });
  const { scoreLoss, boxLoss, gradient, statistics } = result!;
  const gradientNorm = adamStep(present.weights, gradient, rules, adam, options);
  for (let i = 0; i < statistics.length; i++)
    present.statistics[i] = present.statistics[i]! + STATISTICS_SHARE * (statistics[i]! - present.statistics[i]!);
  averageStep(average.weights, present.weights, options.averageDecay, adam.step);
  averageStep(average.statistics, present.statistics, options.averageDecay, adam.step);
  return { scoreLoss, boxLoss, gradientNorm };
};
