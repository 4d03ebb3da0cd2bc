import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CELL_KINDS } from '../../../models/compose/cell-kinds.ts';
import { folderRecipe } from '../../../models/segment/folder-recipe.ts';
import { syntheticFields } from '../synthetic-fields.ts';
import { drawnPairs } from './drawn-pairs.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'smearscope-folder-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const paint = async (file: string, background: { r: number; g: number; b: number }): Promise<void> => {
  await mkdir(path.dirname(path.join(root, file)), { recursive: true });
  await sharp({ create: { width: 16, height: 16, channels: 3, background } })
    .png()
    .toFile(path.join(root, file));
};

test('black and white masks teach the bundle to draw cells', async () => {
  const pairs = await drawnPairs();
  const { recipe, text } = await folderRecipe({ data: pairs, umPerPx: 0.2, base: 'default' });
  await rm(pairs, { recursive: true });
  expect(text).toBe('white is taken as cell');
  expect(recipe).toMatchObject({ architecture: 'yolox-nano-masks', planes: ['cell'], data: [{ dir: '.', umPerPx: 0.2 }] });
  expect(recipe.data[0]!.labels).toMatchObject({ kind: 'masks', values: { 255: ['cell'] }, heldOut: 0.2 });
});

test('masks in the colours of composed pictures teach a network of their own', async () => {
  const [red, green, blue] = CELL_KINDS[2].colour;
  for (const split of ['train', 'validate', 'test']) {
    await paint(`composed/images/${split}/1.png`, { r: 240, g: 230, b: 235 });
    await paint(`composed/masks/${split}/1.png`, { r: red, g: green, b: blue });
  }
  const { recipe } = await folderRecipe({ data: path.join(root, 'composed'), umPerPx: 0.16, base: 'default' });
  expect(recipe).toMatchObject({ architecture: 'unet-small', planes: CELL_KINDS.map(({ name }) => name), umPerPx: 0.16 });
  expect(recipe.data[0]!.labels).toMatchObject({ train: ['train'], validate: ['validate'], colours: { '#ffc0cb': ['neutrophil'] } });
});

test('boxes become outlines; what is not understood is said in one line', async () => {
  const fields = await syntheticFields();
  const { recipe, text } = await folderRecipe({ data: path.join(fields, 'fields'), format: 'yolo', umPerPx: 0.2, base: 'default' });
  await rm(fields, { recursive: true });
  expect(text).toBe('outlines are made from the boxes');
  expect(recipe).toMatchObject({ planes: ['cell', 'nucleus'] });
  expect(recipe.data[0]!.labels).toMatchObject({ kind: 'boxes', format: 'yolo', train: ['train'], validate: ['val'] });

  await paint('strange/a.png', { r: 240, g: 230, b: 235 });
  await paint('strange/a_mask.png', { r: 1, g: 2, b: 3 });
  const strange = { data: path.join(root, 'strange'), base: 'default' };
  await expect(folderRecipe(strange)).rejects.toThrow(/nobody says what #010203 in its masks stand for/);
  await paint('strange/a_mask.png', { r: 255, g: 255, b: 255 });
  await expect(folderRecipe(strange)).rejects.toThrow(/the scale of its pictures is not known/);
});
