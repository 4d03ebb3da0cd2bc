import { FaultError } from '../../domain/fault.ts';
import { showAugmented } from '../../models/train/augment/show-augmented.ts';
import { runTrain } from '../../models/train/train.ts';
import { type TrainOptions, trainOptions, trainRecipe } from '../../models/train/train-options.ts';
import type { CommandIo, CommandResult } from './command-io.ts';
import { modelIo } from './model-io.ts';
import { readJson } from './read-json.ts';

const DEFAULT_RECIPE = new URL('../../models/train/default.json', import.meta.url);

export type TrainFlags = Omit<TrainOptions, 'recipe' | 'out'> & {
  readonly out?: string;
  readonly config?: string;
  readonly epochs?: number;
  readonly showAugmented?: string;
  readonly json?: boolean;
};

/** Trains by a recipe and says where the checkpoints are. */
export const runTrainCommand = async (
  { config, epochs, showAugmented: sheet, json, ...options }: TrainFlags,
  io: CommandIo,
): Promise<CommandResult> => {
  const recipe = await readJson(config ?? DEFAULT_RECIPE, 'the recipe', trainRecipe);
  if (sheet !== undefined) {
    await showAugmented({ recipe, dataRoot: options.dataRoot, file: sheet }, modelIo(io));
    return undefined;
  }
  if (options.out === undefined) throw new FaultError({ kind: 'usage', what: 'no folder for the run', remedy: 'name one with --out DIR' });
  const summary = await runTrain(trainOptions.parse({ ...options, recipe: { ...recipe, epochs: epochs ?? recipe.epochs } }), modelIo(io));
  const { out, steps, finished, best, backend } = summary;
  if (json) io.stdout(`${JSON.stringify({ schema: 'smearscope.train/1', ...summary })}\n`);
  else io.stdout(`${out}: ${steps} steps on ${backend}, best ${best?.toFixed(3) ?? 'not judged yet'}; report: ${summary.report}\n`);
  return finished ? undefined : { stopped: `stopped after ${steps} steps: go on with --resume --out ${out}` };
};
