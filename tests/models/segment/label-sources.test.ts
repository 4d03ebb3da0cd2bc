import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillOutline } from '../../../models/segment/fill-outline.ts';
import { loadSegmentData } from '../../../models/segment/load-segment-data.ts';
import { planeAt } from '../../../models/segment/planes.ts';
import { blurLabels } from '../../../models/segment/segment-batches.ts';
import { segmentRecipe } from '../../../models/segment/segment-recipe.ts';

const [WIDE, HIGH] = [24, 16];
let root = '';
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'smearscope-labels-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** A picture with blocks `[x, y, side, colour]` on a ground, as PNG. */
const paint = async (file: string, ground: string, blocks: readonly (readonly [number, number, number, string])[], wide = WIDE) => {
  const rects = blocks.map(([x, y, side, fill]) => `<rect x="${x}" y="${y}" width="${side}" height="${side}" fill="${fill}"/>`);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${wide}" height="${HIGH}" shape-rendering="crispEdges"><rect width="100%" height="100%" fill="${ground}"/>${rects.join('')}</svg>`;
  await mkdir(path.dirname(path.join(root, file)), { recursive: true });
  await sharp(Buffer.from(svg)).removeAlpha().png().toFile(path.join(root, file));
};

const recipeOf = (dir: string, labels: object, planes: string[] = ['cell']) =>
  segmentRecipe.parse({
    ...{ task: 'segment', name: 'labels', architecture: 'unet-tiny', planes, umPerPx: 0.1, epochs: 1 },
    data: [{ name: 'drawn', dir, umPerPx: 0.1, labels, source: 'drawn by the test', licence: 'CC0' }],
  });

const load = async (dir: string, labels: object, planes?: string[]) => {
  const said: string[] = [];
  const [data] = await loadSegmentData(recipeOf(dir, labels, planes), root, (line) => said.push(line));
  return { ...data!, said };
};

describe('masks', () => {
  test('lie in a folder under the names of their pictures', async () => {
    for (const name of ['a', 'b', 'c']) await paint(`apart/images/${name}.png`, '#eee', [[2, 2, 6, '#a66']]);
    for (const name of ['a', 'b']) await paint(`apart/masks/${name}.png`, '#000', [[2, 2, 6, '#fff']]);
    const { train, validate, said } = await load('apart', { kind: 'masks', values: { 255: ['cell'] }, heldOut: 0 });
    expect([train.map(({ name }) => name), validate.length]).toEqual([['a', 'b'], 0]);
    expect(said).toEqual(['drawn: 2 fields to train on, 0 held out; 1 pictures without a mask are left out']);
    const { planes } = await train[0]!.load();
    expect([planeAt(planes, 0, 3 * WIDE + 3), planeAt(planes, 0, 12 * WIDE + 20), planeAt(planes, 1, 12 * WIDE + 20)]).toEqual([
      255, 0, 255,
    ]);
  });

  test('speak in colours, of splits; what no colour is named for is left open', async () => {
    for (const [split, name] of [
      ['train', '1'],
      ['validate', '1'],
      ['test', '2'],
    ]) {
      await paint(`coloured/images/${split}/${name}.png`, '#eee', [[2, 2, 6, '#a66']]);
      await paint(`coloured/masks/${split}/${name}.png`, '#000', [
        [2, 2, 6, '#ff0000'],
        [12, 2, 6, '#008000'],
        [20, 14, 1, '#123456'],
      ]);
    }
    const colours = { '#ff0000': ['infected'], '#008000': ['healthy'], '#000000': [] };
    const labels = { kind: 'masks', colours, train: ['train'], validate: ['validate'] };
    const { train, validate } = await load('coloured', labels, ['infected', 'healthy']);
    expect([train, validate].map((fields) => fields.map(({ name }) => name))).toEqual([['train/1'], ['validate/1']]);
    const { planes } = await train[0]!.load();
    const at = (x: number, y: number) => [0, 1, 2].map((plane) => planeAt(planes, plane, y * WIDE + x));
    expect([at(4, 4), at(14, 4), at(22, 4), at(20, 14)]).toEqual([
      [255, 0, 255],
      [0, 255, 255],
      [0, 0, 255],
      [0, 0, 0],
    ]);

    const fewer = await load('coloured', { ...labels, colours: { '#ff0000': ['infected'], '#000000': [] } }, ['infected', 'healthy']);
    await expect(fewer.train[0]!.load()).rejects.toThrow(/10 % of the mask has colours that "drawn" does not name, such as #008000/);
    await expect(load('coloured', { kind: 'masks', values: { 255: ['cell'] } })).rejects.toThrow(/splits are test, train, validate/);
    expect(() => recipeOf('coloured', { ...labels, train: ['test'] })).toThrow(/a test split is not trained on/);
  });

  test('of another size, or of none, are refused before training', async () => {
    await paint('wrong/a.png', '#eee', []);
    await expect(load('wrong', { kind: 'masks', values: { 255: ['cell'] } })).rejects.toThrow(/no picture with a mask/);
    await paint('wrong/a_mask.png', '#000', [], WIDE + 1);
    await expect(load('wrong', { kind: 'masks', values: { 255: ['cell'] } })).rejects.toThrow(/a mask of 25×16 for a picture of 24×16/);
    await expect(load('wrong', { kind: 'masks', values: { 255: ['core'] } })).rejects.toThrow(/a plane "core" that the recipe lacks/);
  });
});

describe('outlines', () => {
  const filled = (outline: Parameters<typeof fillOutline>[1]): string[] | false => {
    const data = new Uint8Array(6 * 4);
    if (!fillOutline({ data, widthPx: 6, heightPx: 4 }, outline)) return false;
    return Array.from({ length: 4 }, (_, y) => [...data.subarray(y * 6, y * 6 + 6)].map((value) => (value > 0 ? '#' : '.')).join(''));
  };

  test('are polygons, some of several pieces, or run lengths', () => {
    expect(
      filled([
        [1, 1, 4, 1, 4, 3, 1, 3],
        [4.6, -3, 9, -3, 9, 1.4, 4.6, 1.4],
      ]),
    ).toEqual(['.....#', '.###..', '.###..', '......']);
    // Columns from above; text as pycocotools writes the same runs.
    const counts = [5, 2, 2, 2, 2, 2, 9];
    expect(filled({ counts, size: [4, 6] })).toEqual(['......', '.###..', '.###..', '......']);
    expect(filled({ counts: '5220007', size: [4, 6] })).toEqual(['......', '.###..', '.###..', '......']);
    expect([filled({ counts, size: [6, 4] }), filled({ counts: [1, 2], size: [4, 6] }), filled([[1, 1, 2]])]).toEqual([
      false,
      false,
      false,
    ]);
  });

  test('of COCO become planes; a box alone and a crowd are left open', async () => {
    await paint('coco/images/train/a.png', '#eee', []);
    const box = (x: number, category_id: number, rest: object) => ({ image_id: 1, category_id, bbox: [x, 2, 4, 4], ...rest });
    const annotations = [
      { id: 1, ...box(1, 1, { segmentation: [[1, 2, 5, 2, 5, 6, 1, 6]] }) },
      { id: 2, ...box(8, 2, { segmentation: [] }) },
      { id: 3, ...box(14, 1, { segmentation: [[14, 2, 18, 2, 18, 6, 14, 6]], iscrowd: 1 }) },
    ];
    const document = {
      images: [{ id: 1, file_name: 'a.png', width: WIDE, height: HIGH }],
      categories: [
        { id: 1, name: 'RBC' },
        { id: 2, name: 'WBC' },
      ],
      annotations,
    };
    await mkdir(path.join(root, 'coco', 'annotations'), { recursive: true });
    const write = (changes: object) =>
      writeFile(path.join(root, 'coco', 'annotations', 'train.json'), JSON.stringify({ ...document, ...changes }));
    await write({});
    const labels = { kind: 'outlines', classes: { RBC: ['cell'], WBC: ['cell'] }, train: ['train'], heldOut: 0 };
    const { planes } = await (await load('coco', labels)).train[0]!.load();
    const at = (x: number) => [0, 1].map((plane) => planeAt(planes, plane, 3 * WIDE + x));
    expect([at(3), at(6), at(9), at(15), at(20)]).toEqual([
      [255, 255],
      [0, 255],
      [0, 0],
      [0, 0],
      [0, 255],
    ]);

    await expect(load('coco', { ...labels, classes: { RBC: ['cell'] } })).rejects.toThrow(/class "WBC" is none of RBC/);
    await write({ images: [{ ...document.images[0], width: 30 }] });
    await expect((await load('coco', labels)).train[0]!.load()).rejects.toThrow(/picture of 24×16 pixels, outlined as one of 30×16/);
  });
});

test('edges are softened by a mean, what is known stays', () => {
  const packed = [Float32Array.from({ length: 5 * 4 * 3 }, (_, i) => (i % 3 === 0 ? (Math.floor(i / 3) % 5 >= 2 ? 255 : 0) : 255))];
  blurLabels(packed, 1, 5, 4, 3);
  expect([0, 1, 2, 3, 4].map((x) => Math.round(packed[0]![(5 + x) * 3]!))).toEqual([0, 85, 170, 255, 255]);
  expect([1, 2].map((channel) => packed[0]![5 * 3 + channel])).toEqual([255, 255]);
});
