import { FaultError } from '../../domain/fault.ts';
import { type SegmentRecipe, segmentRecipe } from '../../models/segment/segment-recipe.ts';
import { runTrainSegment } from '../../models/segment/train-segment.ts';
import type { CommandIo, CommandResult } from './command-io.ts';
import { modelIo } from './model-io.ts';
import { readJson } from './read-json.ts';
import type { TrainFlags } from './train.ts';

const DEFAULT_RECIPE = new URL('../../models/segment/default-masks.json', import.meta.url);

type Data = { readonly recipe: SegmentRecipe; readonly dataRoot: string; readonly base?: string };

const dataOf = async ({ config, dataRoot, base }: TrainFlags): Promise<Data> => {
  if (dataRoot === undefined)
    throw new FaultError({ kind: 'usage', what: 'nothing to train on', remedy: 'give --data DIR, or a recipe with --data-root DIR' });
  const recipe = await readJson(config ?? DEFAULT_RECIPE, 'the recipe', segmentRecipe);
  return { recipe, dataRoot, ...(base === undefined ? {} : { base }) };
};

/** Trains a network that draws cells, by a recipe or on one folder, and says where its checkpoints are. */
export const runTrainSegmentCommand = async (flags: TrainFlags, io: CommandIo): Promise<CommandResult> => {
  const { out, epochs, minutes, memory, resume = false, backend: wanted, json } = flags;
  if (out === undefined) throw new FaultError({ kind: 'usage', what: 'no folder for the run', remedy: 'name one with --out DIR' });
  const { recipe, ...data } = await dataOf(flags);
  const options = { ...data, out, minutes, memory, resume, backend: wanted, recipe: { ...recipe, epochs: epochs ?? recipe.epochs } };
  const summary = await runTrainSegment(options, modelIo(io));
  const { steps, finished, best, backend } = summary;
  if (json) io.stdout(`${JSON.stringify({ schema: 'smearscope.train/1', task: 'segment', ...summary })}\n`);
  else io.stdout(`${out}: ${steps} steps on ${backend}, best dice ${best?.toFixed(4) ?? 'not judged yet'}; report: ${summary.report}\n`);
  return finished ? undefined : { stopped: `stopped after ${steps} steps: go on with --resume --out ${out}` };
};
