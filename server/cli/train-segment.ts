import { FaultError } from '../../domain/fault.ts';
import { runExportSegment } from '../../models/export/export-segment.ts';
import { folderRecipe } from '../../models/segment/folder-recipe.ts';
import { type SegmentRecipe, segmentRecipe } from '../../models/segment/segment-recipe.ts';
import { runTrainSegment } from '../../models/segment/train-segment.ts';
import type { CommandIo, CommandResult } from './command-io.ts';
import { modelIo } from './model-io.ts';
import { readJson } from './read-json.ts';
import type { TrainFlags } from './train.ts';

const DEFAULT_RECIPE = new URL('../../models/segment/default-masks.json', import.meta.url);

type Data = { readonly recipe: SegmentRecipe; readonly dataRoot: string; readonly base?: string };

/** What is trained on: one folder, or a recipe with the folder that its data is in. */
const dataOf = async ({ config, data, dataRoot, base, format, umPerPx }: TrainFlags, io: CommandIo): Promise<Data> => {
  if (data !== undefined) {
    if (config !== undefined || dataRoot !== undefined)
      throw new FaultError({ kind: 'usage', what: '--data makes its own recipe', remedy: 'leave --config and --data-root out' });
    const { recipe, text } = await folderRecipe({ data, format, umPerPx, base: base ?? 'default' });
    io.stderr(`${data}: ${text}\n`);
    const start = recipe.architecture === 'yolox-nano-masks' ? (base ?? 'default') : base;
    return { recipe, dataRoot: data, ...(start === undefined ? {} : { base: start }) };
  }
  if (dataRoot === undefined)
    throw new FaultError({ kind: 'usage', what: 'nothing to train on', remedy: 'give --data DIR, or a recipe with --data-root DIR' });
  const recipe = await readJson(config ?? DEFAULT_RECIPE, 'the recipe', segmentRecipe);
  return { recipe, dataRoot, ...(base === undefined ? {} : { base }) };
};

/** Trains a network that draws cells, by a recipe or on one folder, and says where its checkpoints are; makes a bundle of it where asked to. */
export const runTrainSegmentCommand = async (flags: TrainFlags, io: CommandIo): Promise<CommandResult> => {
  const { out, epochs, minutes, memory, resume = false, backend: wanted, json, bundle, showAugmented } = flags;
  if (showAugmented !== undefined)
    throw new FaultError({
      kind: 'usage',
      what: '--show-augmented is of detectors',
      remedy: 'leave it out: RUN/pictures shows chosen fields',
    });
  if (out === undefined) throw new FaultError({ kind: 'usage', what: 'no folder for the run', remedy: 'name one with --out DIR' });
  const { recipe, ...data } = await dataOf(flags, io);
  const options = { ...data, out, minutes, memory, resume, backend: wanted, recipe: { ...recipe, epochs: epochs ?? recipe.epochs } };
  const summary = await runTrainSegment(options, modelIo(io));
  const { steps, finished, best, backend } = summary;
  const isExported = finished && bundle !== undefined;
  if (isExported) {
    const checkpoint = best === undefined ? 'newest' : 'best';
    const { dataRoot, base = 'default' } = data;
    await runExportSegment({ run: out, checkpoint, out: bundle, version: '1.0.0', base, dataRoot }, modelIo(io));
    io.stderr(`the bundle is in ${bundle}: models draw PICTURE --model ${bundle} draws with it\n`);
  }
  if (json)
    io.stdout(`${JSON.stringify({ schema: 'smearscope.train/1', task: 'segment', ...summary, ...(isExported ? { bundle } : {}) })}\n`);
  else io.stdout(`${out}: ${steps} steps on ${backend}, best dice ${best?.toFixed(4) ?? 'not judged yet'}; report: ${summary.report}\n`);
  return finished ? undefined : { stopped: `stopped after ${steps} steps: go on with --resume --out ${out}` };
};
