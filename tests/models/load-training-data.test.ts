import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { batches } from '../../models/train/batches.ts';
import { loadTrainingData } from '../../models/train/load-training-data.ts';
import { readPicture } from '../../models/train/picture.ts';
import { openPictureStore } from '../../models/train/picture-store.ts';
import type { TrainRecipe } from '../../models/train/train-options.ts';
import { fingerprint } from './augment/synthetic-picture.ts';
import { syntheticFields, syntheticRecipe } from './synthetic-fields.ts';

let root: string;
beforeEach(async () => {
  root = await syntheticFields();
});
afterEach(() => rm(root, { recursive: true, force: true }));

const within = (...parts: string[]): string => path.join(root, 'fields', ...parts);
const withSource = (changes: Partial<TrainRecipe['data'][number]>): TrainRecipe => {
  const recipe = syntheticRecipe();
  return { ...recipe, data: [{ ...recipe.data[0]!, ...changes }] };
};

describe('training data', () => {
  it('leaves out what a source does not label, and says so of its pictures', async () => {
    const whole = await loadTrainingData({ ...withSource({}), classes: ['RBC', 'WBC'] }, root);
    expect(whole[0]!.train.every(({ unlabelled, boxes }) => unlabelled?.length === 0 && boxes.length === 4)).toBe(true);
    const recipe = syntheticRecipe();
    const both = { ...recipe, data: [recipe.data[0]!, { ...recipe.data[0]!, name: 'red cells alone', labels: ['RBC'], complete: false }] };
    const [, partial] = await loadTrainingData(both, root);
    for (const picture of [...partial!.train, ...partial!.validate]) {
      expect(picture.unlabelled).toEqual([1]);
      expect(picture.boxes.map((item) => item.classIndex)).toEqual([0, 0, 0]);
    }
  });

  it.each([
    [
      'a class without example',
      { ...withSource({}), classes: ['RBC', 'WBC', 'Platelets'] },
      /^no example of class "Platelets" in 6 fields to train on: /,
    ],
    [
      'labels that the recipe lacks',
      withSource({ labels: ['RBC', 'Yeast'] }),
      /class "Yeast" that the recipe lacks: .*fields: its classes are RBC, WBC/,
    ],
    ['no field to train on', withSource({ train: [] }), /^no field to train on: /],
    ['a split that is not there', withSource({ train: ['nowhere'] }), /nowhere/],
  ])('refuses %s in one line', async (_, recipe, words) => {
    await expect(loadTrainingData(recipe, root)).rejects.toThrow(words);
    await expect(loadTrainingData(recipe, root)).rejects.not.toThrow(/\n/);
  });

  it('takes a class that no source labels as it comes', async () => {
    const [source] = await loadTrainingData(withSource({ labels: ['RBC'] }), root);
    expect(source!.train.every(({ unlabelled }) => unlabelled?.[0] === 1)).toBe(true);
  });

  it('names the picture that is damaged', async () => {
    const file = within('images', 'train', 'train3.png');
    const bytes = await readFile(file);
    await writeFile(file, bytes.subarray(0, bytes.length / 2));
    await expect(loadTrainingData(syntheticRecipe(), root)).rejects.toThrow(
      /picture cannot be decoded: .*train3\.png: replace or remove it/,
    );
    await writeFile(file, 'not a picture');
    await expect(loadTrainingData(syntheticRecipe(), root)).rejects.toThrow(/train3\.png/);
  });

  it('gives the same batches from disk as from memory, and says what it needs before it reads', async () => {
    const lines: string[] = [];
    const progress = (line: string): void => void lines.push(line);
    const recipe = { ...syntheticRecipe(), augment: 'strong' as const };
    const roomy = batches(recipe, await loadTrainingData(recipe, root, { progress }));
    const tight = batches(recipe, await loadTrainingData(recipe, root, { memoryBytes: 100_000, progress }));
    for (const step of [0, 5, 1]) expect(fingerprint(tight.batch(step))).toBe(fingerprint(roomy.batch(step)));
    expect(lines).toEqual([
      '8 fields, 0 MiB of pixels',
      '8 fields, 0 MiB of pixels, of which 0 MiB stay in memory and the rest is read from disk',
    ]);
  });

  it('refuses a picture that is not the one that was labelled', async () => {
    const field = { name: 'train0', imagePath: within('images', 'train', 'train0.png'), widthPx: 64, heightPx: 96, boxes: [] };
    await expect(readPicture(field, 1)).rejects.toThrow(/picture of 128×96 pixels, labelled as one of 64×96: .*train0\.png/);
  });
});

describe('picture store', () => {
  const raster = (value: number, length = 300) => ({ data: new Uint8Array(length).fill(value), widthPx: 10, heightPx: 10 });

  it('holds no more than its bound and gives back every pixel', () => {
    using store = openPictureStore(3000, 700);
    const kept = Array.from({ length: 10 }, (_, i) => store.keep(raster(i)));
    for (const i of [0, 9, 4, 4, 0, 1, 2, 3, 0, 7]) {
      expect(kept[i]!.data).toEqual(raster(i).data);
      expect(store.heldBytes).toBeLessThanOrEqual(700);
    }
    expect(kept[3]).toMatchObject({ widthPx: 10, heightPx: 10 });
  });

  it('keeps all in memory where it fits', () => {
    using store = openPictureStore(900, 1000);
    const whole = raster(1);
    expect(store.keep(whole)).toBe(whole);
    expect(store.heldBytes).toBe(300);
  });

  it('says that there is no room where there is none', () => {
    expect(() => openPictureStore(900, 10, '/nowhere/at/all')).toThrow(/no room for the pixels .*: \/nowhere\/at\/all: free some disk/);
  });
});
