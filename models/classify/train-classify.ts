import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FaultError } from '../../domain/fault.ts';
import { seededRandom } from '../../domain/random.ts';
import { classifierNamed } from '../architectures/cell-classifier.ts';
import type { ClassifierDefinition } from '../architectures/layer.ts';
import { firstParameters, parameterLayout } from '../architectures/parameters.ts';
import type { CommandIo } from '../command-io.ts';
import { adoptWeights } from '../export/weights-file.ts';
import { clockText, createProgress } from '../progress.ts';
import { findBundle } from '../runtime/bundle.ts';
import { loadTensorFlow } from '../tensorflow.ts';
import { firstState, readCheckpoint, type TrainingState, writeCheckpoint } from '../train/checkpoint.ts';
import { describeBase } from '../train/open-state.ts';
import { machineLine } from '../train/report/machine.ts';
import { currentCommit, type RunRecord, readRunRecord, writeRunRecord } from '../train/run-record.ts';
import { oneCycle } from '../train/schedule.ts';
import { openBudget } from '../train/time-budget.ts';
import { RECIPE } from '../train/train-options.ts';
import { cellInputs } from './cell-inputs.ts';
import { cellBatches } from './classify-batches.ts';
import type { JudgedKinds } from './classify-page.ts';
import type { ClassifyRecipe } from './classify-recipe.ts';
import { openClassifyRecorder } from './classify-recorder.ts';
import { classifyStep, openClassifyTraining } from './classify-step.ts';
import { openFirstMaps } from './first-maps.ts';
import { judgeCells, plainSquare } from './judge-cells.ts';
import { confusionOf, kindMetrics } from './kind-metrics.ts';
import { type CellPicture, listCells, readCell } from './read-cells.ts';

export type ClassifyTrainOptions = {
  readonly recipe: ClassifyRecipe;
  readonly dataRoot: string;
  readonly out: string;
  /** Bundle whose trunk it starts from; at random where left out. */
  readonly base?: string | undefined;
  readonly resume: boolean;
  /** Fits the run into so many minutes. */
  readonly minutes?: number | undefined;
  readonly backend: 'auto' | 'tensorflow' | 'webgpu' | 'wasm' | 'cpu';
};

export type ClassifySummary = {
  readonly out: string;
  readonly backend: string;
  readonly finished: boolean;
  readonly steps: number;
  readonly best: number | undefined;
  readonly report: string;
};

const SAVE_EVERY_MS = 120_000;

type Cells = { readonly train: readonly CellPicture[]; readonly heldOut: readonly CellPicture[]; readonly counts: Record<string, number> };

const loadCells = async (recipe: ClassifyRecipe, dataRoot: string, io: CommandIo): Promise<Cells> => {
  const train: CellPicture[] = [];
  const heldOut: CellPicture[] = [];
  const counts: Record<string, number> = {};
  const kinds = recipe.kinds.map(({ id }) => id);
  for (const source of recipe.data) {
    const dir = path.resolve(dataRoot, source.dir);
    const factor = source.umPerPx / recipe.umPerPx;
    for (const file of await listCells(dir, kinds, 'train', source.heldOut)) train.push(await readCell(file, factor));
    if (source.heldOut > 0)
      for (const file of await listCells(dir, kinds, 'held-out', source.heldOut)) heldOut.push(await readCell(file, factor));
    counts[source.name] = train.length - Object.values(counts).reduce((sum, count) => sum + count, 0);
    io.progress(`${source.name}: ${counts[source.name]} cells to train on, ${heldOut.length} held out so far`);
  }
  return { train, heldOut, counts };
};

const recipeText = (recipe: ClassifyRecipe): string => `${JSON.stringify(recipe, undefined, 2)}\n`;

const openState = async (
  options: ClassifyTrainOptions,
  definition: ClassifierDefinition,
  steps: number,
  io: CommandIo,
): Promise<TrainingState> => {
  const { recipe, out, base, resume } = options;
  const layout = parameterLayout(definition);
  if (resume) {
    if ((await readFile(path.join(out, RECIPE), 'utf8').catch(() => '')) !== recipeText(recipe))
      throw new FaultError({
        kind: 'data',
        path: path.join(out, RECIPE),
        what: 'the run to resume had another recipe, or there is none',
        remedy: 'resume with that recipe, or start in a new folder',
      });
    return readCheckpoint(out, 'newest', definition.name, layout);
  }
  const parameters = firstParameters(definition, seededRandom(recipe.seed));
  if (base !== undefined) {
    const { taken, tensors } = await adoptWeights(await findBundle(base), layout, parameters);
    io.progress(`${base}: ${taken} of ${tensors} tensors taken over, the others begin at random`);
  }
  return firstState(parameters, steps);
};

/** Trains a classifier of cells and keeps its checkpoints in `options.out`. Faults: `data`, `bundle`, `engine`. */
export const runTrainClassify = async (options: ClassifyTrainOptions, io: CommandIo): Promise<ClassifySummary> => {
  const { recipe, out, base, resume } = options;
  const { tf, backend, note } = await loadTensorFlow(options.backend);
  io.progress(`training on ${backend}: ${note}`);
  const { train, heldOut, counts } = await loadCells(recipe, options.dataRoot, io);
  const definition = classifierNamed(recipe.architecture, recipe.kinds.length);
  const supply = cellBatches(recipe, train);
  const state = await openState(options, definition, supply.stepsPerEpoch * recipe.epochs, io);
  const before = resume ? await readRunRecord(out) : undefined;
  await mkdir(out, { recursive: true });
  await writeFile(path.join(out, RECIPE), recipeText(recipe));
  const startMs = io.nowMs();
  const from = before?.base ?? (base === undefined ? undefined : await describeBase(base));
  const record: RunRecord = {
    command: before?.command ?? io.command,
    commit: before?.commit ?? (await currentCommit()),
    backend,
    machine: machineLine(),
    startedAt: before?.startedAt ?? new Date(startMs).toISOString(),
    ...(from === undefined ? {} : { base: from }),
    fields: counts,
  };
  await writeRunRecord(out, record);
  const resumedAt = resume ? state.moments.step : undefined;
  const recorder = await openClassifyRecorder({ out, recipe, record, heldOut: heldOut.length, resumedAt, onTrouble: io.progress });
  await using first = await openFirstMaps(definition, state.present, recipe.sidePx, recipe.frozenTo);
  const inputs = cellInputs(supply, first, recipe);
  const training = openClassifyTraining(tf, definition, first.learning, from === undefined ? 1 : recipe.trunkRate);
  const shown: Float32Array[] = [];
  for (const cell of heldOut) shown.push(await first.of(plainSquare(cell, recipe.sidePx)));
  const judge = (): JudgedKinds => {
    const said = judgeCells(tf, definition, state.average, first, shown);
    const pairs = heldOut.map(({ kind }, cell) => ({ kind, said: said[cell]! }));
    const matrix = confusionOf(recipe.kinds.length, pairs);
    return { matrix, ...kindMetrics(matrix) };
  };
  const budget = openBudget(startMs, options.minutes, state, state.schedule.steps);
  const secondsBefore = state.seconds;
  let savedMs = startMs;
  let stepMs = startMs;
  const progress = createProgress(io, 'step', state.moments.step);
  while (state.moments.step < state.schedule.steps && io.signal?.aborted !== true) {
    const at = state.moments.step;
    const { steps } = state.schedule;
    const rate = oneCycle(at, steps, Math.max(1, Math.round(steps * recipe.warmUp)), recipe.learningRate);
    const { places, targets } = supply.batch(at);
    const given = await inputs.of(places);
    const batch = { first: () => first.tensors(tf, given), targets };
    const { loss, gradientNorm } = await classifyStep(training, state, batch, recipe, rate, at / steps);
    if (!Number.isFinite(loss + gradientNorm))
      throw new FaultError({
        kind: 'data',
        path: out,
        what: `training diverged at step ${at + 1}: the loss is no number`,
        remedy: 'lower learningRate, or go on with --resume',
      });
    const step = at + 1;
    const nowMs = io.nowMs();
    recorder.step({ loss, gradientNorm }, places.length, (nowMs - stepMs) / 1000);
    stepMs = nowMs;
    state.seconds = secondsBefore + (nowMs - startMs) / 1000;
    budget.replan(nowMs, state);
    progress.at(step, state.schedule.steps, `loss ${loss.toFixed(3)}`);
    await new Promise((resolve) => setImmediate(resolve));
    const isOver = step >= state.schedule.steps;
    const epochEnds = step % supply.stepsPerEpoch === 0 || isOver;
    if (!epochEnds && nowMs - savedMs < SAVE_EVERY_MS) continue;
    let isBest = false;
    if (epochEnds) {
      const epoch = Math.ceil(step / supply.stepsPerEpoch);
      const judged = shown.length > 0 && (isOver || epoch % recipe.validateEvery === 0) ? judge() : undefined;
      isBest = judged !== undefined && judged.balancedAccuracy > (state.best ?? 0);
      if (isBest) state.best = judged?.balancedAccuracy;
      const line = await recorder.epoch({ epoch, step, learningRate: rate, seconds: state.seconds }, judged);
      io.progress(`epoch ${epoch}: ${line}`);
    } else await recorder.keep(step);
    await writeCheckpoint(out, definition.name, state, isBest);
    savedMs = io.nowMs();
  }
  progress.end();
  const finished = state.moments.step >= state.schedule.steps;
  const trained = `${state.moments.step} steps in ${clockText(state.seconds)}`;
  if (finished) {
    await writeRunRecord(out, { ...record, finishedAt: new Date(io.nowMs()).toISOString() });
    await recorder.finish(`Finished: ${trained}`);
  } else {
    await recorder.keep(state.moments.step);
    await writeCheckpoint(out, definition.name, state, false);
    await recorder.finish(`Stopped: ${trained}`);
  }
  io.progress(trained);
  return { out, backend, finished, steps: state.moments.step, best: state.best, report: recorder.files.report };
};
