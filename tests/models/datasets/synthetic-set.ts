import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { seededRandom } from '../../../domain/random.ts';
import type { Dataset, Field, Mark } from '../../../models/datasets/dataset.ts';

export type PictureSize = readonly [file: string, widthPx: number, heightPx: number];

export const PICTURES: readonly PictureSize[] = [
  ['a.jpg', 64, 48],
  ['b.png', 97, 31],
  ['c.jpeg', 640, 480],
];

/** Writes a picture of its own for each seed: soft blobs of chance, so that a perceptual hash has something to hold on to. */
export const drawField = async (file: string, widthPx: number, heightPx: number, seed: number): Promise<void> => {
  const random = seededRandom(seed);
  const raw = { width: 12, height: 9, channels: 3 } as const;
  const data = Buffer.from(
    Array.from({ length: raw.width * raw.height }, () => random.integer(256)).flatMap((grey) => [grey, grey >> 1, 255 - grey]),
  );
  await sharp(data, { raw }).resize(widthPx, heightPx, { fit: 'fill', kernel: 'cubic' }).toFile(file);
};

/** Draws `PICTURES` into a folder and gives it. */
export const drawPictures = async (dir: string): Promise<string> => {
  await mkdir(dir, { recursive: true });
  for (const [i, [file, widthPx, heightPx]] of PICTURES.entries()) await drawField(path.join(dir, file), widthPx, heightPx, i + 1);
  return dir;
};

/** A corner on the grid that all formats hold: thousandths of a pixel, a little outside the picture too. */
const corner = (sidePx: number) => fc.integer({ min: -2000, max: (sidePx + 2) * 1000 }).map((value) => value / 1000);

const mark = ([, widthPx, heightPx]: PictureSize, labels: readonly string[]): fc.Arbitrary<Mark> =>
  fc.record({
    label: fc.constantFrom(...labels),
    box: fc.tuple(corner(widthPx), corner(heightPx), corner(widthPx), corner(heightPx)),
  });

const field = (dir: string, size: PictureSize, labels: readonly string[]): fc.Arbitrary<Field> =>
  fc.array(mark(size, labels), { maxLength: 5 }).map((marks) => ({
    file: size[0],
    picture: { path: path.join(dir, size[0]) },
    annotation: dir,
    widthPx: size[1],
    heightPx: size[2],
    marks,
  }));

const label = fc
  .oneof(
    fc.string({ minLength: 1, maxLength: 12 }),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }),
    fc.constantFrom('RBC', 'a: b', "it's", '"x", y', '{a}', '# no', '<&amp;>', 'yes', '1'),
  )
  .map((text) => text.replaceAll(/[\p{Cc}\p{Cs}]/gu, '').trim())
  .filter((text) => text !== '' && !/^class \d+$/.test(text));

/** Any set over `PICTURES` (in `dir`): odd names of classes, boxes anywhere. */
export const anySet = (dir: string): fc.Arbitrary<Dataset> =>
  fc.uniqueArray(label, { minLength: 1, maxLength: 4 }).chain((classes) =>
    fc
      .tuple(fc.tuple(field(dir, PICTURES[0]!, classes), field(dir, PICTURES[1]!, classes)), field(dir, PICTURES[2]!, classes))
      .map(([train, test]) => ({
        classes,
        splits: [
          { name: 'test', fields: [test] },
          { name: 'train', fields: train },
        ],
        facts: { umPerPx: 0.072, licence: 'MIT' },
      })),
  );

/** What of a set a format must give back. */
export const essence = ({ classes, splits, facts }: Dataset) => ({
  classes,
  facts,
  splits: splits.map(({ name, fields }) => ({
    name,
    fields: fields.map(({ file, widthPx, heightPx, marks }) => ({ file, widthPx, heightPx, marks })),
  })),
});
