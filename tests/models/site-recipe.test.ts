import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadBundle } from '../../models/runtime/bundle.ts';
import { siteRecipe } from '../../models/train/site-recipe.ts';
import { syntheticFields } from './synthetic-fields.ts';

let root: string;
beforeAll(async () => {
  root = await syntheticFields();
});
afterAll(() => rm(root, { recursive: true, force: true }));

it('teaches a bundle one folder: its scale and classes stay, classes without a box are left alone', async () => {
  const { card } = await loadBundle('default');
  const data = path.join(root, 'fields');
  const recipe = await siteRecipe({ data, format: 'auto', base: 'default' });
  expect(recipe).toMatchObject({ name: 'fields', architecture: card.architecture, classes: card.classes, umPerPx: card.umPerPx });
  const [source] = recipe.data;
  expect(source).toMatchObject({ format: 'yolo', dir: '.', train: ['train'], validate: ['val'], labels: ['RBC', 'WBC'], weight: 20 });
  // Discs of 20 to 28 pixels as cells of 7.2 µm.
  expect(source!.umPerPx).toBeGreaterThan(0.25);
  expect(source!.umPerPx).toBeLessThan(0.37);
  expect((await siteRecipe({ data, format: 'yolo', umPerPx: 0.2, base: 'default' })).data[0]!.umPerPx).toBe(0.2);
});

it('says in one line that there is nothing to train on', async () => {
  const images = path.join(root, 'fields', 'images');
  await rename(path.join(images, 'train'), path.join(images, 'elsewhere'));
  try {
    await expect(siteRecipe({ data: path.join(root, 'fields'), format: 'yolo', base: 'default' })).rejects.toThrow(
      /^(no field to train on|.*train).*\n?$/,
    );
    await expect(siteRecipe({ data: path.join(root, 'nowhere'), format: 'auto', base: 'default' })).rejects.toThrow(/no such folder/);
  } finally {
    await rename(path.join(images, 'elsewhere'), path.join(images, 'train'));
  }
});
