import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { FaultError } from '../../domain/fault.ts';
import { seededRandom } from '../../domain/random.ts';
import { networkInput } from '../architectures/forward.ts';
import type { DetectorDefinition } from '../architectures/layer.ts';
import { firstParameters, type ParameterLayout } from '../architectures/parameters.ts';
import type { CommandIo } from '../command-io.ts';
import { readOnnxConvs } from '../export/read-onnx.ts';
import { adoptWeights, WEIGHTS_BIN } from '../export/weights-file.ts';
import { findBundle } from '../runtime/bundle.ts';
import type { TensorFlow } from '../tensorflow.ts';
import { firstState, readCheckpoint, type TrainingState } from './checkpoint.ts';
import { RECIPE, type TrainOptions, type TrainRecipe } from './train-options.ts';
import type { Batch } from './train-step.ts';
import { transferParameters } from './transfer.ts';

export const recipeText = (recipe: TrainRecipe): string => JSON.stringify(recipe, undefined, 2);

/** Name and hash of the weights that a run starts from. */
export const describeBase = async (base: string): Promise<{ name: string; sha256: string }> => {
  const file = base.endsWith('.onnx') ? base : path.join(await findBundle(base), WEIGHTS_BIN);
  return {
    name: path.basename(base),
    sha256: createHash('sha256')
      .update(await readFile(file))
      .digest('hex'),
  };
};

/** The state that a run of `steps` steps begins with: of the run itself, of a bundle, with weights of an ONNX file, or random. */
export const openState = async (
  tf: TensorFlow,
  options: TrainOptions,
  definition: DetectorDefinition,
  layout: ParameterLayout,
  steps: number,
  firstBatch: () => Batch,
  io: CommandIo,
): Promise<TrainingState> => {
  const { recipe, out, base } = options;
  const random = seededRandom(recipe.seed);
  if (!options.resume) {
    if (base === undefined) return firstState(firstParameters(definition, random), steps);
    if (!base.endsWith('.onnx')) {
      const parameters = firstParameters(definition, random);
      const { taken, tensors } = await adoptWeights(await findBundle(base), layout, parameters);
      if (taken < tensors) io.progress(`${base}: ${taken} of ${tensors} tensors taken over, the others begin at random`);
      return firstState(parameters, steps);
    }
    const convs = await readOnnxConvs(base);
    const { pixels, canvases, widthPx, heightPx } = firstBatch();
    // Read layer by layer, which WebGPU cannot give at once: once, on another backend.
    const backend = tf.getBackend();
    if (backend === 'webgpu') await tf.setBackend('cpu');
    const input = tf.tidy(() => networkInput(tf, definition, tf.tensor4d(pixels, [canvases.length, heightPx, widthPx, 3])));
    const { parameters, taken, layers } = transferParameters(tf, definition, convs, input, random);
    input.dispose();
    if (backend === 'webgpu') await tf.setBackend(backend);
    io.progress(`${path.basename(base)}: weights of ${taken} of ${layers} convolutions taken over`);
    return firstState(parameters, steps);
  }
  const saved = await readFile(path.join(out, RECIPE), 'utf8').catch(() => '');
  if (saved !== recipeText(recipe))
    throw new FaultError({
      kind: 'data',
      path: path.join(out, RECIPE),
      what: 'the run to resume had another recipe, or there is none',
      remedy: 'resume with that recipe, or start in a new folder',
    });
  return readCheckpoint(out, 'newest', definition.name, layout);
};
