import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { FaultError } from '../../domain/fault.ts';
import { RECIPE } from '../train/train-options.ts';
import { type SegmentRecipe, segmentRecipe } from './segment-recipe.ts';

/** Options of `train --task segment`. */
export type SegmentTrainOptions = {
  readonly recipe: SegmentRecipe;
  /** Folder that the recipe's `dir` entries are relative to. */
  readonly dataRoot: string;
  /** Folder of the run: checkpoints, metrics, report, recipe. */
  readonly out: string;
  /** Name or folder of a bundle whose weights the run starts from, as far as they fit. */
  readonly base?: string | undefined;
  /** Folder of a bundle from which the run takes what `base` lacks. */
  readonly masksOf?: string | undefined;
  readonly resume: boolean;
  /** Fit the run into this many minutes: at most the recipe's epochs. */
  readonly minutes?: number | undefined;
  /** MiB that the fields may take in memory; left out, half of what is free. */
  readonly memory?: number | undefined;
  readonly backend: 'auto' | 'tensorflow' | 'webgpu' | 'wasm' | 'cpu';
};

export const segmentRecipeText = (recipe: SegmentRecipe): string => `${JSON.stringify(recipe, undefined, 2)}\n`;

/** Faults: `data` where the run to go on with had another recipe, or there is none. */
export const needSameRecipe = async (out: string, recipe: SegmentRecipe): Promise<void> => {
  const file = path.join(out, RECIPE);
  const text = await readFile(file, 'utf8').catch(() => '{}');
  let saved: string | undefined;
  try {
    saved = segmentRecipeText(segmentRecipe.parse(JSON.parse(text)));
  } catch {
    saved = undefined;
  }
  if (saved !== segmentRecipeText(recipe))
    throw new FaultError({
      kind: 'data',
      path: file,
      what: 'the run to resume had another recipe, or there is none',
      remedy: 'resume with that recipe, or start in a new folder',
    });
};
