import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanBoxes } from '../../../models/datasets/labelled-field.ts';
import { readDataset, testNames } from '../../../models/datasets/read-dataset.ts';

const CLASSES = ['RBC', 'WBC'];
let dir: string;

const object = (name: string, [x0, y0, x1, y1]: readonly number[]): string =>
  `<object><name>${name}</name><bndbox><xmin>${x0}</xmin><ymin>${y0}</ymin><xmax>${x1}</xmax><ymax>${y1}</ymax></bndbox></object>`;

const annotation = (...objects: string[]): string =>
  `<annotation><filename>a.jpg</filename><size><width>64</width><height>48</height></size>${objects.join('')}</annotation>`;

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'smearscope-datasets-'));
  for (const folder of ['Annotations', 'ImageSets/Main', 'annotations']) await mkdir(path.join(dir, folder), { recursive: true });
  await writeFile(path.join(dir, 'ImageSets/Main/train.txt'), 'a\n');
  await writeFile(path.join(dir, 'ImageSets/Main/odd.txt'), 'odd  1\n\n');
  await writeFile(path.join(dir, 'ImageSets/Main/test.txt'), 'x\ny\n');
  const boxes = [
    object('RBC', [1, 2, 31, 32]),
    object('RBC', [1, 2, 31, 33]),
    object('RBC', [5, 5, 5, 20]),
    object('WBC', [40, 30, 70, 60]),
  ];
  await writeFile(path.join(dir, 'Annotations/a.xml'), annotation(...boxes));
  await writeFile(path.join(dir, 'Annotations/odd.xml'), annotation(object('Bubble', [1, 2, 3, 4])));
  const coco = {
    images: [{ id: 7, file_name: 'a.jpg', width: 64, height: 48 }],
    categories: [{ id: 3, name: 'WBC' }],
    annotations: [{ image_id: 7, category_id: 3, bbox: [10, 20, 5, 6] }],
  };
  await writeFile(path.join(dir, 'annotations/val.json'), JSON.stringify(coco));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('Pascal VOC', () => {
  it('is read with every box, and cleaned of empty and double ones for training', async () => {
    const [field] = await readDataset('voc', dir, 'train', CLASSES);
    expect(field).toMatchObject({ name: 'a', imagePath: path.join(dir, 'JPEGImages', 'a.jpg'), widthPx: 64, heightPx: 48 });
    expect(field!.boxes).toHaveLength(4);
    expect(cleanBoxes(field!)).toEqual([
      { classIndex: 0, box: [1, 2, 31, 32] },
      { classIndex: 1, box: [40, 30, 64, 48] },
    ]);
  });

  it('says which class it does not know, in one line', async () => {
    await expect(readDataset('voc', dir, 'odd', CLASSES)).rejects.toThrow(
      /^class "Bubble" is none of RBC, WBC: .*odd\.xml: correct this file/,
    );
  });

  it('says which split is missing', async () => {
    await expect(readDataset('voc', dir, 'nowhere', CLASSES)).rejects.toThrow(/no Pascal VOC split "nowhere"/);
  });

  it('names its test fields', async () => {
    expect(await testNames('voc', dir)).toEqual(['x', 'y']);
  });
});

describe('COCO', () => {
  it('is read with its categories by name', async () => {
    const [field] = await readDataset('coco', dir, 'val', CLASSES);
    expect(field!.boxes).toEqual([{ classIndex: 1, box: [10, 20, 15, 26] }]);
  });
});

it('says in one line that a folder is missing', async () => {
  await expect(readDataset('yolo', path.join(dir, 'none'), 'train', CLASSES)).rejects.toThrow(
    /^no such folder of labelled fields: .*none: check the path$/,
  );
});
