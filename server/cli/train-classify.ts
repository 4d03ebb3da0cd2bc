import { FaultError } from '../../domain/fault.ts';
import { classifyRecipe } from '../../models/classify/classify-recipe.ts';
import { runExportClassifier } from '../../models/classify/export-classifier.ts';
import { runTrainClassify } from '../../models/classify/train-classify.ts';
import type { CommandIo, CommandResult } from './command-io.ts';
import { modelIo } from './model-io.ts';
import { readJson } from './read-json.ts';
import type { TrainFlags } from './train.ts';

const DEFAULT_RECIPE = new URL('../../models/classify/default-classify.json', import.meta.url);

/** Trains a classifier of single cells by a recipe; makes a bundle of it where asked to. */
export const runTrainClassifyCommand = async (flags: TrainFlags, io: CommandIo): Promise<CommandResult> => {
  const { config, dataRoot, data, out, base, resume = false, backend = 'auto', minutes, epochs, bundle, json } = flags;
  if (data !== undefined)
    throw new FaultError({ kind: 'usage', what: 'a classifier is trained by a recipe', remedy: 'give --config FILE and --data-root DIR' });
  if (dataRoot === undefined || out === undefined)
    throw new FaultError({
      kind: 'usage',
      what: dataRoot === undefined ? 'nothing to train on' : 'no folder for the run',
      remedy: dataRoot === undefined ? 'name the folder of the recipe’s data with --data-root DIR' : 'name one with --out DIR',
    });
  const recipe = await readJson(config ?? DEFAULT_RECIPE, 'the recipe', classifyRecipe);
  const given = { ...recipe, epochs: epochs ?? recipe.epochs };
  const summary = await runTrainClassify({ recipe: given, dataRoot, out, base, resume, backend, minutes }, modelIo(io));
  const { steps, finished, best } = summary;
  if (finished && bundle !== undefined) {
    await runExportClassifier({ run: out, checkpoint: 'newest', dataRoot, out: bundle, version: '1.0.0' }, modelIo(io));
    io.stderr(`the classifier is in ${bundle}\n`);
  }
  if (json) io.stdout(`${JSON.stringify({ schema: 'smearscope.train/1', task: 'classify', ...summary })}\n`);
  else
    io.stdout(
      `${out}: ${steps} steps on ${summary.backend}, best balanced accuracy ${best?.toFixed(3) ?? 'not judged yet'}; report: ${summary.report}\n`,
    );
  return finished ? undefined : { stopped: `stopped after ${steps} steps: go on with --resume --out ${out}` };
};
