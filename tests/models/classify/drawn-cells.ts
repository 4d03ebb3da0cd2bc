import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import type { ClassifierCard } from '../../../domain/classifier-card.ts';
import { seededRandom } from '../../../domain/random.ts';
import { classifierNamed } from '../../../models/architectures/cell-classifier.ts';
import { firstParameters, foldParameters } from '../../../models/architectures/parameters.ts';
import { classifierOnnx } from '../../../models/classify/classifier-onnx.ts';
import { type ClassifyRecipe, classifyRecipe } from '../../../models/classify/classify-recipe.ts';
import { onnxFile } from '../../../models/export/onnx-file.ts';

const SIDE = 72;
const EACH = 20;
const COLOURS = { violet: '#4a2a80', blue: '#30508a', rust: '#a04030' } as const;

/** A disc in the middle of glass with pale discs around it, as PNG. */
export const drawnCell = (colour: string, seed: number): Promise<Buffer> => {
  const random = seededRandom(seed);
  const others = Array.from({ length: 3 }, (_, i) => `<circle cx="${8 + 28 * i}" cy="${random.between(4, 12)}" r="7" fill="#e0b8b0"/>`);
  const [x, y, r] = [SIDE / 2 + random.between(-3, 3), SIDE / 2 + random.between(-3, 3), random.between(9, 13)];
  const svg = `<svg width="${SIDE}" height="${SIDE}"><rect width="100%" height="100%" fill="#f2ece0"/>${others.join('')}<circle cx="${x}" cy="${y}" r="${r}" fill="${colour}"/></svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
};

/** A new folder `cells/` with a folder of pictures for each of three kinds. */
export const drawnCells = async (): Promise<string> => {
  const root = await mkdtemp(path.join(tmpdir(), 'smearscope-classify-'));
  let seed = 0;
  for (const [kind, colour] of Object.entries(COLOURS)) {
    await mkdir(path.join(root, 'cells', kind), { recursive: true });
    for (let i = 0; i < EACH; i++) await writeFile(path.join(root, 'cells', kind, `${kind}-${i}.png`), await drawnCell(colour, seed++));
  }
  return root;
};

/** A recipe for them, small enough for any backend. */
export const cellsRecipe = (changes: Partial<ClassifyRecipe> = {}): ClassifyRecipe =>
  classifyRecipe.parse({
    task: 'classify',
    name: 'drawn-cells',
    architecture: 'cell-net-tiny',
    kinds: Object.keys(COLOURS).map((id) => ({ id, name: `${id} disc` })),
    umPerPx: 0.2,
    sidePx: 64,
    augment: 'light',
    cutClose: { probability: 0.3, margin: [0.3, 0.6] },
    shiftPx: 2,
    epochs: 12,
    batch: 8,
    learningRate: 0.02,
    averageDecay: 0.9,
    data: [{ name: 'discs', dir: 'cells', umPerPx: 0.2, heldOut: 0.3, source: 'drawn by the test', licence: 'CC0' }],
    ...changes,
  });

/** Writes a classifier that learned nothing into a folder of its own. */
export const untrainedClassifier = async (): Promise<string> => {
  const dir = await mkdtemp(path.join(tmpdir(), 'smearscope-classifier-'));
  const kinds = Object.keys(COLOURS).map((id) => ({ id, name: `${id} disc` }));
  const definition = classifierNamed('cell-net-tiny', kinds.length);
  const onnx = onnxFile(classifierOnnx(definition, foldParameters(definition, firstParameters(definition, seededRandom(4)))));
  const card: ClassifierCard = {
    schema: 'smearscope.classifier/1',
    name: 'untrained',
    version: '1',
    task: 'classify',
    architecture: definition.name,
    kinds,
    umPerPx: 0.2,
    input: { layout: 'NHWC', type: 'uint8', sidePx: 64, stride: definition.stride, turns: 8 },
    parameters: 1,
    metrics: [],
    training: {
      command: 'none',
      commit: 'none',
      seed: 4,
      backend: 'none',
      finishedAt: '2026-01-01T00:00:00.000Z',
      data: [{ name: 'nothing', source: 'nothing', licence: 'CC0', fields: 1 }],
    },
    licence: 'CC0',
    researchOnly: false,
    files: [{ path: 'model.onnx', sha256: createHash('sha256').update(onnx).digest('hex'), bytes: onnx.length }],
  };
  await writeFile(path.join(dir, 'model.onnx'), onnx);
  await writeFile(path.join(dir, 'card.json'), JSON.stringify(card));
  return dir;
};
