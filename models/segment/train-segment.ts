import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FaultError } from '../../domain/fault.ts';
import { seededRandom } from '../../domain/random.ts';
import type { SegmenterDefinition } from '../architectures/layer.ts';
import { firstParameters, parameterLayout } from '../architectures/parameters.ts';
import { segmenterNamed } from '../architectures/segmenter.ts';
import type { CommandIo } from '../command-io.ts';
import { adoptWeights } from '../export/weights-file.ts';
import { clockText, createProgress } from '../progress.ts';
import { findBundle } from '../runtime/bundle.ts';
import { loadTensorFlow, type TensorFlow } from '../tensorflow.ts';
import { firstState, readCheckpoint, type TrainingState, writeCheckpoint } from '../train/checkpoint.ts';
import { describeBase } from '../train/open-state.ts';
import { machineLine } from '../train/report/machine.ts';
import { currentCommit, readRunRecord, writeRunRecord } from '../train/run-record.ts';
import { heedJudgement, learningRateAt } from '../train/schedule.ts';
import { openBudget } from '../train/time-budget.ts';
import { RECIPE } from '../train/train-options.ts';
import { openBatchesAhead } from './batches-ahead.ts';
import { type DrawnExample, drawExample } from './draw-planes.ts';
import { judgeFields } from './judge-fields.ts';
import { loadSegmentData, type SegmentData } from './load-segment-data.ts';
import { segmentBatches } from './segment-batches.ts';
import { needSameRecipe, type SegmentTrainOptions, segmentRecipeText } from './segment-options.ts';
import type { JudgedPlanes } from './segment-page.ts';
import type { SegmentRecipe } from './segment-recipe.ts';
import { openSegmentRecorder } from './segment-recorder.ts';
import { openSegmentTraining, segmentStep } from './segment-step.ts';

export type SegmentSummary = {
  readonly out: string;
  readonly finished: boolean;
  readonly steps: number;
  /** Best mean dice over planes and sources of held-out fields. */
  readonly best: number | undefined;
  readonly backend: string;
  /** Files that tell of the run. */
  readonly report: string;
  readonly metrics: string;
};

const SAVE_EVERY_MS = 120_000;
/** Fields drawn at each judgement: so many of each source, and in all. */
const DRAWN_OF_SOURCE = 2;
const MOST_DRAWN = 6;

const openState = async (
  options: SegmentTrainOptions,
  definition: SegmenterDefinition,
  steps: number,
  io: CommandIo,
): Promise<TrainingState> => {
  const { recipe, out, base, masksOf, resume } = options;
  const layout = parameterLayout(definition);
  if (resume) {
    await needSameRecipe(out, recipe);
    return readCheckpoint(out, 'newest', definition.name, layout);
  }
  const parameters = firstParameters(definition, seededRandom(recipe.seed));
  if (masksOf !== undefined) await adoptWeights(await findBundle(masksOf), layout, parameters);
  if (base !== undefined) {
    const { taken, tensors } = await adoptWeights(await findBundle(base), layout, parameters);
    const rest = masksOf === undefined ? 'begin at random' : 'are those of the bundle before';
    io.progress(`${base}: ${taken} of ${tensors} tensors taken over, the others ${rest}`);
  }
  return firstState(parameters, steps);
};

/** Scores of every source's held-out fields, and the first of them drawn. */
const judgeAll = async (
  tf: TensorFlow,
  definition: SegmenterDefinition,
  state: TrainingState,
  data: readonly SegmentData[],
  recipe: SegmentRecipe,
): Promise<{ judged: JudgedPlanes[]; examples: DrawnExample[] }> => {
  const judged: JudgedPlanes[] = [];
  const examples: DrawnExample[] = [];
  for (const { source, validate } of data) {
    if (validate.length === 0) continue;
    let drawn = 0;
    const scores = await judgeFields(tf, definition, state.average, validate, async (field, predicted) => {
      if (drawn++ < DRAWN_OF_SOURCE && examples.length < MOST_DRAWN) examples.push(await drawExample(field, predicted, recipe.planes));
    });
    judged.push({ name: source.name, fields: validate.length, scores });
  }
  return { judged, examples };
};

/** Mean dice over planes and sources; `undefined` where nothing was judged. */
const meanDice = (judged: readonly JudgedPlanes[]): number | undefined => {
  const all = judged.flatMap(({ scores }) => scores.map(({ dice }) => dice));
  return all.length === 0 ? undefined : all.reduce((sum, dice) => sum + dice, 0) / all.length;
};

/**
 * Trains a segmenter and keeps its checkpoints in `options.out`. The same recipe, data and backend give the same weights, interrupted or not.
 * When `io.signal` aborts, the present step is finished and written. Faults: `data`, `bundle`, `engine`.
 */
export const runTrainSegment = async (options: SegmentTrainOptions, io: CommandIo): Promise<SegmentSummary> => {
  const { recipe, out } = options;
  const { tf, backend, note } = await loadTensorFlow(options.backend);
  io.progress(`training on ${backend}: ${note}`);
  // Fields to train on are read by the thread that makes batches, and held-out ones here.
  const memory = (options.memory ?? process.availableMemory() / 2 ** 21) / 2;
  const data = await loadSegmentData(recipe, options.dataRoot, io.progress, memory);
  const definition = segmenterNamed(recipe.architecture, recipe.planes.length);
  const { stride } = definition;
  const { stepsPerEpoch } = segmentBatches(recipe, data, stride);
  await using supply = openBatchesAhead({ recipe, dataRoot: options.dataRoot, memory, stride });
  const planned = stepsPerEpoch * recipe.epochs;
  const state = await openState(options, definition, planned, io);
  await mkdir(out, { recursive: true });
  await writeFile(path.join(out, RECIPE), segmentRecipeText(recipe));
  const record = options.resume
    ? await readRunRecord(out)
    : {
        command: io.command,
        commit: await currentCommit(),
        ...(options.base === undefined ? {} : { base: await describeBase(options.base) }),
        backend: `${backend}, TensorFlow.js ${tf.version['tfjs-core']}`,
        machine: machineLine(),
        startedAt: new Date(io.nowMs()).toISOString(),
        fields: Object.fromEntries(data.map(({ source, train }) => [source.name, train.length])),
      };
  await writeRunRecord(out, record);
  const resumedAt = options.resume ? state.moments.step : undefined;
  const recorder = await openSegmentRecorder({ out, recipe, record, data, resumedAt, onTrouble: io.progress });
  io.progress(`${parameterLayout(definition).weightCount} weights, ${recipe.epochs} epochs of ${stepsPerEpoch} steps of ${recipe.batch}`);
  const training = openSegmentTraining(tf, definition, state.present);
  const startMs = io.nowMs();
  const secondsBefore = state.seconds;
  let savedMs = startMs;
  let stepMs = startMs;
  const budget = openBudget(startMs, options.minutes, state, planned);
  const progress = createProgress(io, 'step', state.moments.step);
  let isOver = state.moments.step >= state.schedule.steps;
  while (!isOver && io.signal?.aborted !== true) {
    const learningRate = learningRateAt(recipe, state.schedule, state.moments.step);
    const { loss, gradientNorm } = await segmentStep(training, state, await supply.batch(state.moments.step), recipe, learningRate);
    const { step } = state.moments;
    if (!Number.isFinite(loss + gradientNorm))
      throw new FaultError({
        kind: 'data',
        path: out,
        what: `training diverged at step ${step}: the loss is no number`,
        remedy: 'lower learningRate, or go on with --resume',
      });
    const nowMs = io.nowMs();
    recorder.step({ loss, gradientNorm }, recipe.batch, (nowMs - stepMs) / 1000);
    stepMs = nowMs;
    state.seconds = secondsBefore + (nowMs - startMs) / 1000;
    budget.replan(nowMs, state);
    const { steps } = state.schedule;
    const [epoch, epochs] = [Math.ceil(step / stepsPerEpoch), Math.ceil(steps / stepsPerEpoch)];
    progress.at(step, steps, `epoch ${epoch} of ${epochs}, loss ${loss.toFixed(3)}`);
    // Steps are synchronous: without this no signal would come through.
    await new Promise((resolve) => setImmediate(resolve));
    isOver = step >= steps;
    if (step % stepsPerEpoch !== 0 && !isOver) {
      if (nowMs - savedMs < SAVE_EVERY_MS) continue;
      await recorder.keep(step);
      await writeCheckpoint(out, definition.name, state, false);
      savedMs = stepMs = io.nowMs();
      continue;
    }
    const isJudged = isOver || epoch % recipe.validateEvery === 0;
    const { judged, examples } = isJudged ? await judgeAll(tf, definition, state, data, recipe) : { judged: [], examples: [] };
    const text = await recorder.epoch({ epoch, epochs, step, learningRate, seconds: state.seconds, judged, examples });
    io.progress(`epoch ${epoch} of ${epochs}: ${text}`);
    const mean = meanDice(judged);
    const isBest = mean !== undefined && mean > (state.best ?? 0);
    if (isBest) state.best = mean;
    if (mean !== undefined && heedJudgement(recipe, state.schedule, isBest) && !isOver) {
      io.progress(`no better for ${recipe.stopAfter} judgements: the run ends here`);
      state.schedule.steps = step;
      isOver = true;
    }
    await writeCheckpoint(out, definition.name, state, isBest);
    savedMs = stepMs = io.nowMs();
  }
  progress.end();
  const { step } = state.moments;
  if (!isOver) {
    await recorder.keep(step);
    await writeCheckpoint(out, definition.name, state, false);
  }
  if (isOver) await writeRunRecord(out, { ...record, finishedAt: new Date(io.nowMs()).toISOString() });
  const ending = isOver ? `Done: ${step} steps in ${clockText(state.seconds)}` : `Stopped after step ${step} of ${state.schedule.steps}`;
  await recorder.finish(ending);
  io.progress(isOver ? ending : `${ending}; go on with --resume`);
  return { out, finished: isOver, steps: step, best: state.best, backend, ...recorder.files };
};
