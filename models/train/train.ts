import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FaultError } from '../../domain/fault.ts';
import { detectorNamed } from '../architectures/detector.ts';
import type { DetectorDefinition } from '../architectures/layer.ts';
import { parameterLayout } from '../architectures/parameters.ts';
import type { CommandIo } from '../command-io.ts';
import { loadTensorFlow, type TensorFlow } from '../tensorflow.ts';
import { batches } from './batches.ts';
import { type TrainingState, writeCheckpoint } from './checkpoint.ts';
import { type LoadedSource, loadTrainingData } from './load-training-data.ts';
import { openState, recipeText } from './open-state.ts';
import { type HeldOutFigure, openRunLog } from './run-log.ts';
import { currentCommit, readRunRecord, writeRunRecord } from './run-record.ts';
import { heedJudgement, learningRateAt } from './schedule.ts';
import { openBudget } from './time-budget.ts';
import { RECIPE, type TrainOptions } from './train-options.ts';
import { openTraining, trainStep } from './train-step.ts';
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
/** Between two checkpoints within an epoch. */
const SAVE_EVERY_MS = 120_000;

const clock = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;

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
  const memoryBytes = options.memory === undefined ? undefined : options.memory * 2 ** 20;
  const sources = await loadTrainingData(recipe, options.dataRoot, { memoryBytes, progress: io.progress });
  for (const item of sources) io.progress(`${item.source.name}: ${item.train.length} fields to train on, ${item.validate.length} held out`);

  const definition = detectorNamed(recipe.architecture, recipe.classes.length);
  const layout = parameterLayout(definition);
  const supply = batches(recipe, sources);
  const planned = supply.stepsPerEpoch * recipe.epochs;
  const state = await openState(tf, options, definition, layout, planned, () => supply.batch(0), io);
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

  io.progress(`${layout.weightCount} weights, ${recipe.epochs} epochs of ${supply.stepsPerEpoch} steps of ${recipe.batch}`);
  const training = openTraining(tf, definition, state.present, recipe);
  const budget = openBudget(io.nowMs(), options.minutes, state, planned);
  const startMs = io.nowMs();
  const before = { seconds: state.seconds, step: state.moments.step };
  let shownMs = startMs;
  let savedMs = startMs;
  let isOver = state.moments.step >= state.schedule.steps;
  const isCalm = ({ moments, schedule }: TrainingState): boolean => moments.step >= (1 - recipe.calm.share) * schedule.steps;
  while (!isOver && io.signal?.aborted !== true) {
    const learningRate = learningRateAt(recipe, state.schedule, state.moments.step);
    const report = trainStep(training, state, supply.batch(state.moments.step, isCalm(state)), { ...recipe, learningRate });
    const step = state.moments.step;
    if (!Number.isFinite(report.scoreLoss + report.boxLoss + report.gradientNorm))
      throw new FaultError({
        kind: 'data',
        path: out,
        what: `training diverged at step ${step} (epoch ${Math.ceil(step / supply.stepsPerEpoch)}): the loss is no number`,
        remedy: 'lower learningRate in the recipe, or go on from the last checkpoint with --resume',
      });
    log.step(report);
    const nowMs = io.nowMs();
    const elapsedSeconds = (nowMs - startMs) / 1000;
    state.seconds = before.seconds + elapsedSeconds;
    budget.replan(nowMs, state);
    const { steps } = state.schedule;
    const left = clock((elapsedSeconds / (step - before.step)) * (steps - step));
    if (nowMs - shownMs > PROGRESS_EVERY_MS) {
      shownMs = nowMs;
      io.progress(`step ${step} of ${steps}, loss ${(report.scoreLoss + report.boxLoss).toFixed(3)}, ${left} left`);
    }
    // Steps are synchronous: without this no signal would come through.
    await new Promise((resolve) => setImmediate(resolve));
    isOver = step >= steps;
    if (step % supply.stepsPerEpoch !== 0 && !isOver) {
      if (nowMs - savedMs < SAVE_EVERY_MS) continue;
      await writeCheckpoint(out, definition.name, state, false);
      savedMs = io.nowMs();
      continue;
    }
    const epoch = Math.ceil(step / supply.stepsPerEpoch);
    const figures = isOver || epoch % recipe.validateEvery === 0 ? validateSources(tf, definition, state, sources) : [];
    const text = await log.epoch({ epoch, step, learningRate, seconds: state.seconds, figures });
    io.progress(`epoch ${epoch} of ${Math.ceil(steps / supply.stepsPerEpoch)}: ${text}; ${left} left`);
    const mean = figures.reduce((sum, item) => sum + item.mAP, 0) / Math.max(1, figures.length);
    const isBest = figures.length > 0 && mean > (state.best ?? 0);
    if (isBest) state.best = mean;
    if (figures.length > 0 && heedJudgement(recipe, state.schedule, isBest) && !isOver) {
      io.progress(`no better for ${recipe.stopAfter} judgements: the run ends here`);
      state.schedule.steps = step;
      isOver = true;
    }
    await writeCheckpoint(out, definition.name, state, isBest);
    savedMs = io.nowMs();
  }
  if (!isOver) await writeCheckpoint(out, definition.name, state, false);
  const { step } = state.moments;
  if (isOver) await writeRunRecord(out, { ...record, finishedAt: new Date(io.nowMs()).toISOString() });
  io.progress(
    isOver
      ? `done: ${step} steps in ${clock(state.seconds)}`
      : `stopped after step ${step} of ${state.schedule.steps}; go on with --resume`,
  );
  return { out, finished: isOver, steps: step, best: state.best, backend };
};
