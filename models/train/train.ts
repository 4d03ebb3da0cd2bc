import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FaultError } from '../../domain/fault.ts';
import { detectorNamed } from '../architectures/detector.ts';
import type { DetectorDefinition } from '../architectures/layer.ts';
import { parameterLayout } from '../architectures/parameters.ts';
import type { CommandIo } from '../command-io.ts';
import { clockText, createProgress } from '../progress.ts';
import { loadTensorFlow, type TensorFlow } from '../tensorflow.ts';
import { batches } from './batches.ts';
import { type TrainingState, writeCheckpoint } from './checkpoint.ts';
import { foretellTime } from './foretell-time.ts';
import { type LoadedSource, loadTrainingData } from './load-training-data.ts';
import { describeBase, openState, recipeText } from './open-state.ts';
import { machineLine } from './report/machine.ts';
import { type JudgedFields, openRunRecorder } from './report/run-recorder.ts';
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
  /** Files that tell of the run; `events` is this part's for TensorBoard, its folder has the others. */
  readonly report: string;
  readonly metrics: string;
  readonly events: string | undefined;
};

/** Values of a step that are recorded. */
const STEP_COLUMNS = ['scoreLoss', 'boxLoss', 'gradientNorm'];
/** Between two checkpoints within an epoch. */
const SAVE_EVERY_MS = 120_000;

const validateSources = async (
  tf: TensorFlow,
  definition: DetectorDefinition,
  state: TrainingState,
  sources: readonly LoadedSource[],
): Promise<JudgedFields[]> => {
  const judged: JudgedFields[] = [];
  for (const { source, validate: pictures } of sources)
    if (pictures.length > 0) judged.push({ name: source.name, ...(await validate(tf, definition, state.average, pictures)) });
  return judged;
};

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
        ...(options.base === undefined ? {} : { base: await describeBase(options.base) }),
        backend: `${backend}, TensorFlow.js ${tf.version['tfjs-core']}`,
        machine: machineLine(),
        startedAt: new Date(io.nowMs()).toISOString(),
        fields: Object.fromEntries(sources.map((item) => [item.source.name, item.train.length])),
      };
  await writeRunRecord(out, record);
  const resumedAt = options.resume ? state.moments.step : undefined;
  await using recorder = await openRunRecorder({
    ...{ out, recipe, record, sources, stepColumns: STEP_COLUMNS, resumedAt },
    ...{ nowMs: io.nowMs, onTrouble: io.progress },
  });

  io.progress(`${layout.weightCount} weights, ${recipe.epochs} epochs of ${supply.stepsPerEpoch} steps of ${recipe.batch}`);
  const training = openTraining(tf, definition, state.present, recipe);
  const slow = await foretellTime(tf, backend, definition, recipe, supply.batch(0), planned - state.moments.step, io.nowMs);
  if (slow !== undefined) io.progress(slow);
  const budget = openBudget(io.nowMs(), options.minutes, state, planned);
  const startMs = io.nowMs();
  const before = { seconds: state.seconds, step: state.moments.step };
  const progress = createProgress(io, 'step', before.step);
  let stepMs = startMs;
  let savedMs = startMs;
  let isOver = state.moments.step >= state.schedule.steps;
  const isCalm = ({ moments, schedule }: TrainingState): boolean => moments.step >= (1 - recipe.calm.share) * schedule.steps;
  while (!isOver && io.signal?.aborted !== true) {
    const learningRate = learningRateAt(recipe, state.schedule, state.moments.step);
    const report = await trainStep(training, state, supply.batch(state.moments.step, isCalm(state)), { ...recipe, learningRate });
    const step = state.moments.step;
    if (!Number.isFinite(report.scoreLoss + report.boxLoss + report.gradientNorm))
      throw new FaultError({
        kind: 'data',
        path: out,
        what: `training diverged at step ${step} (epoch ${Math.ceil(step / supply.stepsPerEpoch)}): the loss is no number`,
        remedy: 'lower learningRate in the recipe, or go on from the last checkpoint with --resume',
      });
    const nowMs = io.nowMs();
    await recorder.step(step, report, { learningRate, images: recipe.batch, seconds: (nowMs - stepMs) / 1000 });
    stepMs = nowMs;
    state.seconds = before.seconds + (nowMs - startMs) / 1000;
    budget.replan(nowMs, state);
    const { steps } = state.schedule;
    const epoch = Math.ceil(step / supply.stepsPerEpoch);
    const epochs = Math.ceil(steps / supply.stepsPerEpoch);
    progress.at(step, steps, `epoch ${epoch} of ${epochs}, loss ${(report.scoreLoss + report.boxLoss).toFixed(3)}`);
    // Steps are synchronous: without this no signal would come through.
    await new Promise((resolve) => setImmediate(resolve));
    isOver = step >= steps;
    if (step % supply.stepsPerEpoch !== 0 && !isOver) {
      if (nowMs - savedMs < SAVE_EVERY_MS) continue;
      await recorder.keep(step);
      await writeCheckpoint(out, definition.name, state, false);
      savedMs = stepMs = io.nowMs();
      continue;
    }
    const judged = isOver || epoch % recipe.validateEvery === 0 ? await validateSources(tf, definition, state, sources) : [];
    const text = await recorder.epoch({ epoch, epochs, step, learningRate, seconds: state.seconds, judged });
    io.progress(`epoch ${epoch} of ${epochs}: ${text}`);
    const mean = judged.reduce((sum, item) => sum + item.precision.mAP, 0) / Math.max(1, judged.length);
    const isBest = judged.length > 0 && mean > (state.best ?? 0);
    if (isBest) state.best = mean;
    if (judged.length > 0 && heedJudgement(recipe, state.schedule, isBest) && !isOver) {
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
