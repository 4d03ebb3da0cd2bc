import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Tensor4D } from '@tensorflow/tfjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seededRandom } from '../../domain/random.ts';
import { detectorNamed } from '../../models/architectures/detector.ts';
import { computeLayers, foldedConv, networkInput } from '../../models/architectures/forward.ts';
import { convLayers, firstParameters, foldParameters, type Parameters } from '../../models/architectures/parameters.ts';
import { detectorOnnx } from '../../models/export/detector-onnx.ts';
import { onnxFile } from '../../models/export/onnx-file.ts';
import { proveParity } from '../../models/export/parity.ts';
import { readOnnxConvs } from '../../models/export/read-onnx.ts';
import { loadTensorFlow, type TensorFlow } from '../../models/tensorflow.ts';
import { pairConvs, transferParameters } from '../../models/train/transfer.ts';

const COCO = fileURLToPath(new URL('../../../shared/data/weights/yolox_nano_coco.onnx', import.meta.url));
const definition = detectorNamed('yolox-nano', 3);

let tf: TensorFlow;
let folder: string;
let pixels: Tensor4D;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
  folder = await mkdtemp(path.join(tmpdir(), 'transfer-'));
  const random = seededRandom(4);
  pixels = tf.tensor4d(
    Float32Array.from({ length: 64 * 96 * 3 }, () => random.between(0, 255)),
    [1, 64, 96, 3],
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A network as it may be after training. */
const grown = (): Parameters => {
  const { weights, statistics } = firstParameters(definition, seededRandom(8));
  const random = seededRandom(9);
  return {
    weights: weights.map((value) => value + 0.02 * random.normal()),
    statistics: statistics.map((value) => Math.abs(value + 0.1 * random.normal())),
  };
};

const features = (parameters: Parameters, layer: string): Float32Array =>
  tf.tidy(() => {
    const maps = computeLayers(
      tf,
      definition.layers,
      new Map([['input', networkInput(tf, definition, pixels)]]),
      foldedConv(tf, foldParameters(definition, parameters)),
    );
    return maps.get(layer)!.dataSync() as unknown as never;
  }) as unknown as Float32Array;

it('is exported as it is trained', async () => {
  const convs = foldParameters(definition, grown());
  const parity = await proveParity(tf, definition, convs, onnxFile(detectorOnnx(definition, convs)));
  expect(parity.score).toBeLessThan(1e-4);
}, 60_000);

it('takes its own exported weights over, normalisation put back, and computes the same', async () => {
  const parameters = grown();
  const file = path.join(folder, 'own.onnx');
  await writeFile(file, onnxFile(detectorOnnx(definition, foldParameters(definition, parameters))));
  const convs = await readOnnxConvs(file);
  expect(convs).toHaveLength(convLayers(definition).length);
  const input = networkInput(tf, definition, pixels);
  const { parameters: adopted, taken } = transferParameters(tf, definition, convs, input, seededRandom(1));
  // All but the logits and distances of the three levels.
  expect(taken).toBe(convLayers(definition).length - 6);
  for (const layer of ['stem', 's16.out', 'join32.out']) {
    const [before, after] = [features(parameters, layer), features(adopted, layer)];
    const scale = Math.max(...before.map(Math.abs));
    const worst = before.reduce((most, value, i) => Math.max(most, Math.abs(value - after[i]!)), 0);
    expect(worst / scale, layer).toBeLessThan(2e-3);
  }
}, 60_000);

it('refuses what is no ONNX file', async () => {
  const file = path.join(folder, 'text.onnx');
  await writeFile(file, 'these are not weights');
  await expect(readOnnxConvs(file)).rejects.toThrow(/text\.onnx: give an ONNX file/);
});

it.skipIf(!existsSync(COCO))('takes YOLOX-nano’s published weights over: its first layer sees the same picture', async () => {
  const convs = await readOnnxConvs(COCO);
  const learning = convLayers(definition).filter((layer) => layer.firstBias === undefined);
  const pairs = pairConvs(learning, convs);
  expect([...pairs.keys()]).toEqual(learning.map((layer) => layer.name));
  const input = networkInput(tf, definition, pixels);
  const { parameters } = transferParameters(tf, definition, convs, input, seededRandom(1));
  const ours = features(parameters, 'stem');
  const [first] = convs;
  const theirs = tf.tidy(() => {
    const [blue, green, red] = [2, 1, 0].map((channel) => tf.slice(pixels, [0, 0, 0, channel], [1, 64, 96, 1]));
    const picture = tf.concat([blue!, green!, red!], 3);
    const block = (y: number, x: number): Tensor4D => tf.stridedSlice(picture, [0, y, x, 0], [1, 64, 96, 3], [1, 2, 2, 1]) as Tensor4D;
    const focus = tf.concat([block(0, 0), block(1, 0), block(0, 1), block(1, 1)], 3);
    const kernel = tf.transpose(tf.tensor4d(first!.kernel, [16, 12, 3, 3]), [2, 3, 1, 0]) as Tensor4D;
    const sum = tf.add(tf.conv2d(focus, kernel, 1, 'same'), tf.tensor1d(first!.bias!));
    return tf.mul(sum, tf.sigmoid(sum)).dataSync() as unknown as never;
  }) as unknown as Float32Array;
  const scale = Math.max(...theirs.map(Math.abs));
  // The border differs: what lies beyond the picture is black to the one and empty glass to the other.
  for (let y = 1; y < 31; y++)
    for (let x = 1; x < 47; x++)
      for (let channel = 0; channel < 16; channel++) {
        const at = (y * 48 + x) * 16 + channel;
        expect(Math.abs(ours[at]! - theirs[at]!) / scale).toBeLessThan(1e-4);
      }
});
