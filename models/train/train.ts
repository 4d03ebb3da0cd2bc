import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FaultError } from '../../domain/fault.ts';
import { seededRandom } from '../../domain/random.ts';
import { detectorNamed } from '../architectures/detector.ts';
import { networkInput } from '../architectures/forward.ts';
import type { DetectorDefinition } from '../architectures/layer.ts';
import { firstParameters, type ParameterLayout, parameterLayout } from '../architectures/parameters.ts';
import type { CommandIo } from '../command-io.ts';
import { readOnnxConvs } from '../export/read-onnx.ts';
import { readWeights } from '../export/weights-file.ts';
import { loadTensorFlow, type TensorFlow } from '../tensorflow.ts';
import { oneCycle } from './adamw.ts';
import { batches } from './batches.ts';
import { BEST, firstState, NEWEST, readCheckpoint, type TrainingState, writeCheckpoint } from './checkpoint.ts';
import { type LoadedSource, loadTrainingData } from './load-training-data.ts';
import { type HeldOutFigure, openRunLog } from './run-log.ts';
import { currentCommit, readRunRecord, writeRunRecord } from './run-record.ts';
import { RECIPE, type TrainOptions, type TrainRecipe } from './train-options.ts';
import { type Batch, openTraining, trainStep } from './train-step.ts';
import { transferParameters } from './transfer.ts';
import { validate } from './validate.ts';

export type TrainSummary = {
  readonly out: string;
  readonly finished: boolean;
  readonly steps: number;
  /** Best mean mAP over the sources' held-out fields. */
  readonly best: number | undefined;
  readonly backend: string;
};

const PROGRESS_EVERY_MS = 20_000;
const WARM_UP_SHARE = 0.05;

const clock = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;

const recipeText = (recipe: TrainRecipe): string => JSON.stringify(recipe, undefined, 2);

/** The state to begin with: of the run itself, of a bundle, with weights of an ONNX file, or random. */
const openState = async (
  tf: TensorFlow,
  options: TrainOptions,
  definition: DetectorDefinition,
  layout: ParameterLayout,
  firstBatch: () => Batch,
  io: CommandIo,
): Promise<TrainingState> => {
  const { recipe, out, base } = options;
  const random = seededRandom(recipe.seed);
  if (!options.resume) {
    if (base === undefined) return firstState(firstParameters(definition, random));
    if (!base.endsWith('.onnx')) return firstState(await readWeights(base, layout));
    const convs = await readOnnxConvs(base);
    const { pixels, canvases, widthPx, heightPx } = firstBatch();
    const input = tf.tidy(() => networkInput(tf, definition, tf.tensor4d(pixels, [canvases.length, heightPx, widthPx, 3])));
    const { parameters, taken, layers } = transferParameters(tf, definition, convs, input, random);
    input.dispose();
    io.progress(`${path.basename(base)}: weights of ${taken} of ${layers} convolutions taken over`);
    return firstState(parameters);
  }
  const saved = await readFile(path.join(out, RECIPE), 'utf8').catch(() => '');
  if (saved !== recipeText(recipe))
    throw new FaultError({
      kind: 'data',
      path: path.join(out, RECIPE),
      what: 'the run to resume had another recipe, or there is none',
      remedy: 'resume with that recipe, or start in a new folder',
    });
  return readCheckpoint(path.join(out, NEWEST), layout);
};

const validateSources = (
  tf: TensorFlow,
  definition: DetectorDefinition,
  state: TrainingState,
  sources: readonly LoadedSource[],
): HeldOutFigure[] =>
  sources
    .filter((item) => item.validate.length > 0)
    .map((item) => ({ name: item.source.name, ...validate(tf, definition, state.average, item.validate).precision }));

/**
 * Trains a detector and keeps its checkpoints in `options.out`. The same recipe, data and backend give the same weights, interrupted or not.
 * When `io.signal` aborts, the present step is finished and written, and the run can be resumed. Faults: `data`, `bundle`, `engine`.
 */
export const runTrain = async (options: TrainOptions, io: CommandIo): Promise<TrainSummary> => {
  const { recipe, out } = options;
  const { tf, backend, note } = await loadTensorFlow(options.backend);
  io.progress(`training on ${backend}: ${note}`);
  const sources = await loadTrainingData(recipe, options.dataRoot);
  for (const item of sources) io.progress(`${item.source.name}: ${item.train.length} fields to train on, ${item.validate.length} held out`);

  const definition = detectorNamed(recipe.architecture, recipe.classes.length);
  const layout = parameterLayout(definition);
  const supply = batches(recipe, sources);
  const state = await openState(tf, options, definition, layout, () => supply.batch(0), io);
  await mkdir(out, { recursive: true });
  await writeFile(path.join(out, RECIPE), recipeText(recipe));
  const record = options.resume
    ? await readRunRecord(out)
    : {
        command: io.command,
        commit: await currentCommit(),
        backend: `${backend}, TensorFlow.js ${tf.version['tfjs-core']}`,
        startedAt: new Date(io.nowMs()).toISOString(),
        fields: Object.fromEntries(sources.map((item) => [item.source.name, item.train.length])),
      };
  await writeRunRecord(out, record);
  const names = sources.filter((item) => item.validate.length > 0).map((item) => item.source.name);
  const log = await openRunLog(out, names, options.resume);

  const training = openTraining(tf, definition, state.present, recipe);
  const steps = supply.stepsPerEpoch * recipe.epochs;
  const warmUp = Math.max(1, Math.round(steps * WARM_UP_SHARE));
  io.progress(`${layout.weightCount} weights, ${recipe.epochs} epochs of ${supply.stepsPerEpoch} steps of ${recipe.batch}`);

  const startMs = io.nowMs();
  const before = { seconds: state.seconds, step: state.adam.step };
  const deadlineMs = options.minutes === undefined ? Number.POSITIVE_INFINITY : startMs + options.minutes * 60_000;
  let shownMs = startMs;
  while (state.adam.step < steps && io.signal?.aborted !== true && io.nowMs() < deadlineMs) {
    const learningRate = oneCycle(state.adam.step, steps, warmUp, recipe.learningRate);
    const report = trainStep(training, state, supply.batch(state.adam.step), { ...recipe, learningRate });
    if (!Number.isFinite(report.scoreLoss + report.boxLoss + report.gradientNorm))
      throw new FaultError({
        kind: 'data',
        path: out,
        what: `training diverged at step ${state.adam.step}`,
        remedy: 'lower learningRate in the recipe',
      });
    log.step(report);
    const step = state.adam.step;
    const elapsedSeconds = (io.nowMs() - startMs) / 1000;
    state.seconds = before.seconds + elapsedSeconds;
    const left = clock((elapsedSeconds / (step - before.step)) * (steps - step));
    if (io.nowMs() - shownMs > PROGRESS_EVERY_MS) {
      shownMs = io.nowMs();
      io.progress(`step ${step} of ${steps}, loss ${(report.scoreLoss + report.boxLoss).toFixed(3)}, ${left} left`);
    }
    // Steps are synchronous: without this no signal would come through.
    await new Promise((resolve) => setImmediate(resolve));
    if (step % supply.stepsPerEpoch !== 0) continue;

    const epoch = step / supply.stepsPerEpoch;
    const isDue = epoch % recipe.validateEvery === 0 || epoch === recipe.epochs;
    const figures = isDue ? validateSources(tf, definition, state, sources) : [];
    const text = await log.epoch({ epoch, step, learningRate, seconds: state.seconds, figures });
    io.progress(`epoch ${epoch} of ${recipe.epochs}: ${text}; ${left} left`);
    const mean = figures.reduce((sum, item) => sum + item.mAP, 0) / Math.max(1, figures.length);
    if (figures.length > 0 && mean > (state.best ?? 0)) {
      state.best = mean;
      await writeCheckpoint(path.join(out, BEST), state);
    }
    await writeCheckpoint(path.join(out, NEWEST), state);
  }
  await writeCheckpoint(path.join(out, NEWEST), state);
  const finished = state.adam.step >= steps;
  if (finished) await writeRunRecord(out, { ...record, finishedAt: new Date(io.nowMs()).toISOString() });
  io.progress(
    finished ? `done: ${steps} steps in ${clock(state.seconds)}` : `stopped after step ${state.adam.step} of ${steps}; go on with --resume`,
  );
  return { out, finished, steps: state.adam.step, best: state.best, backend };
};
