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
import { currentCommit, writeRunRecord } from '../train/run-record.ts';
import { oneCycle } from '../train/schedule.ts';
import { openBudget } from '../train/time-budget.ts';
import { RECIPE } from '../train/train-options.ts';
import { type CellDrawing, type CellPlace, cellBatches } from './classify-batches.ts';
import type { ClassifyRecipe } from './classify-recipe.ts';
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
  const { recipe, out, base } = options;
  const { tf, backend, note } = await loadTensorFlow(options.backend);
  io.progress(`training on ${backend}: ${note}`);
  const { train, heldOut, counts } = await loadCells(recipe, options.dataRoot, io);
  const definition = classifierNamed(recipe.architecture, recipe.kinds.length);
  const supply = cellBatches(recipe, train);
  const state = await openState(options, definition, supply.stepsPerEpoch * recipe.epochs, io);
  await mkdir(out, { recursive: true });
  await writeFile(path.join(out, RECIPE), recipeText(recipe));
  const startMs = io.nowMs();
  await writeRunRecord(out, {
    command: io.command,
    commit: await currentCommit(),
    backend,
    machine: machineLine(),
    startedAt: new Date(startMs).toISOString(),
    ...(base === undefined ? {} : { base: await describeBase(base) }),
    fields: counts,
  });
  await using first = await openFirstMaps(definition, state.present, recipe.sidePx, recipe.frozenTo);
  const training = openClassifyTraining(tf, definition, first.learning, base === undefined ? 1 : recipe.trunkRate);
  const keeps = recipe.frozenTo !== undefined && recipe.variants > 0;
  const kept = new Map<number, Float32Array>();
  const inputOf = async (drawing: CellDrawing): Promise<Float32Array> => {
    const key = drawing.cell * recipe.variants + drawing.variant;
    const known = keeps ? kept.get(key) : undefined;
    if (known !== undefined) return known;
    const input = await first.of(supply.draw(drawing));
    if (keeps) kept.set(key, input);
    return input;
  };
  const placed = async (place: CellPlace): Promise<Float32Array> => {
    const own = await inputOf(place);
    if (place.with === undefined) return own;
    const other = await inputOf(place.with);
    return own.map((value, at) => value * place.share + other[at]! * (1 - place.share));
  };
  const judged: Float32Array[] = [];
  for (const cell of heldOut) judged.push(await first.of(plainSquare(cell, recipe.sidePx)));
  const budget = openBudget(startMs, options.minutes, state, state.schedule.steps);
  const secondsBefore = state.seconds;
  let savedMs = startMs;
  let losses: number[] = [];
  const progress = createProgress(io, 'step', state.moments.step);
  while (state.moments.step < state.schedule.steps && io.signal?.aborted !== true) {
    const at = state.moments.step;
    const { steps } = state.schedule;
    const rate = oneCycle(at, steps, Math.max(1, Math.round(steps * recipe.warmUp)), recipe.learningRate);
    const { places, targets } = supply.batch(at);
    const inputs: Float32Array[] = [];
    for (const place of places) inputs.push(await placed(place));
    const batch = { first: () => first.tensors(tf, inputs), targets };
    const { loss, gradientNorm } = await classifyStep(training, state, batch, recipe, rate, at / steps);
    if (!Number.isFinite(loss + gradientNorm))
      throw new FaultError({
        kind: 'data',
        path: out,
        what: `training diverged at step ${at + 1}: the loss is no number`,
        remedy: 'lower learningRate, or go on with --resume',
      });
    losses.push(loss);
    const step = at + 1;
    state.seconds = secondsBefore + (io.nowMs() - startMs) / 1000;
    budget.replan(io.nowMs(), state);
    progress.at(step, state.schedule.steps, `loss ${loss.toFixed(3)}`);
    await new Promise((resolve) => setImmediate(resolve));
    const isOver = step >= state.schedule.steps;
    if (step % supply.stepsPerEpoch !== 0 && !isOver) {
      if (io.nowMs() - savedMs < SAVE_EVERY_MS) continue;
      await writeCheckpoint(out, definition.name, state, false);
      savedMs = io.nowMs();
      continue;
    }
    const epoch = Math.ceil(step / supply.stepsPerEpoch);
    const meanLoss = losses.reduce((sum, one) => sum + one, 0) / losses.length;
    losses = [];
    let isBest = false;
    if (judged.length > 0 && (isOver || epoch % recipe.validateEvery === 0)) {
      const said = judgeCells(tf, definition, state.average, first, judged);
      const matrix = confusionOf(
        recipe.kinds.length,
        heldOut.map(({ kind }, cell) => ({ kind, said: said[cell]! })),
      );
      const { accuracy, balancedAccuracy } = kindMetrics(matrix);
      isBest = balancedAccuracy > (state.best ?? 0);
      if (isBest) state.best = balancedAccuracy;
      io.progress(`epoch ${epoch}: loss ${meanLoss.toFixed(4)}, accuracy ${accuracy.toFixed(4)}, balanced ${balancedAccuracy.toFixed(4)}`);
    }
    await writeCheckpoint(out, definition.name, state, isBest);
    savedMs = io.nowMs();
  }
  progress.end();
  const finished = state.moments.step >= state.schedule.steps;
  if (!finished) await writeCheckpoint(out, definition.name, state, false);
  io.progress(`${state.moments.step} steps in ${clockText(state.seconds)}`);
  return { out, backend, finished, steps: state.moments.step, best: state.best };
};
