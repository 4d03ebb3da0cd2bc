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
import { loadTensorFlow } from '../tensorflow.ts';
import { firstState, readCheckpoint, type TrainingState, writeCheckpoint } from '../train/checkpoint.ts';
import { machineLine } from '../train/report/machine.ts';
import { currentCommit, writeRunRecord } from '../train/run-record.ts';
import { heedJudgement, learningRateAt } from '../train/schedule.ts';
import { openBudget } from '../train/time-budget.ts';
import { RECIPE } from '../train/train-options.ts';
import { judgeFields, type PlaneScores } from './judge-fields.ts';
import { loadSegmentData } from './load-segment-data.ts';
import { segmentBatches } from './segment-batches.ts';
import { needSameRecipe, type SegmentTrainOptions, segmentRecipeText } from './segment-options.ts';
import { openSegmentTraining, segmentStep } from './segment-step.ts';

export type SegmentSummary = {
  readonly out: string;
  readonly finished: boolean;
  readonly steps: number;
  /** Best mean dice over planes and sources of held-out fields. */
  readonly best: number | undefined;
  readonly backend: string;
};

const SAVE_EVERY_MS = 120_000;

const openState = async (
  options: SegmentTrainOptions,
  definition: SegmenterDefinition,
  steps: number,
  io: CommandIo,
): Promise<TrainingState> => {
  const { recipe, out, base, resume } = options;
  const layout = parameterLayout(definition);
  if (resume) {
    await needSameRecipe(out, recipe);
    return readCheckpoint(out, 'newest', definition.name, layout);
  }
  const parameters = firstParameters(definition, seededRandom(recipe.seed));
  if (base !== undefined) {
    const { taken, tensors } = await adoptWeights(await findBundle(base), layout, parameters);
    io.progress(`${base}: ${taken} of ${tensors} tensors taken over, the others begin at random`);
  }
  return firstState(parameters, steps);
};

/** Trains a segmenter and keeps its checkpoints in `options.out`. Faults: `data`, `bundle`, `engine`. */
export const runTrainSegment = async (options: SegmentTrainOptions, io: CommandIo): Promise<SegmentSummary> => {
  const { recipe, out } = options;
  const { tf, backend, note } = await loadTensorFlow(options.backend);
  io.progress(`training on ${backend}: ${note}`);
  const data = await loadSegmentData(recipe, options.dataRoot, io.progress, options.memory);
  const definition = segmenterNamed(recipe.architecture, recipe.planes.length);
  const supply = segmentBatches(recipe, data, definition.stride);
  const planned = supply.stepsPerEpoch * recipe.epochs;
  const state = await openState(options, definition, planned, io);
  await mkdir(out, { recursive: true });
  await writeFile(path.join(out, RECIPE), segmentRecipeText(recipe));
  const training = openSegmentTraining(tf, definition, state.present);
  const startedAt = new Date(io.nowMs()).toISOString();
  await writeRunRecord(out, {
    command: io.command,
    commit: await currentCommit(),
    backend,
    machine: machineLine(),
    startedAt,
    fields: Object.fromEntries(data.map(({ source, train }) => [source.name, train.length])),
  });
  const startMs = io.nowMs();
  const secondsBefore = state.seconds;
  let savedMs = startMs;
  const budget = openBudget(startMs, options.minutes, state, planned);
  const progress = createProgress(io, 'step', state.moments.step);
  let isOver = state.moments.step >= state.schedule.steps;
  while (!isOver && io.signal?.aborted !== true) {
    const rate = learningRateAt(recipe, state.schedule, state.moments.step);
    const { loss, gradientNorm } = await segmentStep(training, state, await supply.batch(state.moments.step), recipe, rate);
    const { step } = state.moments;
    if (!Number.isFinite(loss + gradientNorm))
      throw new FaultError({
        kind: 'data',
        path: out,
        what: `training diverged at step ${step}: the loss is no number`,
        remedy: 'lower learningRate, or go on with --resume',
      });
    state.seconds = secondsBefore + (io.nowMs() - startMs) / 1000;
    budget.replan(io.nowMs(), state);
    progress.at(step, state.schedule.steps, `loss ${loss.toFixed(3)}`);
    await new Promise((resolve) => setImmediate(resolve));
    isOver = step >= state.schedule.steps;
    const epochEnds = step % supply.stepsPerEpoch === 0 || isOver;
    if (!epochEnds) {
      if (io.nowMs() - savedMs < SAVE_EVERY_MS) continue;
      await writeCheckpoint(out, definition.name, state, false);
      savedMs = io.nowMs();
      continue;
    }
    const epoch = Math.ceil(step / supply.stepsPerEpoch);
    let isBest = false;
    if (isOver || epoch % recipe.validateEvery === 0) {
      const judged: { name: string; scores: PlaneScores[] }[] = [];
      for (const { source, validate } of data)
        if (validate.length > 0) judged.push({ name: source.name, scores: await judgeFields(tf, definition, state.average, validate) });
      const all = judged.flatMap(({ scores }) => scores.map(({ dice }) => dice));
      const mean = all.reduce((sum, dice) => sum + dice, 0) / Math.max(1, all.length);
      isBest = all.length > 0 && mean > (state.best ?? 0);
      if (isBest) state.best = mean;
      io.progress(
        `epoch ${epoch}: loss ${loss.toFixed(4)}, dice ${judged.map(({ name, scores }) => `${name} ${scores.map(({ dice }) => dice.toFixed(4)).join(' ')}`).join(', ')}`,
      );
      if (heedJudgement(recipe, state.schedule, isBest) && !isOver) isOver = true;
    }
    await writeCheckpoint(out, definition.name, state, isBest);
    savedMs = io.nowMs();
  }
  progress.end();
  if (!isOver) await writeCheckpoint(out, definition.name, state, false);
  io.progress(`${state.moments.step} steps in ${clockText(state.seconds)}`);
  return { out, finished: isOver, steps: state.moments.step, best: state.best, backend };
};
