import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../../models/datasets/dataset.ts';
import { DATASET_FORMATS } from '../../../models/datasets/dataset-format.ts';
import { detectFormat, openDataset } from '../../../models/datasets/open-dataset.ts';
import { readPictureBytes } from '../../../models/datasets/picture-file.ts';
import { writeDataset } from '../../../models/datasets/write-dataset.ts';
import { anySet, drawPictures, essence } from './synthetic-set.ts';

let dir: string;
let pictures: string;
let n = 0;

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'smearscope-round-trip-'));
  pictures = await drawPictures(path.join(dir, 'pictures'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const through = async (format: (typeof DATASET_FORMATS)[number], dataset: Dataset) => {
  const out = path.join(dir, String(n++));
  await writeDataset(format, out, dataset, {});
  expect(await detectFormat(out)).toBe(format);
  return openDataset(out, { format });
};

describe.each(DATASET_FORMATS)('from %s', (from) => {
  it.each(DATASET_FORMATS)('to %s: classes, fields, boxes, facts and the bytes of the pictures come back', async (to) => {
    await fc.assert(
      fc.asyncProperty(anySet(pictures), async (dataset) => {
        const last = await through(to, await through(from, dataset));
        expect(essence(last)).toEqual(essence(dataset));
        for (const { file, picture } of last.splits.flatMap(({ fields }) => fields))
          expect(await readPictureBytes(picture)).toEqual(await readFile(path.join(pictures, file)));
      }),
      { numRuns: 12 },
    );
  });
});

const withBox = (box: readonly [number, number, number, number]): Dataset => ({
  classes: ['RBC'],
  facts: {},
  splits: [
    {
      name: 'train',
      fields: [
        {
          file: 'a.jpg',
          picture: { path: path.join(pictures, 'a.jpg') },
          annotation: '',
          widthPx: 64,
          heightPx: 48,
          marks: [{ label: 'RBC', box }],
        },
      ],
    },
  ],
});

describe('what a format cannot hold', () => {
  const third = [1 / 3, 2 / 3, 20 + 1 / 3, 30 + 2 / 3] as const;
  it.each([
    ['voc', 0],
    ['coco', 6e-7],
    ['yolo', 6e-7],
    ['tfrecord', 6e-4],
  ] as const)('%s gives any box back to within %d px', async (format, within) => {
    const [field] = (await through(format, withBox(third))).splits[0]!.fields;
    const shifts = field!.marks[0]!.box.map((value, i) => Math.abs(value - third[i]!));
    expect(Math.max(...shifts)).toBeLessThanOrEqual(within);
  });
});

it('carries what is said of a mark as far as the format holds it', async () => {
  const set = withBox([1, 2, 3, 4]);
  const outline = [[1, 2, 3, 2, 3, 4]];
  const runs = { counts: [5, 3, 100], size: [48, 64] as const };
  const marks = [
    { label: 'RBC', box: [1, 2, 3, 4], outline, areaPx2: 2, difficult: true, truncated: true },
    { label: 'RBC', box: [1, 2, 3, 4], outline: runs, areaPx2: 3, crowd: true },
  ] as const;
  const full = { ...set, splits: [{ name: 'train', fields: [{ ...set.splits[0]!.fields[0]!, marks }] }] };
  expect((await through('coco', await through('coco', full))).splits[0]!.fields[0]!.marks).toEqual(marks);
  expect((await through('tfrecord', full)).splits[0]!.fields[0]!.marks).toEqual([
    { label: 'RBC', box: [1, 2, 3, 4], difficult: true, truncated: true },
    { label: 'RBC', box: [1, 2, 3, 4], crowd: true },
  ]);
  expect((await through('voc', full)).splits[0]!.fields[0]!.marks[0]).toEqual({
    label: 'RBC',
    box: [1, 2, 3, 4],
    difficult: true,
    truncated: true,
  });
});

it('keeps pictures of one name apart, and tells the new names', async () => {
  const [field] = withBox([1, 2, 3, 4]).splits[0]!.fields;
  const other = { ...field!, file: 'deep/a.png', picture: { path: path.join(pictures, 'b.png') }, widthPx: 97, heightPx: 31 };
  const set = { classes: ['RBC'], facts: {}, splits: [{ name: 'train', fields: [field!, other] }] };
  const { renamed } = await writeDataset('yolo', path.join(dir, 'names'), set, {});
  expect(renamed).toEqual([{ from: 'deep/a.png', to: 'deep-a.png' }]);
  const again = await openDataset(path.join(dir, 'names'), { format: 'auto' });
  expect(again.splits[0]!.fields.map(({ file }) => file)).toEqual(['a.jpg', 'deep-a.png']);
});

it('leaves nothing behind when it is stopped', async () => {
  const stop = new AbortController();
  const out = path.join(dir, 'stopped');
  const writing = writeDataset('coco', out, withBox([1, 2, 3, 4]), { signal: stop.signal, onField: () => stop.abort() });
  await expect(writing).rejects.toThrow(/abort/);
  expect((await readdir(dir)).filter((name) => name.startsWith('stopped'))).toEqual([]);
});

it.each([
  ['text', /its content is no picture: .*secret\.jpg/],
  [undefined, /the picture is missing: .*secret\.jpg/],
])('copies pictures alone (%s)', async (content, message) => {
  const set = withBox([1, 2, 3, 4]);
  const file = path.join(dir, 'secret.jpg');
  await rm(file, { force: true });
  if (content !== undefined) await writeFile(file, content);
  const fields = [{ ...set.splits[0]!.fields[0]!, picture: { path: file } }];
  for (const format of ['voc', 'yolo', 'coco'] as const)
    await expect(writeDataset(format, path.join(dir, 'secret'), { ...set, splits: [{ name: 'train', fields }] }, {})).rejects.toThrow(
      message,
    );
  expect((await readdir(dir)).filter((name) => name.startsWith('secret'))).toEqual(content === undefined ? [] : ['secret.jpg']);
});
