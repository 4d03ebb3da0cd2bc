import path from 'node:path';
import { FaultError } from '../../domain/fault.ts';
import type { LabelledField } from '../datasets/labelled-field.ts';
import { readDataset, testNames } from '../datasets/read-dataset.ts';
import { type Picture, readPicture } from './picture.ts';
import type { TrainingSource, TrainRecipe } from './train-options.ts';

export type LoadedSource = { readonly source: TrainingSource; readonly train: readonly Picture[]; readonly validate: readonly Picture[] };

const readSplits = async (
  source: TrainingSource,
  dir: string,
  splits: readonly string[],
  classes: readonly string[],
): Promise<LabelledField[]> => (await Promise.all(splits.map((split) => readDataset(source.format, dir, split, classes)))).flat();

const readPictures = async (fields: readonly LabelledField[], factor: number): Promise<Picture[]> => {
  const pictures: Picture[] = [];
  // A few at a time: decoding is parallel inside, and full-size pictures are large.
  for (let i = 0; i < fields.length; i += 8)
    pictures.push(...(await Promise.all(fields.slice(i, i + 8).map((field) => readPicture(field, factor)))));
  return pictures;
};

/**
 * Reads all data of a recipe into memory. A field of any source's test split is refused under whichever annotation it comes;
 * a held-out field is validated on, and not trained on, under each annotation it has.
 * Faults: `data` where a folder is missing or damaged, or a test field would be trained on.
 */
export const loadTrainingData = async (recipe: TrainRecipe, dataRoot: string): Promise<LoadedSource[]> => {
  const read = await Promise.all(
    recipe.data.map(async (source) => {
      const dir = path.resolve(dataRoot, source.dir);
      return {
        source,
        dir,
        train: await readSplits(source, dir, source.train, recipe.classes),
        validate: await readSplits(source, dir, source.validate, recipe.classes),
        test: await testNames(source.format, dir),
      };
    }),
  );
  const test = new Set(read.flatMap((entry) => entry.test));
  const heldOut = new Set(read.flatMap((entry) => entry.validate.map((field) => field.name)));
  const loaded: LoadedSource[] = [];
  for (const { source, dir, train, validate } of read) {
    const leaked = [...train, ...validate].find((field) => test.has(field.name));
    if (leaked !== undefined)
      throw new FaultError({
        kind: 'data',
        path: path.join(dir, leaked.name),
        what: 'field of a test split among the training data',
        remedy: 'take it out of the training splits: what it measures would be worth nothing',
      });
    const known = new Set(validate.map((field) => field.name));
    const kept = [...validate, ...train.filter((field) => heldOut.has(field.name) && !known.has(field.name))];
    const factor = source.umPerPx / recipe.umPerPx;
    loaded.push({
      source,
      train: await readPictures(
        train.filter((field) => !heldOut.has(field.name)),
        factor,
      ),
      validate: await readPictures(kept, factor),
    });
  }
  if (loaded.every((entry) => entry.train.length === 0))
    throw new FaultError({ kind: 'data', path: dataRoot, what: 'no field to train on', remedy: 'name training splits in the recipe' });
  return loaded;
};
