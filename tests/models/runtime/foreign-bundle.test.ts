import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import type { EngineName } from '../../../domain/engine-name.ts';
import { toFault } from '../../../domain/fault.ts';
import { type Box, iou } from '../../../domain/geometry.ts';
import { addForeign } from '../../../models/runtime/add-foreign.ts';
import { loadBundle } from '../../../models/runtime/bundle.ts';
import { loadEngine } from '../../../models/runtime/load-engine.ts';
import { createFramePool } from '../../../pipelines/frame-pool.ts';
import { engineFields } from '../../../server/bench/engine-fields.ts';
import { readBloodFields } from '../../../server/microscope/blood-fields.ts';
import { foreignFolder, type KnownOutput, knownDetector } from './foreign-networks.ts';

const SIDE = 64;
/** Points of the grids at strides 8, 16 and 32 of a picture of 64 pixels. */
const POINTS = 64 + 16 + 4;
const CARD = { classes: ['RBC', 'WBC', 'Platelets'], umPerPx: 0.1 };
const WIDTH = 5 + 3;

/** The cell that every network below finds: its box in the picture, class and score. */
const CELL = { box: [20, 12, 44, 36] as Box, classIndex: 1, score: 0.75 };
const [CENTRE_X, CENTRE_Y, SIZE] = [32, 24, 24];

const row = (dims: readonly number[], set: (values: Float32Array) => void): Pick<KnownOutput, 'dims' | 'values'> => {
  const values = new Float32Array(dims.reduce((product, n) => product * n, 1));
  set(values);
  return { dims, values };
};

const across = (stride: number): number => SIDE / stride;

/** Rows as YOLOX gives them in strides: each on its grid point, no object anywhere but at (4, 3) of stride 8. */
const rawYolox = row([1, POINTS, WIDTH], (values) => {
  for (let point = 0; point < POINTS; point++) values.set([0.5, 0.5, 0, 0], point * WIDTH);
  values.set([CENTRE_X / 8 - 4, CENTRE_Y / 8 - 3, Math.log(SIZE / 8), Math.log(SIZE / 8), 0.9375, 0.1, 0.8, 0.05], (3 * 8 + 4) * WIDTH);
});

const decodedYolox = row([1, POINTS, WIDTH], (values) => {
  let point = 0;
  for (const stride of [8, 16, 32])
    for (let y = 0; y < across(stride); y++)
      for (let x = 0; x < across(stride); x++, point++) values.set([(x + 0.5) * stride, (y + 0.5) * stride, stride, stride], point * WIDTH);
  values.set([CENTRE_X, CENTRE_Y, SIZE, SIZE, 0.9375, 0.1, 0.8, 0.05], (3 * 8 + 4) * WIDTH);
});

const yolov8 = row([1, 4 + 3, POINTS], (values) => {
  [CENTRE_X, CENTRE_Y, SIZE, SIZE, 0.1, 0.75, 0.05].forEach((value, channel) => {
    values[channel * POINTS + 17] = value;
  });
});

const QUERIES = 30;
const shares = [CENTRE_X / SIDE, CENTRE_Y / SIDE, SIZE / SIDE, SIZE / SIDE];
const logit = (share: number): number => Math.log(share / (1 - share));
const boxes = row([1, QUERIES, 4], (values) => values.set(shares, 5 * 4));
const logits = row([1, QUERIES, 3], (values) => {
  values.fill(-6);
  values.set([-3, logit(0.75), -4], 5 * 3);
});
const together = row([1, QUERIES, 7], (values) => values.set([...shares, 0.1, 0.75, 0.05], 5 * 7));

const LAYOUTS: readonly (readonly [string, string, readonly KnownOutput[]])[] = [
  ['YOLOX in strides', 'yolox', [{ name: 'output', ...rawYolox }]],
  ['YOLOX decoded', 'yolox', [{ name: 'output', ...decodedYolox }]],
  ['YOLOv8', 'yolov8', [{ name: 'output0', ...yolov8 }]],
  [
    'RT-DETR with logits',
    'rt-detr',
    [
      { name: 'logits', ...logits },
      { name: 'pred_boxes', ...boxes },
    ],
  ],
  ['RT-DETR in one', 'rt-detr', [{ name: 'output0', ...together }]],
];

const dirs: string[] = [];
const folder = async (network: Uint8Array, card: object): Promise<string> => {
  const dir = await foreignFolder(network, card);
  dirs.push(dir);
  return dir;
};
afterEach(async () => {
  for (const dir of dirs.splice(0)) await rm(dir, { recursive: true, force: true });
});

const findIn = async (dir: string, engine: EngineName) => {
  const { engine: network } = await loadEngine({ model: dir, engine, threads: 1 });
  await using _ = network;
  using frame = createFramePool().frame({ id: 0, capturedAtMs: 0, widthPx: 128, heightPx: 128, fullRange: true }, (y, u, v) => {
    y.data.fill(200);
    u.data.fill(128);
    v.data.fill(128);
  })!;
  // Twice as fine a camera: the tile of 128 pixels is the network's 64.
  return network.detect(frame, [{ box: [0, 0, 128, 128] }, { box: [0, 0, 128, 128] }], 0.05);
};

describe.each(['onnx:cpu', 'tensorflow:wasm'] as const)('on %s', (engine) => {
  test.each(LAYOUTS)('%s is recognised and gives its cell', async (_, layout, outputs) => {
    const dir = await folder(knownDetector(SIDE, outputs), CARD);
    expect((await loadBundle(dir)).format.layout).toBe(layout);
    for (const found of await findIn(dir, engine)) {
      expect(found).toHaveLength(1);
      expect(found[0]!.classIndex).toBe(CELL.classIndex);
      expect(found[0]!.score).toBeCloseTo(CELL.score, 5);
      found[0]!.box.forEach((value, side) => {
        expect(value).toBeCloseTo(2 * CELL.box[side]!, 3);
      });
    }
  });
});

describe('a card', () => {
  const network = knownDetector(SIDE, [{ name: 'output0', ...yolov8 }]);

  test('may declare what shapes do not tell', async () => {
    // Four classes in rows of 9: five more than the classes, and as many rows as the grids have points.
    const values = row([1, POINTS, 9], (all) => all.set([CENTRE_X, CENTRE_Y, SIZE, SIZE, 0.5, 0, 0, 0.9, 0], 9 * 20));
    const dir = await folder(knownDetector(SIDE, [{ name: 'out', ...values }]), {
      ...CARD,
      classes: ['a', 'b', 'c', 'd'],
      layout: 'yolov5',
      thresholds: { score: 0.4 },
    });
    const [found] = await findIn(dir, 'onnx:cpu');
    expect(found).toMatchObject([{ classIndex: 2 }]);
    expect(found![0]!.score).toBeCloseTo(0.45, 5);
  });

  test.each([
    ['another number of classes', { ...CARD, classes: ['a'] }, /of no known layout for 1 classes/],
    ['unknown keys', { ...CARD, surprise: 1 }, /surprise/],
    ['no scale', { classes: CARD.classes }, /umPerPx/],
    ['thresholds for other classes', { ...CARD, thresholds: { score: [0.5] } }, /1 score thresholds for 3 classes/],
    [
      'a hash that is another file’s',
      { ...CARD, files: [{ path: 'model.onnx', sha256: '0'.repeat(64), bytes: network.length }] },
      /sha256 differs/,
    ],
    ['a layout of other shapes', { ...CARD, layout: 'yolox' }, /in place of \[1, p, 8\]/],
  ])('with %s is refused', async (_, card, words) => {
    const dir = await folder(network, card);
    const error = await findIn(dir, 'onnx:cpu').catch((caught: unknown) => caught);
    expect(toFault(error).kind).toBe('bundle');
    expect((error as Error).message).toMatch(words);
    expect((error as Error).message).not.toContain('\n');
  });

  test.each([
    ['cut off', (bytes: Uint8Array) => bytes.subarray(0, bytes.length >> 1)],
    ['empty', () => new Uint8Array()],
    ['another file', () => new TextEncoder().encode('{"not": "onnx"}')],
  ])('beside a network that is %s is refused', async (_, damage) => {
    const dir = await folder(damage(network), CARD);
    const error = await loadBundle(dir).catch((caught: unknown) => caught);
    expect(toFault(error)).toMatchObject({ kind: 'bundle', bundle: join(dir, 'model.onnx') });
  });

  test('beside a network whose weights lie elsewhere is refused', async () => {
    // `TensorProto.data_location` 1: the values are in another file, which could be any of this machine.
    const plain = Buffer.from(network);
    const name = Buffer.from('nothing');
    const at = plain.lastIndexOf(name) - 2;
    // The field before the tensor's name is its type; EXTERNAL is put in the type's place.
    plain[at - 2] = 14 << 3;
    const dir = await folder(plain, CARD);
    await expect(loadBundle(dir)).rejects.toThrow(/lie in another file/);
  });
});

describe('models add', () => {
  test('makes a bundle with a hash and what a run showed', async () => {
    const root = await mkdtemp(join(tmpdir(), 'add-'));
    dirs.push(root);
    await writeFile(join(root, 'net.onnx'), knownDetector(SIDE, [{ name: 'output', ...rawYolox }]));
    const bundle = await addForeign(join(root, 'net.onnx'), CARD, 'net', join(root, 'net'));
    expect(bundle.format).toMatchObject({ layout: 'yolox', decoded: false, logits: false });
    const card = JSON.parse(await readFile(join(root, 'net', 'card.json'), 'utf8')) as object;
    expect(card).toMatchObject({ schema: 'smearscope.foreign/1', name: 'net', layout: 'yolox', decoded: false });
    await expect(addForeign(join(root, 'net.onnx'), CARD, 'net', join(root, 'net'))).rejects.toThrow(/is there/);
    await writeFile(join(root, 'net', 'model.onnx'), 'changed');
    await expect(loadBundle(join(root, 'net'))).rejects.toThrow(/bytes in place of/);
  });
});

const YOLOX = fileURLToPath(new URL('../../../../shared/data/weights/yolox_nano_coco.onnx', import.meta.url));

// A network trained on everyday things, from its authors: it takes a red cell for an apple. Without the shared data this is skipped.
test.skipIf(!existsSync(YOLOX))('YOLOX-nano of COCO is recognised and puts a box on a cell', async () => {
  const classes = Array.from({ length: 80 }, (_, at) => `thing ${at}`);
  const dir = await folder(await readFile(YOLOX), { ...CARD, classes });
  const { engine } = await loadEngine({ model: dir, engine: 'onnx:cpu' });
  await using network = engine;
  using fields = await engineFields(2);
  const { cells } = (await readBloodFields())[1]!;
  const [found] = await network.detect(fields.frames[1]!, [{ box: [0, 0, 576, 480] }], 0.072);
  expect(found!.length).toBeGreaterThan(0);
  expect(found![0]!.classIndex).toBe(47);
  expect(Math.max(...cells.map((cell) => iou(cell.box, found![0]!.box)))).toBeGreaterThan(0.7);
});
