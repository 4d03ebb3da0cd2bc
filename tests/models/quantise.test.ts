import { stat } from 'node:fs/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, test } from 'vitest';
import { seededRandom } from '../../domain/random.ts';
import { DETECTOR_NAMES, detectorNamed } from '../../models/architectures/detector.ts';
import { firstParameters, foldParameters } from '../../models/architectures/parameters.ts';
import { type CalibrationPicture, calibrate } from '../../models/export/calibrate.ts';
import { detectorOnnx } from '../../models/export/detector-onnx.ts';
import { halfGraph } from '../../models/export/half-precision.ts';
import { onnxFile } from '../../models/export/onnx-file.ts';
import { mapsToCalibrate, quantiseGraph } from '../../models/export/quantise.ts';
import { loadBundle } from '../../models/runtime/bundle.ts';
import { type NetworkGraph, parseOnnx, readOnnxGraph } from '../../models/runtime/graph/read-onnx-graph.ts';
import { resampleRgb } from '../../models/runtime/resample.ts';
import { FIELD_UM_PER_PX, readBloodFields } from '../../server/microscope/blood-fields.ts';

type Outputs = { readonly boxes: Float32Array; readonly scores: Float32Array };

const outputsOf = async (network: Uint8Array | string, { data, widthPx, heightPx }: CalibrationPicture): Promise<Outputs> => {
  const options = { logSeverityLevel: 4 } as const;
  const session =
    typeof network === 'string' ? await InferenceSession.create(network, options) : await InferenceSession.create(network, options);
  const { boxes, scores } = await session.run({ pixels: new Tensor('uint8', data, [1, heightPx, widthPx, 3]) });
  await session.release();
  return { boxes: boxes!.data as Float32Array, scores: scores!.data as Float32Array };
};

const CLASSES = 3;

/** Largest differences where the full network is sure of a cell. */
type Differences = { readonly boxPx: number; readonly score: number; readonly sure: number };

/** How far boxes and scores of the sure points lie apart: of all but the worst `share` of them. */
const differences = (full: Outputs, other: Outputs, share = 0): Differences => {
  const boxes: number[] = [];
  const scores: number[] = [];
  full.scores.forEach((value, at) => {
    if (value < 0.5) return;
    scores.push(Math.abs(value - other.scores[at]!));
    const point = Math.floor(at / CLASSES) * 4;
    boxes.push(Math.max(...[0, 1, 2, 3].map((side) => Math.abs(full.boxes[point + side]! - other.boxes[point + side]!))));
  });
  const worst = (values: number[]): number => values.sort((one, two) => two - one)[Math.floor(share * values.length)] ?? 0;
  return { boxPx: worst(boxes), score: worst(scores), sure: scores.length };
};

describe('the shipped network on shipped fields', () => {
  let graph: NetworkGraph;
  let path: string;
  let pictures: CalibrationPicture[];
  beforeAll(async () => {
    const { card, networkPath } = await loadBundle('default');
    path = networkPath;
    graph = await readOnnxGraph(path);
    const multiple = card.input.multipleOf;
    pictures = (await readBloodFields()).slice(0, 5).map(({ rgb, widthPx, heightPx }) => {
      const scaled = resampleRgb({ data: rgb, widthPx, heightPx }, FIELD_UM_PER_PX / card.umPerPx);
      const across = Math.floor(scaled.widthPx / multiple) * multiple;
      const down = Math.floor(scaled.heightPx / multiple) * multiple;
      const data = new Uint8Array(across * down * 3);
      for (let y = 0; y < down; y++)
        data.set(scaled.data.subarray(y * scaled.widthPx * 3, (y * scaled.widthPx + across) * 3), y * across * 3);
      return { data, widthPx: across, heightPx: down };
    });
  });

  test('in 8 bits is far smaller and sees most of the same cells in a field that gave no ranges', async () => {
    const bytes = onnxFile(quantiseGraph(graph, await calibrate(graph, pictures.slice(0, 4))));
    expect(bytes.length).toBeLessThan(0.45 * (await stat(path)).size);
    const full = await outputsOf(path, pictures[4]!);
    // Depthwise networks lose much in 8 bits: what it costs is measured as precision, on the card.
    const { boxPx, score, sure } = differences(full, await outputsOf(bytes, pictures[4]!), 0.5);
    expect(sure).toBeGreaterThan(20);
    expect(boxPx).toBeLessThan(4);
    expect(score).toBeLessThan(0.25);
    // Something must have been rounded, or nothing was quantised.
    expect(score).toBeGreaterThan(1e-4);
  });

  test('in 16-bit floats is within a pixel and two hundredths', async () => {
    const full = await outputsOf(path, pictures[4]!);
    const { boxPx, score, sure } = differences(full, await outputsOf(onnxFile(halfGraph(graph)), pictures[4]!));
    expect(sure).toBeGreaterThan(20);
    expect(boxPx).toBeLessThan(1);
    expect(score).toBeLessThan(0.02);
    expect(score).toBeGreaterThan(1e-6);
  });
});

describe.each(DETECTOR_NAMES)('%s untrained', (name) => {
  const definition = detectorNamed(name, CLASSES);
  const bytes = onnxFile(detectorOnnx(definition, foldParameters(definition, firstParameters(definition, seededRandom(4)))));
  const graph = parseOnnx(bytes, name);
  const random = seededRandom(5);
  const picture = { data: Uint8Array.from({ length: 96 * 64 * 3 }, () => random.integer(256)), widthPx: 96, heightPx: 64 };

  test('every convolution but the last ones of its heads is in 8 bits', async () => {
    const quantised = quantiseGraph(graph, await calibrate(graph, [picture]));
    const convolutions = graph.nodes.filter(({ op }) => op === 'Conv').length;
    const kernels = quantised.constants.filter(({ type, dims }) => type === 'int8' && dims.length === 4).length;
    expect(kernels).toBe(convolutions - 2 * definition.heads.length);
    expect(mapsToCalibrate(graph)[0]).toBe('input');
    const { scores } = await outputsOf(onnxFile(quantised), picture);
    expect(scores.every(Number.isFinite)).toBe(true);
  });

  test('runs in 16-bit floats', async () => {
    const full = await outputsOf(bytes, picture);
    const half = await outputsOf(onnxFile(halfGraph(graph)), picture);
    half.scores.forEach((score, at) => {
      expect(Math.abs(score - full.scores[at]!)).toBeLessThan(0.02);
    });
  });
});
