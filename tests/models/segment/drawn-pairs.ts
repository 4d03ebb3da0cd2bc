import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { type Random, seededRandom } from '../../../domain/random.ts';
import { type SegmentRecipe, segmentRecipe } from '../../../models/segment/segment-recipe.ts';

const drawPair = async (random: Random, dir: string, name: string): Promise<void> => {
  const discs = Array.from(
    { length: 3 },
    (_, i) => `<circle cx="${20 + 40 * i}" cy="${random.between(30, 66)}" r="${random.between(10, 16)}"`,
  );
  const svg = (back: string, front: string): Buffer =>
    Buffer.from(
      `<svg width="128" height="96"><rect width="100%" height="100%" fill="${back}"/>${discs.map((disc) => `${disc} fill="${front}"/>`).join('')}</svg>`,
    );
  await sharp(svg('#f0e8e0', '#c08080'))
    .png()
    .toFile(path.join(dir, `${name}.png`));
  await sharp(svg('#000', '#fff'))
    .threshold(128)
    .png()
    .toFile(path.join(dir, `${name}_mask.png`));
};

/** A new folder with ten pictures of discs and their masks beside them. */
export const drawnPairs = async (): Promise<string> => {
  const root = await mkdtemp(path.join(tmpdir(), 'smearscope-segment-'));
  const random = seededRandom(3);
  for (let i = 0; i < 10; i++) await drawPair(random, root, `pair${i}`);
  return root;
};

/** A recipe for them, small enough for any backend. */
export const pairsRecipe = (changes: Partial<SegmentRecipe> = {}): SegmentRecipe =>
  segmentRecipe.parse({
    task: 'segment',
    name: 'discs',
    architecture: 'unet-tiny',
    planes: ['cell'],
    umPerPx: 0.2,
    canvas: [64, 48],
    augment: 'light',
    epochs: 6,
    canvasesPerEpoch: 24,
    batch: 4,
    learningRate: 0.02,
    averageDecay: 0.9,
    data: [
      {
        name: 'discs',
        dir: '.',
        umPerPx: 0.2,
        labels: { kind: 'masks', values: { '255': ['cell'] }, heldOut: 0.4 },
        source: 'drawn by the test',
        licence: 'CC0',
      },
    ],
    ...changes,
  });
