import path from 'node:path';
import { FaultError } from '../../domain/fault.ts';
import type { LabelledField } from '../datasets/labelled-field.ts';
import { readDataset, testNames } from '../datasets/read-dataset.ts';
import { type Picture, pictureBytes, readPicture } from './picture.ts';
import { openPictureStore, type PictureStore } from './picture-store.ts';
import type { TrainingSource, TrainRecipe } from './train-options.ts';

export type LoadedSource = { readonly source: TrainingSource; readonly train: readonly Picture[]; readonly validate: readonly Picture[] };

const readSplits = async (
  source: TrainingSource,
  dir: string,
  splits: readonly string[],
  classes: readonly string[],
): Promise<LabelledField[]> => (await Promise.all(splits.map((split) => readDataset(source.format, dir, split, classes)))).flat();

/** Indexes of the classes that a source does not label. Faults: `data` where the recipe contradicts itself. */
const unlabelledOf = (source: TrainingSource, classes: readonly string[], dir: string): number[] => {
  const labels = source.labels ?? classes;
  const unknown = labels.find((label) => !classes.includes(label));
  if (unknown !== undefined)
    throw new FaultError({
      kind: 'data',
      path: dir,
      what: `labels of "${source.name}" name a class "${unknown}" that the recipe lacks`,
      remedy: `its classes are ${classes.join(', ')}`,
    });
  return classes.flatMap((name, index) => (labels.includes(name) ? [] : [index]));
};

const readPictures = async (
  fields: readonly LabelledField[],
  factorOf: (field: LabelledField) => number,
  unlabelled: readonly number[],
  { keep }: PictureStore,
): Promise<Picture[]> => {
  const pictures: Picture[] = [];
  // A few at a time: decoding is parallel inside, and full-size pictures are large.
  for (let i = 0; i < fields.length; i += 8)
    pictures.push(...(await Promise.all(fields.slice(i, i + 8).map((field) => readPicture(field, factorOf(field), unlabelled, keep)))));
  return pictures;
};

/**
 * Every class that somebody looked for has an example among the fields trained on: else the network would learn that there is no such cell.
 * A class that no source labels stays as it is in the weights the training starts from.
 */
const needExamples = (
  fields: readonly { field: LabelledField; unlabelled: readonly number[] }[],
  recipe: TrainRecipe,
  root: string,
): void => {
  recipe.classes.forEach((name, classIndex) => {
    const has = ({ field, unlabelled }: { field: LabelledField; unlabelled: readonly number[] }): boolean =>
      !unlabelled.includes(classIndex) && field.boxes.some((item) => item.classIndex === classIndex);
    if (fields.some(has) || fields.every(({ unlabelled }) => unlabelled.includes(classIndex))) return;
    throw new FaultError({
      kind: 'data',
      path: root,
      what: `no example of class "${name}" in ${fields.length} fields to train on`,
      remedy: 'add a set that has some, or take the class out of the recipe',
    });
  });
};

/** How much memory the pixels may take, and who hears how much they need. */
export type LoadingLimits = { readonly memoryBytes?: number | undefined; readonly progress?: ((line: string) => void) | undefined };

const MIB = 2 ** 20;

/** Says what the pixels need before any is read, and opens the room for them: half of the free memory unless more or less is given. */
const openRoom = (neededBytes: number, fields: number, { memoryBytes, progress }: LoadingLimits): PictureStore => {
  const room = memoryBytes ?? process.availableMemory() / 2;
  const rest = neededBytes <= room ? '' : `, of which ${Math.round(room / MIB)} MiB stay in memory and the rest is read from disk`;
  progress?.(`${fields} fields, ${Math.round(neededBytes / MIB)} MiB of pixels${rest}`);
  return openPictureStore(neededBytes, room);
};

/**
 * Reads all data of a recipe. A field of any source's test split is refused under whichever annotation it comes;
 * a held-out field is validated on, and not trained on, under each annotation it has.
 * Faults: `data` where a folder is missing or damaged, a class has no example, or a test field would be trained on.
 */
export const loadTrainingData = async (recipe: TrainRecipe, dataRoot: string, limits: LoadingLimits = {}): Promise<LoadedSource[]> => {
  const read = await Promise.all(
    recipe.data.map(async (source) => {
      const dir = path.resolve(dataRoot, source.dir);
      return {
        source,
        dir,
        unlabelled: unlabelledOf(source, recipe.classes, dir),
        train: await readSplits(source, dir, source.train, recipe.classes),
        validate: await readSplits(source, dir, source.validate, recipe.classes),
        test: await testNames(source.format, dir),
      };
    }),
  );
  const test = new Set(read.flatMap((entry) => entry.test));
  const heldOut = new Set(read.flatMap((entry) => entry.validate.map((field) => field.name)));
  const sorted = read.map((entry) => {
    const leaked = [...entry.train, ...entry.validate].find((field) => test.has(field.name));
    if (leaked !== undefined)
      throw new FaultError({
        kind: 'data',
        path: path.join(entry.dir, leaked.name),
        what: 'field of a test split among the training data',
        remedy: 'take it out of the training splits: what it measures would be worth nothing',
      });
    const known = new Set(entry.validate.map((field) => field.name));
    return {
      ...entry,
      train: entry.train.filter((field) => !heldOut.has(field.name)),
      validate: [...entry.validate, ...entry.train.filter((field) => heldOut.has(field.name) && !known.has(field.name))],
    };
  });
  const fields = sorted.flatMap(({ train, unlabelled }) => train.map((field) => ({ field, unlabelled })));
  if (fields.length === 0)
    throw new FaultError({ kind: 'data', path: dataRoot, what: 'no field to train on', remedy: 'name training splits in the recipe' });
  needExamples(fields, recipe, dataRoot);
  const factorOf =
    (source: TrainingSource) =>
    (field: LabelledField): number =>
      (field.umPerPx ?? source.umPerPx) / recipe.umPerPx;
  const all = sorted.flatMap(({ source, train, validate }) =>
    [...train, ...validate].map((field) => pictureBytes(field, factorOf(source)(field))),
  );
  const store = openRoom(
    all.reduce((sum, bytes) => sum + bytes, 0),
    all.length,
    limits,
  );
  const loaded: LoadedSource[] = [];
  for (const { source, train, validate, unlabelled } of sorted)
    loaded.push({
      source,
      train: await readPictures(train, factorOf(source), unlabelled, store),
      validate: await readPictures(validate, factorOf(source), unlabelled, store),
    });
  return loaded;
};
