import { cp, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { yamlNames } from '../../../models/datasets/class-names.ts';
import { crc32c } from '../../../models/datasets/crc32c.ts';
import { fieldName } from '../../../models/datasets/dataset.ts';
import { openDataset } from '../../../models/datasets/open-dataset.ts';
import { pictureSize } from '../../../models/datasets/picture-file.ts';
import { readDataset, testNames } from '../../../models/datasets/read-dataset.ts';
import { drawPictures } from './synthetic-set.ts';

const FIXTURE = fileURLToPath(new URL('../../fixtures/tfrecord', import.meta.url));

let dir: string;
let pictures: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'smearscope-layouts-'));
  pictures = await drawPictures(path.join(dir, 'pictures'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** Writes files (a picture's name in place of its content copies the picture) into a new folder. */
const layOut = async (name: string, files: Readonly<Record<string, string>>): Promise<string> => {
  for (const [file, content] of Object.entries(files)) {
    const at = path.join(dir, name, file);
    await mkdir(path.dirname(at), { recursive: true });
    if (content === 'a.jpg' || content === 'b.png') await cp(path.join(pictures, content), at);
    else await writeFile(at, content);
  }
  return path.join(dir, name);
};

const xml = (objects = '', filename = 'a.jpg'): string =>
  `<?xml version="1.0"?><annotation verified="yes"><filename>${filename}</filename><size><width>64</width><height>48</height></size>${objects}</annotation>`;
const object = (name: string, box: readonly number[], rest = ''): string =>
  `<object><name>${name}</name>${rest}<bndbox><xmin>${box[0]}</xmin><ymin>${box[1]}</ymin><xmax>${box[2]}</xmax><ymax>${box[3]}</ymax></bndbox></object>`;

const coco = (image: object = {}, annotation: object = {}): string =>
  JSON.stringify({
    images: [{ id: 7, file_name: 'a.jpg', width: 64, height: 48, ...image }],
    categories: [{ id: 3, name: 'WBC' }],
    annotations: [{ image_id: 7, category_id: 3, bbox: [10.1, 20.2, 5.1, 6.3], ...annotation }],
  });

const open = (at: string, format: 'auto' | 'voc' | 'yolo' | 'coco' | 'tfrecord' = 'auto') => openDataset(at, { format });

describe('layouts of other programs are recognised', () => {
  it.each([
    [
      'annotations beside pictures, a folder a split',
      { 'train/a.xml': xml(object('RBC', [1, 2, 3, 4])), 'train/a.jpg': 'a.jpg', 'test/b.xml': xml() },
      'voc',
      ['test', 'train'],
    ],
    ['VOC without lists', { 'Annotations/a.xml': xml(), 'JPEGImages/a.jpg': 'a.jpg' }, 'voc', ['all']],
    [
      'YOLO by split',
      { 'train/images/a.jpg': 'a.jpg', 'train/labels/a.txt': '0 .5 .5 .1 .1', 'data.yaml': 'names: [RBC]' },
      'yolo',
      ['train'],
    ],
    ['YOLO in one folder', { 'a.jpg': 'a.jpg', 'a.txt': '0 .5 .5 .1 .1', 'mask.png': 'b.png' }, 'yolo', ['all']],
    ['COCO beside pictures', { 'valid/_annotations.coco.json': coco(), 'valid/a.jpg': 'a.jpg' }, 'coco', ['valid']],
    ['COCO by year', { 'annotations/instances_val2017.json': coco(), 'val2017/a.jpg': 'a.jpg' }, 'coco', ['val2017']],
    ['COCO of an annotation tool', { 'result.json': coco({ file_name: 'images\\a.jpg' }), 'images/a.jpg': 'a.jpg' }, 'coco', ['all']],
  ] as const)('%s', async (name, files, format, splits) => {
    const set = await open(await layOut(name.replaceAll(' ', '-'), files));
    expect(set.format).toBe(format);
    expect(set.splits.map((split) => split.name)).toEqual(splits);
    const [field] = set.splits.find((split) => split.name !== 'test')!.fields;
    expect(await pictureSize(field!.picture)).toEqual({ widthPx: 64, heightPx: 48 });
  });

  it('refuses a folder that two formats fit', async () => {
    const at = await layOut('two', { 'Annotations/a.xml': xml(), 'annotations/train.json': coco(), 'annotations.txt': '' });
    await expect(open(at)).rejects.toThrow(/it can be read as voc and as coco: .*--format/);
  });

  it('says so where there is nothing', async () => {
    await expect(open(pictures)).rejects.toThrow(/^no labelled fields in it \(Pascal VOC, YOLO, COCO, TFRecord\)/);
  });
});

describe('Pascal VOC', () => {
  it('leaves out lists that are for a class or the sum of others', async () => {
    const files = {
      'Annotations/a.xml': xml(),
      'Annotations/b.xml': xml('', 'b.png'),
      'ImageSets/Main/train.txt': 'a\n',
      'ImageSets/Main/val.txt': 'b\n',
    };
    const sums = { 'ImageSets/Main/trainval.txt': 'a\nb\n', 'ImageSets/Main/cell_train.txt': 'a  1\n' };
    const set = await open(await layOut('lists', { ...files, ...sums }));
    expect(set.splits.map(({ name }) => name)).toEqual(['train', 'val']);
  });

  it('reads entities, decimals, words on a mark, and leaves parts and comments out', async () => {
    const parts = '<part><name>head</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax></bndbox></part>';
    const marks = object('a&amp;b &#233;', [1.5, 2, 3, 4e1], `<difficult>1</difficult>${parts}<!-- <name>no</name> -->`);
    const at = await layOut('entities', { 'Annotations/a.xml': xml(marks, 'C:\\data\\a.jpg'), 'JPEGImages/a.jpg': 'a.jpg' });
    const [field] = (await open(at)).splits[0]!.fields;
    expect(field).toMatchObject({ file: 'a.jpg', marks: [{ label: 'a&b é', box: [1.5, 2, 3, 40], difficult: true }] });
  });

  it('takes the size from the picture where the annotation leaves it open', async () => {
    const open0 = xml().replace(/<size>.*<\/size>/, '<size><width>0</width><height>0</height></size>');
    const at = await layOut('open', { 'Annotations/a.xml': open0, 'JPEGImages/a.jpg': 'a.jpg' });
    expect((await open(at)).splits[0]!.fields[0]).toMatchObject({ widthPx: 64, heightPx: 48 });
  });

  it.each([
    ['an object that is not closed', xml('<object><name>RBC</name>'), /not closed/],
    ['a corner that is no number', xml(object('RBC', [1, 2, Number.NaN, 4])), /<xmax> is missing or not a number/],
    ['a size that is none', xml().replace('64', '-3'), /-3 px is no size of a picture/],
    ['something else', '<html>', /not a Pascal VOC annotation/],
  ])('names the file of %s', async (name, content, message) => {
    const at = await layOut(`damaged-${name.replaceAll(' ', '-')}`, { 'Annotations/a.xml': content });
    await expect(open(at)).rejects.toThrow(message);
    await expect(open(at)).rejects.toThrow(/a\.xml/);
  });
});

describe('YOLO', () => {
  it.each([
    ["names: [RBC, \"W, B\", 'it''s']", ['RBC', 'W, B', "it's"]],
    ['nc: 2\nnames:\n- RBC # red\n- WBC\nroboflow:\n  a: 1', ['RBC', 'WBC']],
    ['names:\n  0: RBC\n  1: "a: b"\ntrain: x', ['RBC', 'a: b']],
    ['names: {0: RBC, 1: WBC}', ['RBC', 'WBC']],
    ["names: [\n  'RBC',\n  'WBC'\n]\nval: [a]", ['RBC', 'WBC']],
  ])('names in %j', (yaml, names) => {
    expect([...yamlNames(yaml)!.values()]).toEqual(names);
  });

  it('takes classes by the folder’s own names, not by number', async () => {
    const at = await layOut('named', {
      'images/train/a.jpg': 'a.jpg',
      'labels/train/a.txt': '1 .5 .5 .25 .5\n',
      'data.yaml': 'names: [Platelets, RBC]',
    });
    const [field] = await readDataset('yolo', at, 'train', ['RBC', 'WBC', 'Platelets']);
    expect(field!.boxes).toEqual([{ classIndex: 0, box: [24, 12, 40, 36] }]);
  });

  it('reads outlines with the box around them, and lines with a score', async () => {
    const at = await layOut('outlines', {
      'images/train/a.jpg': 'a.jpg',
      'labels/train/a.txt': '0 0 0 .5 .25 .25 .5\n0 .5 .5 .25 .5 .9\n',
    });
    const marks = (await open(at)).splits[0]!.fields[0]!.marks;
    expect(marks[0]).toEqual({ label: 'class 0', box: [0, 0, 32, 24], outline: [[0, 0, 32, 12, 16, 24]] });
    expect(marks[1]!.box).toEqual([24, 12, 40, 36]);
  });

  it('names the file of a line that is none', async () => {
    const at = await layOut('badline', { 'images/train/a.jpg': 'a.jpg', 'labels/train/a.txt': '0 .5 .5 x 1\n' });
    await expect(open(at)).rejects.toThrow(/"0 \.5 \.5 x 1" is not a YOLO line: .*a\.txt/);
  });
});

describe('COCO', () => {
  it('gives corners without the errors of adding', async () => {
    const at = await layOut('adding', { 'annotations/train.json': coco(), 'images/train/a.jpg': 'a.jpg' });
    expect((await open(at)).splits[0]!.fields[0]!.marks[0]!.box).toEqual([10.1, 20.2, 15.2, 26.5]);
  });

  it.each([
    ['a name that leads out of the folder', coco({ file_name: '../../etc/passwd' }), /leads out of the folder/],
    ['an absolute name', coco({ file_name: '/etc/passwd' }), /leads out of the folder/],
    ['a size beyond bounds', coco({ width: 1e9 }), /not a COCO detection document: images\.0\.width/],
    ['a category that is not listed', coco({}, { category_id: 4 }), /category 4 is not listed/],
    ['a picture that is not listed', coco({}, { image_id: 4 }), /picture 4, which is not listed/],
    ['no JSON', '{', /not a COCO detection document/],
  ])('refuses %s and names the file', async (name, content, message) => {
    const at = await layOut(`coco-${name.replaceAll(' ', '-')}`, { 'annotations/train.json': content });
    await expect(open(at, 'coco')).rejects.toThrow(message);
    await expect(open(at, 'coco')).rejects.toThrow(/train\.json/);
  });

  it('names its test fields', async () => {
    expect(await testNames('coco', await layOut('coco-test', { 'annotations/test.json': coco({ file_name: 'x/b.jpg' }) }))).toEqual(['b']);
  });
});

describe('TFRecord written by TensorFlow', () => {
  it('is read as it was written, pictures too', async () => {
    const { splits, classes } = await open(FIXTURE);
    expect(classes).toEqual(['RBC', 'White cell é']);
    expect(splits.map(({ name }) => name)).toEqual(['cells']);
    const fields = splits[0]!.fields.map(({ file, widthPx, heightPx, marks }) => ({ file, widthPx, heightPx, marks }));
    expect(fields).toEqual(JSON.parse(await readFile(path.join(FIXTURE, 'expected.json'), 'utf8')));
    for (const { picture, widthPx, heightPx } of splits[0]!.fields) expect(await pictureSize(picture)).toEqual({ widthPx, heightPx });
  });

  it('is read for training, its pictures as files', async () => {
    const [first, second] = await readDataset('tfrecord', FIXTURE, 'cells', ['White cell é', 'RBC']);
    expect(first).toMatchObject({ name: 'a', widthPx: 64, boxes: [{ classIndex: 1 }, { classIndex: 0 }] });
    expect(await pictureSize({ path: second!.imagePath })).toEqual({ widthPx: 40, heightPx: 30 });
  });

  it('is held against its checksums', async () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
    const at = path.join(dir, 'flipped');
    await cp(FIXTURE, at, { recursive: true });
    const file = path.join(at, 'cells.tfrecord');
    const bytes = await readFile(file);
    bytes[400]! ^= 1;
    await writeFile(file, bytes);
    await expect(open(at)).rejects.toThrow(/record 1 is damaged \(its checksum is wrong\): .*cells\.tfrecord/);
    await cp(path.join(FIXTURE, 'cells.tfrecord'), file);
    await truncate(file, 1500);
    await expect(open(at)).rejects.toThrow(/the file ends within record 2/);
    const heard: string[] = [];
    const rest = await openDataset(at, { format: 'auto', onDamage: (damage) => heard.push(damage.message) });
    expect(rest.splits[0]!.fields.map(fieldName)).toEqual(['a']);
    expect(heard).toEqual([expect.stringMatching(/record 2/)]);
    await writeFile(file, 'something else altogether');
    await expect(open(at)).rejects.toThrow(/not a TFRecord file/);
  });
});

it('goes on past damage where it is asked to, and tells of it', async () => {
  const at = await layOut('partly', { 'Annotations/a.xml': xml(), 'Annotations/b.xml': '<annotation>', 'JPEGImages/a.jpg': 'a.jpg' });
  const heard: string[] = [];
  const set = await openDataset(at, { format: 'auto', onDamage: (damage) => heard.push(damage.message) });
  expect(set.splits[0]!.fields.map(fieldName)).toEqual(['a']);
  expect(heard).toEqual([expect.stringMatching(/b\.xml/)]);
});
