import { join } from 'node:path';
import { z } from 'zod';
import { FaultError } from '../../domain/fault.ts';
import type { DatasetFormat } from '../../models/datasets/dataset-format.ts';
import { runExport } from '../../models/export/export.ts';
import { redrawMasks } from '../../models/segment/redraw-masks.ts';
import { showAugmented } from '../../models/train/augment/show-augmented.ts';
import { siteRecipe } from '../../models/train/site-recipe.ts';
import { runTrain } from '../../models/train/train.ts';
import { type TrainOptions, type TrainRecipe, trainOptions, trainRecipe } from '../../models/train/train-options.ts';
import type { CommandIo, CommandResult } from './command-io.ts';
import { modelIo } from './model-io.ts';
import { readJson } from './read-json.ts';
import { runTrainClassifyCommand } from './train-classify.ts';
import { runTrainSegmentCommand } from './train-segment.ts';
import { runTrainSessions, type SessionFlags } from './train-sessions.ts';

const DEFAULT_RECIPE = new URL('../../models/train/default.json', import.meta.url);

const TRAIN_TASKS = ['detect', 'segment', 'classify'] as const;
type TrainTask = (typeof TRAIN_TASKS)[number];

/** A recipe says what it trains; one of a detector need not. */
const taskOfRecipe = z.looseObject({ task: z.enum(TRAIN_TASKS).default('detect') });

export type TrainFlags = Omit<TrainOptions, 'recipe' | 'out' | 'dataRoot'> & {
  readonly out?: string;
  readonly dataRoot?: string;
  /** What is trained; left out, as the recipe says. */
  readonly task?: TrainTask;
  readonly data?: string;
  readonly format?: DatasetFormat | 'masks';
  readonly umPerPx?: number;
  readonly bundle?: string;
  readonly config?: string;
  readonly epochs?: number;
  readonly showAugmented?: string;
  readonly json?: boolean;
};

type Data = { readonly recipe: TrainRecipe; readonly dataRoot: string; readonly base?: string };

/** What is trained on: one folder and a bundle to start from, or a recipe with the folder that its data is in. */
const dataOf = async ({ config, data, dataRoot, base, format, umPerPx }: TrainFlags): Promise<Data> => {
  if (data === undefined) {
    if (dataRoot === undefined)
      throw new FaultError({
        kind: 'usage',
        what: 'nothing to train on',
        remedy: 'give --data DIR, --from-session ID, or a recipe with --data-root DIR',
      });
    const recipe = await readJson(config ?? DEFAULT_RECIPE, 'the recipe', trainRecipe);
    return { recipe, dataRoot, ...(base === undefined ? {} : { base }) };
  }
  if (config !== undefined || dataRoot !== undefined)
    throw new FaultError({ kind: 'usage', what: '--data makes its own recipe', remedy: 'leave --config and --data-root out' });
  const start = base ?? 'default';
  if (format === 'masks') throw new FaultError({ kind: 'usage', what: 'masks do not teach a detector', remedy: 'add --task segment' });
  return { recipe: await siteRecipe({ data, format: format ?? 'auto', umPerPx, base: start }), dataRoot: data, base: start };
};

const taskOf = async ({ task, config }: TrainFlags): Promise<TrainTask> =>
  task ?? (config === undefined ? 'detect' : (await readJson(config, 'the recipe', taskOfRecipe)).task);

/** Trains by a recipe, or a bundle on one folder, and says where the checkpoints are; makes a bundle of it where asked to. */
export const runTrainCommand = async (flags: TrainFlags & Partial<SessionFlags>, io: CommandIo): Promise<CommandResult> => {
  const { fromSession } = flags;
  if (fromSession !== undefined) return runTrainSessions({ ...flags, fromSession }, io);
  const task = await taskOf(flags);
  if (task === 'segment') return runTrainSegmentCommand(flags, io);
  if (task === 'classify') return runTrainClassifyCommand(flags, io);
  const { epochs, showAugmented: sheet, json, bundle, ...options } = flags;
  const { recipe, ...data } = await dataOf(flags);
  if (sheet !== undefined) {
    await showAugmented({ recipe, dataRoot: data.dataRoot, file: sheet }, modelIo(io));
    return undefined;
  }
  if (options.out === undefined) throw new FaultError({ kind: 'usage', what: 'no folder for the run', remedy: 'name one with --out DIR' });
  const { minutes, memory, backend: wanted, resume } = options;
  const given = { ...data, out: options.out, minutes, memory, backend: wanted, resume };
  const summary = await runTrain(trainOptions.parse({ ...given, recipe: { ...recipe, epochs: epochs ?? recipe.epochs } }), modelIo(io));
  const { out, steps, finished, best, backend } = summary;
  if (finished && bundle !== undefined) {
    const checkpoint = best === undefined ? 'newest' : 'best';
    const base = data.base === undefined || data.base.endsWith('.onnx') ? {} : { base: data.base };
    await runExport({ run: out, checkpoint, dataRoot: data.dataRoot, out: bundle, version: '1.0.0', ...base }, modelIo(io));
    const masks = { bundle, recipe, dataRoot: data.dataRoot, out: join(out, 'masks'), backend: wanted };
    if (base.base !== undefined) await redrawMasks({ ...masks, before: base.base }, modelIo(io));
    io.stderr(`the bundle is in ${bundle}: serve it with --model ${bundle}\n`);
  }
  if (json) io.stdout(`${JSON.stringify({ schema: 'smearscope.train/1', ...summary })}\n`);
  else io.stdout(`${out}: ${steps} steps on ${backend}, best ${best?.toFixed(3) ?? 'not judged yet'}; report: ${summary.report}\n`);
  return finished ? undefined : { stopped: `stopped after ${steps} steps: go on with --resume --out ${out}` };
};
