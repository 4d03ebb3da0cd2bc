import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, test } from 'vitest';
import { seededRandom } from '../../../domain/random.ts';
import { DETECTOR_NAMES, detectorNamed } from '../../../models/architectures/detector.ts';
import { firstParameters, foldParameters } from '../../../models/architectures/parameters.ts';
import { detectorOnnx } from '../../../models/export/detector-onnx.ts';
import {
  floatConstant,
  integerConstant,
  type OnnxGraph,
  type OnnxNode,
  type OnnxTensor,
  onnxFile,
} from '../../../models/export/onnx-file.ts';
import { openGraphNetwork } from '../../../models/runtime/graph/graph-network.ts';
import { parseOnnx } from '../../../models/runtime/graph/read-onnx-graph.ts';
import { loadTensorFlow, type TensorFlow } from '../../../models/tensorflow.ts';

const TINY = fileURLToPath(new URL('../../fixtures/tiny-bundle/network.onnx', import.meta.url));

const noise = (count: number, seed: number): Float32Array => {
  const random = seededRandom(seed);
  return Float32Array.from({ length: count }, () => random.normal());
};

/** A node between a float input `x` `[1, 4, 9, 7]` and the output `y`. */
const single = (
  op: string,
  attributes: OnnxNode['attributes'],
  constants: readonly OnnxTensor[],
  more: readonly OnnxNode[] = [],
): OnnxGraph => ({
  name: op,
  nodes: [
    { op, inputs: ['x', ...constants.map(({ name }) => name)], output: more.length === 0 ? 'y' : 'first', attributes: attributes ?? {} },
    ...more,
  ],
  constants: [...constants, floatConstant('half', [], [0.5]), integerConstant('flat', [2], [1, -1])],
  inputs: [{ name: 'x', type: 'float', shape: [1, 4, 9, 7] }],
  outputs: [{ name: 'y', type: 'float', shape: ['a', 'b', 'c', 'd'] }],
});

const after = (op: string, inputs: readonly string[], attributes: OnnxNode['attributes'] = {}): OnnxNode => ({
  op,
  inputs,
  output: 'y',
  attributes,
});
const square = { kernel_shape: [3, 3] };

const CASES: readonly (readonly [string, OnnxGraph])[] = [
  [
    'convolution, uneven padding',
    single('Conv', { ...square, strides: [2, 2], pads: [0, 1, 1, 0] }, [
      floatConstant('w', [5, 4, 3, 3], noise(180, 1)),
      floatConstant('b', [5], noise(5, 2)),
    ]),
  ],
  [
    'convolution, padded as TensorFlow does',
    single('Conv', { ...square, strides: [2, 2], auto_pad: 'SAME_UPPER' }, [floatConstant('w', [5, 4, 3, 3], noise(180, 3))]),
  ],
  [
    'convolution, dilated',
    single('Conv', { ...square, dilations: [2, 2], pads: [2, 2, 2, 2] }, [floatConstant('w', [5, 4, 3, 3], noise(180, 3))]),
  ],
  [
    'convolution of each channel',
    single('Conv', { ...square, group: 4, pads: [1, 1, 1, 1] }, [floatConstant('w', [8, 1, 3, 3], noise(72, 4))]),
  ],
  ['convolution of groups', single('Conv', { ...square, group: 2, pads: [1, 1, 1, 1] }, [floatConstant('w', [6, 2, 3, 3], noise(108, 5))])],
  ['largest of windows', single('MaxPool', { kernel_shape: [5, 5], strides: [1, 1], pads: [2, 2, 2, 2] }, [])],
  ['largest of windows, uneven', single('MaxPool', { kernel_shape: [2, 2], strides: [2, 2], pads: [1, 0, 0, 1] }, [])],
  ['mean of windows', single('AveragePool', { kernel_shape: [2, 2], strides: [2, 2] }, [])],
  [
    'enlarging',
    single(
      'Resize',
      { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
      [floatConstant('', [], []), floatConstant('s', [4], [1, 1, 2, 2])].slice(1),
      [],
    ),
  ],
  [
    'a slice of a convolution',
    single(
      'Conv',
      { kernel_shape: [1, 1] },
      [floatConstant('w', [6, 4, 1, 1], noise(24, 6))],
      [after('Slice', ['first', 'from', 'to', 'axes', 'by'])],
    ),
  ],
  [
    'channels together',
    single(
      'Conv',
      { kernel_shape: [1, 1] },
      [floatConstant('w', [6, 4, 1, 1], noise(24, 7))],
      [after('Concat', ['first', 'x'], { axis: 1 })],
    ),
  ],
  ['one number on a map', single('Relu', {}, [], [after('Mul', ['first', 'half'])])],
  ['softmax of channels', single('Softmax', { axis: 1 }, [])],
  ['flattened by a wanted shape', single('Reshape', {}, [integerConstant('to', [3], [0, -1, 7])])],
  ['turned axes', single('Transpose', { perm: [0, 2, 3, 1] }, [])],
  ['sigmoid, hard', single('HardSigmoid', { alpha: { float: 0.3 }, beta: { float: 0.4 } }, [])],
  ['channels as points', single('DepthToSpace', { blocksize: 2 }, [])],
  ['leaky rectifier', single('LeakyRelu', { alpha: { float: 0.1 } }, [])],
];

/** Constants that some of the nodes above take by name. */
const WITH: readonly OnnxTensor[] = [
  integerConstant('from', [2], [1, -7]),
  integerConstant('to', [2], [5, 100]),
  integerConstant('axes', [2], [1, 2]),
  integerConstant('by', [2], [2, 3]),
];

const completed = (graph: OnnxGraph): OnnxGraph => {
  const taken = new Set(graph.nodes.flatMap(({ inputs }) => inputs));
  const there = new Set(graph.constants.map(({ name }) => name));
  const constants = [
    ...graph.constants.filter(({ name }) => taken.has(name)),
    ...WITH.filter(({ name }) => taken.has(name) && !there.has(name)),
  ];
  // Resize leaves its region out, which a name of nothing says.
  const nodes = graph.nodes.map((node) => (node.op === 'Resize' ? { ...node, inputs: ['x', '', 's'] } : node));
  return { ...graph, nodes, constants };
};

/** Largest difference of any output between TensorFlow.js and ONNX Runtime on the same input. */
const difference = async (tf: TensorFlow, bytes: Uint8Array, data: Float32Array | Uint8Array, dims: readonly number[]): Promise<number> => {
  const graph = parseOnnx(bytes, 'test');
  using network = openGraphNetwork(tf, graph);
  const floats = new Float32Array(data);
  await network.run(floats, dims);
  // The second run takes what was reckoned for the shape.
  const found = await network.run(floats, dims);
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 4 });
  const input = data instanceof Uint8Array ? new Tensor('uint8', data, dims) : new Tensor('float32', data, dims);
  const wanted = await session.run({ [graph.inputs[0]!.name]: input });
  let worst = 0;
  for (const [name, output] of found) {
    expect(output.dims).toEqual(wanted[name]!.dims);
    const values = wanted[name]!.data as Float32Array;
    output.data.forEach((value, at) => {
      worst = Math.max(worst, Math.abs(value - values[at]!));
    });
  }
  await session.release();
  return worst;
};

describe.each(['tensorflow', 'wasm', 'cpu'] as const)('TensorFlow.js on %s computes as ONNX Runtime', (backend) => {
  let tf: TensorFlow | undefined;
  beforeAll(async () => {
    // Native TensorFlow is installed by a command of its own; without it this part is skipped.
    tf = (await loadTensorFlow(backend).catch(() => undefined))?.tf;
  });

  test.each(CASES)('%s', async (_, graph) => {
    if (tf === undefined) return;
    expect(await difference(tf, onnxFile(completed(graph)), noise(4 * 9 * 7, 8), [1, 4, 9, 7])).toBeLessThan(1e-4);
  });

  test.each(DETECTOR_NAMES)('%s, single and batched', async (name) => {
    if (tf === undefined) return;
    const definition = detectorNamed(name, 3);
    const bytes = onnxFile(detectorOnnx(definition, foldParameters(definition, firstParameters(definition, seededRandom(2)))));
    for (const dims of [
      [1, 64, 96, 3],
      [2, 48, 32, 3],
    ]) {
      const pixels = Uint8Array.from(
        noise(
          dims.reduce((product, n) => product * n, 1),
          9,
        ),
        (value) => 128 + 40 * value,
      );
      expect(await difference(tf, bytes, pixels, dims)).toBeLessThan(0.02);
    }
  });

  test('a network of other operators', async () => {
    if (tf === undefined) return;
    const pixels = Uint8Array.from({ length: 64 * 96 * 3 }, (_, at) => (at * 7) % 256);
    expect(await difference(tf, await readFile(TINY), pixels, [1, 64, 96, 3])).toBeLessThan(1e-3);
  });

  test('nothing is left behind', async () => {
    if (tf === undefined) return;
    const before = tf.memory().numTensors;
    await difference(tf, onnxFile(completed(CASES[0]![1])), noise(4 * 9 * 7, 8), [1, 4, 9, 7]);
    expect(tf.memory().numTensors).toBe(before);
  });
});

test('an operator that is not known is named', async () => {
  const { tf } = await loadTensorFlow('cpu');
  const graph = parseOnnx(onnxFile(single('NonMaxSuppression', {}, [])), 'test');
  expect(() => openGraphNetwork(tf, graph)).toThrow(/does not know the network's NonMaxSuppression/);
});
