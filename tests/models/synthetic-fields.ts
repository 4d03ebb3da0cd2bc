import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { type Random, seededRandom } from '../../domain/random.ts';
import { type TrainRecipe, trainRecipe } from '../../models/train/train-options.ts';

const WIDTH = 128;
const HEIGHT = 96;

const drawField = async (random: Random, folder: string, split: string, name: string): Promise<void> => {
  const discs = Array.from({ length: 4 }, (_, i) => ({
    x: 16 + 32 * i + random.between(-4, 4),
    y: random.between(20, 76),
    radius: random.between(10, 14),
  }));
  const circles = discs.map(
    ({ x, y, radius }, i) => `<circle cx="${x}" cy="${y}" r="${radius}" fill="${i === 0 ? '#5040a0' : '#d09090'}"/>`,
  );
  const svg = `<svg width="${WIDTH}" height="${HEIGHT}"><rect width="100%" height="100%" fill="#f0e8e0"/>${circles.join('')}</svg>`;
  await sharp(Buffer.from(svg))
    .png()
    .toFile(path.join(folder, 'images', split, `${name}.png`));
  const lines = discs.map(({ x, y, radius }, i) =>
    [i === 0 ? 1 : 0, x / WIDTH, y / HEIGHT, (2 * radius) / WIDTH, (2 * radius) / HEIGHT].join(' '),
  );
  await writeFile(path.join(folder, 'labels', split, `${name}.txt`), `${lines.join('\n')}\n`);
};

/** A folder `fields/` in YOLO form with discs as cells, splits train, val and test, within a new folder whose path is given. */
export const syntheticFields = async (): Promise<string> => {
  const root = await mkdtemp(path.join(tmpdir(), 'smearscope-fields-'));
  const random = seededRandom(5);
  for (const [split, count] of [
    ['train', 6],
    ['val', 2],
    ['test', 1],
  ] as const) {
    for (const kind of ['images', 'labels']) await mkdir(path.join(root, 'fields', kind, split), { recursive: true });
    for (let i = 0; i < count; i++) await drawField(random, path.join(root, 'fields'), split, `${split}${i}`);
  }
  return root;
};

/** A recipe small enough for any backend. */
export const syntheticRecipe = (changes: Partial<TrainRecipe> = {}): TrainRecipe =>
  trainRecipe.parse({
    name: 'discs',
    classes: ['RBC', 'WBC'],
    architecture: 'smear-net-tiny',
    umPerPx: 0.144,
    canvas: [64, 48],
    epochs: 4,
    batch: 2,
    learningRate: 0.02,
    validateEvery: 2,
    data: [
      {
        name: 'discs',
        format: 'yolo',
        dir: 'fields',
        train: ['train'],
        validate: ['val'],
        umPerPx: 0.144,
        complete: true,
        source: 'drawn by the test',
        licence: 'CC0',
      },
    ],
    ...changes,
  });
