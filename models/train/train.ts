import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FaultError } from '../../domain/fault.ts';
import { seededRandom } from '../../domain/random.ts';
import { firstParameters, parameterLayout } from '../architectures/parameters.ts';
import { smearNet } from '../architectures/smear-net.ts';
import { loadTensorFlow } from '../tensorflow.ts';
import { oneCycle } from './adamw.ts';
import { batches } from './batches.ts';
import { firstState, readCheckpoint, type TrainingState, writeCheckpoint } from './checkpoint.ts';
import { type LoadedSource, loadTrainingData } from './load-training-data.ts';
import { type TrainOptions, trainRecipe } from './train-options.ts';
import { decayMask, trainStep } from './train-step.ts';
import { validate } from './validate.ts';

/** What a long command needs from around it: a place for lines of progress, a wish to stop, and the time. */
export type CommandIo = { progress(line: string): void; readonly signal?: AbortSignal; nowMs(): number };

export type TrainSummary = {
  readonly out: string;
  readonly finished: boolean;
  readonly steps: number;
  readonly best: number | undefined;
  readonly backend: string;
};

export const NEWEST = 'newest.ckpt';
export const BEST = 'best.ckpt';
export const RECIPE = 'recipe.json';

const PROGRESS_EVERY_MS = 20_000;
const WARM_UP_SHARE = 0.05;
const round = (value: number, digits = 4): number => Number(value.toFixed(digits));

const clock = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;

const openState = async (options: TrainOptions): Promise<TrainingState> => {
  const { recipe, out } = options;
  const definition = smearNet(recipe.classes.length, recipe.size);
  const layout = parameterLayout(definition);
  if (!options.resume) return firstState(firstParameters(definition, seededRandom(recipe.seed)));
  const saved = await readFile(path.join(out, RECIPE), 'utf8').catch(() => '');
  if (saved !== JSON.stringify(recipe, undefined, 2))
    throw new FaultError({
      kind: 'data',
      path: path.join(out, RECIPE),
      what: 'the run to resume had another recipe',
      remedy: 'resume with that recipe, or start in a new folder',
    });
  return readCheckpoint(path.join(out, NEWEST), layout);
};

/** Mean mAP over the sources, and one short text with all figures. */
const look = (sources: readonly { name: string; mAP: number; mAP50: number }[]): { figure: number; text: string } => ({
  figure: sources.reduce((sum, item) => sum + item.mAP, 0) / Math.max(1, sources.length),
  text: sources.map((item) => `${item.name} mAP ${item.mAP.toFixed(3)} mAP50 ${item.mAP50.toFixed(3)}`).join(', '),
});

/**
 * Trains a detector and keeps its checkpoints in `options.out`. The same recipe, data and backend give the same weights, interrupted or not.
 * When `io.signal` aborts, the present step is finished and written, and the run can be resumed. Faults: `data`, `engine`.
 */
export const runTrain = async (options: TrainOptions, io: CommandIo): Promise<TrainSummary> => {
  const { recipe, out } = options;
  const { tf, backend, note } = await loadTensorFlow(options.backend);
  io.progress(`training on ${backend}: ${note}`);
  const sources = await loadTrainingData(trainRecipe.parse(recipe), options.dataRoot);
  for (const { source, train, validate: heldOut } of sources)
    io.progress(`${source.name}: ${train.length} fields to train on, ${heldOut.length} held out`);
  await mkdir(out, { recursive: true });
  const state = await openState(options);
  await writeFile(path.join(out, RECIPE), JSON.stringify(recipe, undefined, 2));
  const csv = path.join(out, 'metrics.csv');
  if (!options.resume)
    await writeFile(
      csv,
      `epoch,step,learningRate,scoreLoss,boxLoss,gradientNorm,seconds,${sources.map(({ source }) => `"${source.name} mAP","${source.name} mAP50"`).join(',')}\n`,
    );

  const definition = smearNet(recipe.classes.length, recipe.size);
  const layout = parameterLayout(definition);
  const decays = decayMask(layout);
  const supply = batches(recipe, sources);
  const steps = supply.stepsPerEpoch * recipe.epochs;
  const warmUp = Math.max(1, Math.round(steps * WARM_UP_SHARE));
  const startMs = io.nowMs();
  const trainedBefore = state.seconds;
  const firstStep = state.adam.step;
  io.progress(`${layout.weightCount} weights, ${recipe.epochs} epochs of ${supply.stepsPerEpoch} steps of ${recipe.batch}`);

  const sums = { count: 0, score: 0, box: 0, norm: 0 };
  let shownMs = startMs;
  const stopping = (): boolean =>
    io.signal?.aborted === true || (options.minutes !== undefined && io.nowMs() - startMs > options.minutes * 60_000);
  while (state.adam.step < steps && !stopping()) {
    const step = state.adam.step;
    const learningRate = oneCycle(step, steps, warmUp, recipe.learningRate);
    const report = trainStep(tf, definition, layout, decays, state, supply.batch(step), { ...recipe, learningRate });
    if (!Number.isFinite(report.scoreLoss + report.boxLoss + report.gradientNorm))
      throw new FaultError({
        kind: 'data',
        path: out,
        what: `training diverged at step ${step}`,
        remedy: 'lower learningRate in the recipe',
      });
    sums.count++;
    sums.score += report.scoreLoss;
    sums.box += report.boxLoss;
    sums.norm += report.gradientNorm;
    const nowMs = io.nowMs();
    state.seconds = trainedBefore + (nowMs - startMs) / 1000;
    const left = ((nowMs - startMs) / 1000 / (state.adam.step - firstStep)) * (steps - state.adam.step);
    if (nowMs - shownMs > PROGRESS_EVERY_MS) {
      shownMs = nowMs;
      io.progress(`step ${state.adam.step}/${steps}, loss ${(report.scoreLoss + report.boxLoss).toFixed(3)}, ${clock(left)} left`);
    }
    // Lets an abort and other events through between the synchronous steps.
    await new Promise((resolve) => setImmediate(resolve));
    if (state.adam.step % supply.stepsPerEpoch !== 0) continue;

    const epoch = state.adam.step / supply.stepsPerEpoch;
    const figures: { name: string; mAP: number; mAP50: number }[] = [];
    const due = epoch % recipe.validateEvery === 0 || epoch === recipe.epochs;
    if (due)
      for (const { source, validate: pictures } of sources)
        if (pictures.length > 0) figures.push({ name: source.name, ...validate(tf, definition, state.average, pictures).precision });
    const { figure, text } = look(figures);
    const numbers = [learningRate, sums.score / sums.count, sums.box / sums.count, sums.norm / sums.count].map((value) => round(value, 6));
    const columns = sources
      .map(({ source }) => figures.find((item) => item.name === source.name))
      .map((item) => (item === undefined ? ',' : `${round(item.mAP)},${round(item.mAP50)}`));
    await appendFile(csv, `${[epoch, state.adam.step, ...numbers, round(state.seconds, 1), ...columns].join(',')}\n`);
    io.progress(
      `epoch ${epoch}/${recipe.epochs}: scores ${numbers[1]}, boxes ${numbers[2]}, gradient ${numbers[3]}${text === '' ? '' : `; ${text}`}; ${clock(left)} left`,
    );
    Object.assign(sums, { count: 0, score: 0, box: 0, norm: 0 });
    const isBest = figures.length > 0 && figure > (state.best ?? -1);
    if (isBest) {
      state.best = figure;
      await writeCheckpoint(path.join(out, BEST), state);
    }
    await writeCheckpoint(path.join(out, NEWEST), state);
  }
  await writeCheckpoint(path.join(out, NEWEST), state);
  const finished = state.adam.step >= steps;
  io.progress(
    finished ? `done: ${steps} steps in ${clock(state.seconds)}` : `stopped after step ${state.adam.step} of ${steps}; go on with --resume`,
  );
  return { out, finished, steps: state.adam.step, best: state.best, backend };
};
