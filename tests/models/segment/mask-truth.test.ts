import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Drawing } from '../../../models/segment/judge/drawer.ts';
import { createDrawingJudge } from '../../../models/segment/judge/judge-drawer.ts';
import { meaningOfLabels, readMeaning } from '../../../models/segment/judge/mask-meaning.ts';
import { openCocoTruth, openMaskTruth, type TrueField } from '../../../models/segment/judge/mask-truth.ts';
import { regionOfLine } from '../../../models/segment/judge/region.ts';

const WIDTH = 60;
const HEIGHT = 40;

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'smearscope-truth-'));
  await mkdir(path.join(dir, 'images', 'val'), { recursive: true });
  await mkdir(path.join(dir, 'annotations'));
  await mkdir(path.join(dir, 'crops'));
  const picture = sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: '#ddd' } }).png();
  await picture.clone().toFile(path.join(dir, 'images', 'val', 'one.png'));
  await picture.clone().toFile(path.join(dir, 'crops', 'white.png'));
  const svg = `<svg width="${WIDTH}" height="${HEIGHT}"><rect width="100%" height="100%"/><rect x="10" y="10" width="20" height="20" fill="#808080"/><rect x="15" y="15" width="8" height="8" fill="#fff"/></svg>`;
  await sharp(Buffer.from(svg), {})
    .greyscale()
    .png()
    .toFile(path.join(dir, 'crops', 'white_mask.png'));
  const square = (x: number, y: number, side: number): number[][] => [[x, y, x + side, y, x + side, y + side, x, y + side]];
  const mark = (id: number, category: number, segmentation: unknown, iscrowd: 0 | 1, bbox: number[]) => ({
    ...{ id, image_id: 1, category_id: category, segmentation, iscrowd, bbox, area: bbox[2]! * bbox[3]! },
  });
  // Run lengths go down the columns: the right 20 columns.
  const crowd = { size: [HEIGHT, WIDTH], counts: [40 * HEIGHT, 20 * HEIGHT] };
  const document = {
    images: [{ id: 1, file_name: 'one.png', width: WIDTH, height: HEIGHT }],
    categories: [
      { id: 1, name: 'RBC' },
      { id: 2, name: 'WBC' },
    ],
    annotations: [
      mark(1, 1, square(2, 2, 10), 0, [2, 2, 10, 10]),
      mark(2, 2, square(14, 20, 16), 0, [14, 20, 16, 16]),
      mark(3, 1, crowd, 1, [40, 0, 20, 40]),
    ],
  };
  await writeFile(path.join(dir, 'annotations', 'val.json'), JSON.stringify(document));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const drawn = (field: TrueField, boxes: readonly (readonly [x: number, y: number, side: number, classIndex: number])[]): Drawing => ({
  shares: new Map([['cell', Float32Array.from(field.planes.get('cell')!)]]),
  cells: boxes.map(([x, y, side, classIndex]) => ({
    region: regionOfLine([x, y, x + side, y, x + side, y + side, x, y + side], WIDTH, HEIGHT)!,
    ...{ classIndex, score: 0.9, counted: true },
  })),
});

describe('outlines of a COCO set', () => {
  test('are cells of their classes; what stands for many is neither right nor false', async () => {
    const truth = await openCocoTruth(dir, 'val');
    expect(truth.classes).toEqual(['RBC', 'WBC']);
    const field = await truth.fields[0]!.read();
    expect(field.cells.map(({ region, classIndex }) => [region.areaPx, classIndex])).toEqual([
      [100, 0],
      [256, 1],
    ]);
    expect(field.known!.reduce((sum, pixel) => sum + pixel, 0)).toBe(40 * HEIGHT);
    const judge = createDrawingJudge({ classes: ['WBC', 'RBC'] }, truth.classes);
    judge.add(
      drawn(field, [
        [2, 2, 10, 1],
        [14, 20, 16, 0],
        [45, 10, 10, 1],
      ]),
      field,
    );
    const { planes, instances, classes } = judge.scores;
    expect(planes).toMatchObject({ cell: { dice: 1, boundaryF1: 1 } });
    expect(instances).toMatchObject({ truth: 2, found: 2, f1: 1, AJI: 1, PQ: 1, AP: expect.closeTo(1, 9) as number });
    expect(classes).toMatchObject({ RBC: { dice: 1, f1: 1, AP50: expect.closeTo(1, 9) as number }, WBC: { dice: 1, f1: 1 } });
  });

  test('a cell of another class counts as a cell, and not as one of its class', async () => {
    const truth = await openCocoTruth(dir, 'val');
    const field = await truth.fields[0]!.read();
    const judge = createDrawingJudge({ classes: ['WBC', 'RBC'] }, truth.classes);
    judge.add(
      drawn(field, [
        [2, 2, 10, 0],
        [14, 20, 16, 0],
      ]),
      field,
    );
    expect(judge.scores).toMatchObject({ instances: { f1: 1 }, classes: { RBC: { f1: 0, dice: 0 }, WBC: { recall: 1, precision: 0.5 } } });
  });
});

describe('masks', () => {
  test('say the planes of a cell, which is one cell', async () => {
    const { fields, classes } = await openMaskTruth(path.join(dir, 'crops'), 'all', 0.2, readMeaning('128=cytoplasm,255=nucleus'));
    expect(classes).toEqual([]);
    const { planes, cells } = await fields[0]!.read();
    expect(cells.map(({ region }) => region.areaPx)).toEqual([400]);
    const area = (plane: string): number => planes.get(plane)!.reduce((sum, pixel) => sum + pixel, 0);
    expect(['cell', 'cytoplasm', 'nucleus'].map(area)).toEqual([400, 336, 64]);
  });

  test('of kinds are told apart by values or colours', () => {
    const meaning = readMeaning('#00ffff=eosinophil,#ff0000=red cell');
    expect(meaning).toMatchObject({ isColoured: true, planes: ['eosinophil', 'red cell'] });
    expect(meaning.planesOf(0x00ffff)).toEqual(['eosinophil']);
    expect(meaning.planesOf(0x123456)).toBeUndefined();
    expect(() => readMeaning('#00ffff=a,7=b')).toThrow(/--values/);
    const labels = meaningOfLabels({ values: { '255': ['cell'] }, unknown: [9] });
    expect([labels.planesOf(255), labels.planesOf(9), labels.planesOf(3)]).toEqual([['cell'], 'unknown', []]);
  });
});
