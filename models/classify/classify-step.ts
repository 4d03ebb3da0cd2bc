import type { Scalar, Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { OWN_LAYERS } from '../architectures/cell-classifier.ts';
import { type FeatureMaps, trainingMaps } from '../architectures/forward.ts';
import type { ClassifierDefinition, Layer } from '../architectures/layer.ts';
import { type ParameterLayout, parameterLayout } from '../architectures/parameters.ts';
import type { TensorFlow } from '../tensorflow.ts';
import type { TrainingState } from '../train/checkpoint.ts';
import type { WeightRules } from '../train/optimisers.ts';
import { takeStep } from '../train/take-step.ts';
import type { ClassifyRecipe } from './classify-recipe.ts';

/** What stays the same from step to step. */
export type ClassifyTraining = {
  readonly tf: TensorFlow;
  readonly definition: ClassifierDefinition;
  readonly layout: ParameterLayout;
  readonly rules: WeightRules;
  /** The layers that learn: the last ones. */
  readonly learning: readonly Layer[];
};

/** `trunkRate` holds for what may be taken over from a detector. */
export const openClassifyTraining = (
  tf: TensorFlow,
  definition: ClassifierDefinition,
  learning: readonly Layer[],
  trunkRate: number,
): ClassifyTraining => {
  const layout = parameterLayout(definition);
  const decays = new Uint8Array(layout.weightCount);
  const rates = new Float32Array(layout.weightCount).fill(trunkRate);
  for (const { name, offset, size } of layout.weights) {
    if (name.endsWith('/kernel')) decays.fill(1, offset, offset + size);
    if (name.startsWith(OWN_LAYERS)) rates.fill(1, offset, offset + size);
  }
  return { tf, definition, layout, rules: { rates, decays }, learning };
};

/** Largest value of each map, softened: see `sharpness` of the recipe. */
export const softLargest = (tf: TensorFlow, maps: Tensor4D, sharpness: number): Tensor2D => {
  const [, rows, columns] = maps.shape;
  return tf.mul(tf.sub(tf.logSumExp(tf.mul(maps, sharpness), [1, 2]), Math.log(rows * columns)), 1 / sharpness) as Tensor2D;
};

/** Sharpness at a share of the run, on a line in logarithms. */
export const sharpnessAt = ([from, to]: readonly [number, number], done: number): number => from * (to / from) ** Math.min(1, done);

const crossEntropy = (tf: TensorFlow, logits: Tensor2D, targets: Tensor2D, smoothing: number): Scalar => {
  const smoothed = tf.add(tf.mul(targets, 1 - smoothing), smoothing / logits.shape[1]);
  return tf.neg(tf.mean(tf.sum(tf.mul(smoothed, tf.logSoftmax(logits)), 1)));
};

export type ClassifyStep = { readonly loss: number; readonly gradientNorm: number };

/** One step of training, in place, from the maps `first` gives of a batch with `targets` `[n, kinds]`. `done` is the share of the run behind it. */
export const classifyStep = async (
  { tf, definition, layout, rules, learning }: ClassifyTraining,
  state: TrainingState,
  { first, targets }: { readonly first: () => FeatureMaps; readonly targets: Float32Array },
  recipe: ClassifyRecipe,
  learningRate: number,
  done: number,
): Promise<ClassifyStep> => {
  const { present } = state;
  const names = new Set(learning.map(({ name }) => name));
  const slots = layout.weights.filter(({ name }) => names.has(name.slice(0, name.indexOf('/'))));
  const flat = (list: readonly Tensor[]): Tensor => tf.concat(list.map((tensor) => tf.reshape(tensor, [-1])));
  tf.engine().startScope();
  let kept: Tensor | undefined;
  const backward = async (): Promise<{ loss: number; gradient: Float32Array; statistics: Float32Array }> => {
    const maps = first();
    const wanted = tf.tensor2d(targets, [targets.length / definition.classes, definition.classes]);
    const lossOf = (...given: Tensor[]): Scalar => {
      const weights = new Map(slots.map((slot, at) => [slot.name, given[at]!]));
      const { all, statistics } = trainingMaps(tf, weights, maps, learning);
      kept = tf.keep(flat(statistics));
      tf.dispose(statistics);
      const logits = softLargest(tf, all.get(definition.maps)!, sharpnessAt(recipe.sharpness, done));
      return crossEntropy(tf, logits, wanted, recipe.labelSmoothing);
    };
    const tensors = slots.map(({ shape, offset, size }) => tf.tensor(present.weights.subarray(offset, offset + size), [...shape]));
    const { value, grads } = tf.valueAndGrads(lossOf as never)(tensors);
    const gradient = (await flat(grads).data()) as Float32Array;
    const statistics = (await kept!.data()) as Float32Array;
    kept!.dispose();
    return { loss: (await value.data())[0]!, gradient, statistics };
  };
  const { loss, gradient, statistics } = await backward().finally(() => tf.engine().endScope());
  return { loss, gradientNorm: takeStep(state, layout, rules, { gradient, statistics }, { ...recipe, optimiser: 'adamw', learningRate }) };
};
