import { seededRandom } from '../../domain/random.ts';
import type { DetectorDefinition } from '../architectures/layer.ts';
import { firstParameters } from '../architectures/parameters.ts';
import type { TensorFlow, TensorFlowBackend } from '../tensorflow.ts';
import { firstState } from './checkpoint.ts';
import type { TrainRecipe } from './train-options.ts';
import { type Batch, openTraining, trainStep } from './train-step.ts';

const HOUR_S = 3600;

const duration = (seconds: number): string => {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 2 * HOUR_S ? `${Math.round(seconds / 60)} minutes` : `${(seconds / HOUR_S).toFixed(1)} hours`;
};

/** The first of a batch's canvases. */
const firstCanvas = ({ pixels, canvases, widthPx, heightPx }: Batch): Batch => ({
  pixels: pixels.subarray(0, widthPx * heightPx * 3),
  canvases: canvases.slice(0, 1),
  widthPx,
  heightPx,
});

/**
 * What a training on a slow backend will take, in words, from one step on one canvas that leaves no trace; `undefined` on native TensorFlow.
 * The time of a step grows with its canvases.
 */
export const foretellTime = async (
  tf: TensorFlow,
  backend: TensorFlowBackend,
  definition: DetectorDefinition,
  recipe: TrainRecipe,
  batch: Batch,
  steps: number,
  nowMs: () => number,
): Promise<string | undefined> => {
  if (backend.startsWith('tensorflow:')) return undefined;
  const state = firstState(firstParameters(definition, seededRandom(1)));
  const training = openTraining(tf, definition, state.present, recipe);
  const startMs = nowMs();
  await trainStep(training, state, firstCanvas(batch), recipe);
  const stepS = ((nowMs() - startMs) / 1000) * batch.canvases.length;
  const whole = `about ${stepS.toFixed(1)} s a step, ${duration(stepS * steps)} for all ${steps}`;
  return `${backend} is slow: ${whole}; npm run tensorflow makes it many times faster, --minutes fits it into a time`;
};
