import type { GraphNode, NetworkGraph } from '../runtime/graph/read-onnx-graph.ts';
import { floatConstant, type OnnxAttribute, type OnnxGraph, type OnnxNode, type OnnxTensor } from './onnx-file.ts';

/** Smallest and largest value of a map over the calibration pictures. */
export type ValueRange = { readonly low: number; readonly high: number };

/** Weights take 7 of 8 bits: processors without VNNI add pairs of products in 16 bits, which 8 would overflow. */
const WEIGHT_LIMIT = 63;
const ACTIVATION_LEVELS = 255;

/** Operators that run on 8 bits; those that only move values keep the scale of what they move. */
const COMPUTING = new Set(['Conv', 'Relu', 'Sigmoid', 'Mul', 'Add', 'Concat']);
const MOVING = new Set(['MaxPool', 'Resize']);

type Uses = ReadonlyMap<string, readonly GraphNode[]>;

const usesOf = ({ nodes }: NetworkGraph): Uses => {
  const uses = new Map<string, GraphNode[]>();
  for (const node of nodes) for (const input of node.inputs) uses.set(input, [...(uses.get(input) ?? []), node]);
  return uses;
};

/** Sizes of maps and what is put together from them: whole numbers, whatever the maps are. */
const sizesIn = ({ nodes, constants }: NetworkGraph): ReadonlySet<string> => {
  const sizes = new Set<string>();
  for (const { op, inputs, outputs } of nodes) {
    const ofSizes = inputs.some((name) => sizes.has(name)) && inputs.every((name) => sizes.has(name) || constants.has(name));
    if (op === 'Shape' || ofSizes) for (const name of outputs) sizes.add(name);
  }
  return sizes;
};

/** Nodes from the first convolution to the maps that the head's last convolutions read: what decodes boxes stays in floats. */
const quantisedNodes = (graph: NetworkGraph, uses: Uses): Set<GraphNode> => {
  const inside = new Set<GraphNode>();
  const sizes = sizesIn(graph);
  for (const node of [...graph.nodes].reverse()) {
    if ((!COMPUTING.has(node.op) && !MOVING.has(node.op)) || sizes.has(node.outputs[0]!)) continue;
    if (
      node.op === 'Conv' ? leadsOn(node, uses) : (uses.get(node.outputs[0]!) ?? []).some((next) => next.op === 'Conv' || inside.has(next))
    )
      inside.add(node);
  }
  return inside;
};

/** The part of a network that may compute with smaller numbers. */
export const innerNodes = (graph: NetworkGraph): ReadonlySet<GraphNode> => quantisedNodes(graph, usesOf(graph));

/** A convolution whose result goes into more maps; the last ones go into what decodes boxes. */
const leadsOn = (node: GraphNode, uses: Uses): boolean =>
  (uses.get(node.outputs[0]!) ?? []).some(
    (next) =>
      next.op === 'Conv' ||
      next.op === 'Relu' ||
      next.op === 'Sigmoid' ||
      (next.op !== 'Shape' && (COMPUTING.has(next.op) || MOVING.has(next.op))),
  );

/** Whether a node's result is only an activation's input, which the runtime computes in one with it. */
const feedsReluAlone = (node: GraphNode, uses: Uses): boolean => {
  const next = uses.get(node.outputs[0]!) ?? [];
  return (node.op === 'Conv' || node.op === 'Add') && next.length === 1 && next[0]!.op === 'Relu';
};

/** Maps whose ranges must be known: what the first convolution reads, and each result that is kept in 8 bits. */
export const mapsToCalibrate = (graph: NetworkGraph): string[] => {
  const uses = usesOf(graph);
  const inside = quantisedNodes(graph, uses);
  const results = graph.nodes.filter((node) => inside.has(node) && !feedsReluAlone(node, uses)).map((node) => node.outputs[0]!);
  const made = new Set(graph.nodes.filter((node) => inside.has(node)).map((node) => node.outputs[0]!));
  const entries = graph.nodes.filter((node) => inside.has(node) && node.op === 'Conv').map((node) => node.inputs[0]!);
  return [...new Set([...entries.filter((name) => !made.has(name)), ...results])];
};

/** The graph of a file as the writer takes it. Whole-number attributes only, which is what `export` writes. */
export const asOnnxGraph = (graph: NetworkGraph): OnnxGraph => ({
  name: graph.name,
  nodes: graph.nodes.map(({ op, inputs, outputs, attributes }) => ({
    op,
    inputs,
    output: outputs[0]!,
    attributes: Object.fromEntries([...attributes].map(([name, value]) => [name, value as OnnxAttribute])),
  })),
  constants: [...graph.constants.values()].map(({ name, dims, type, values }): OnnxTensor => {
    if (type === 'float') return floatConstant(name, dims, values as Float32Array);
    return { name, dims, type: 'int64', bytes: new Uint8Array(BigInt64Array.from(Array.from(values), BigInt).buffer) };
  }),
  inputs: graph.inputs.map(({ name, shape }) => ({ name, type: 'uint8', shape: shape.map((length, axis) => length ?? `${name}.${axis}`) })),
  outputs: graph.outputs.map(({ name, shape }) => ({
    name,
    type: 'float',
    shape: shape.map((length, axis) => length ?? `${name}.${axis}`),
  })),
});

const scaleOf = ({ low, high }: ValueRange): { scale: number; zero: number } => {
  // Zero must be one of the levels: padding is zero.
  const [from, to] = [Math.min(0, low), Math.max(0, high)];
  const scale = Math.fround(Math.max(1e-8, (to - from) / ACTIVATION_LEVELS));
  return { scale, zero: Math.min(ACTIVATION_LEVELS, Math.max(0, Math.round(-from / scale))) };
};

/** Weights of each output channel on a scale of their own, symmetric. */
const quantiseKernel = (kernel: Float32Array, channels: number): { values: Int8Array; scales: Float32Array } => {
  const each = kernel.length / channels;
  const values = new Int8Array(kernel.length);
  const scales = new Float32Array(channels);
  for (let channel = 0; channel < channels; channel++) {
    let most = 1e-12;
    for (let at = channel * each; at < (channel + 1) * each; at++) most = Math.max(most, Math.abs(kernel[at]!));
    scales[channel] = most / WEIGHT_LIMIT;
    for (let at = channel * each; at < (channel + 1) * each; at++) values[at] = Math.round(kernel[at]! / scales[channel]!);
  }
  return { values, scales };
};

const bytesOf = (values: Int8Array | Int32Array | Uint8Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/**
 * An exported network with its maps and kernels in 8 bits (Jacob et al., 2018; ONNX's QuantizeLinear and DequantizeLinear around each
 * operator, which the runtime computes in one). Maps unsigned on the scale of their range, kernels signed on a scale for each channel.
 */
export const quantiseGraph = (graph: NetworkGraph, ranges: ReadonlyMap<string, ValueRange>): OnnxGraph => {
  const uses = usesOf(graph);
  const inside = quantisedNodes(graph, uses);
  const wanted = new Set(mapsToCalibrate(graph));
  const nodes: OnnxNode[] = [];
  const constants = new Map(asOnnxGraph(graph).constants.map((tensor) => [tensor.name, tensor]));
  const scales = new Map<string, { scale: number; zero: number }>();
  const put = (tensor: OnnxTensor): string => {
    constants.set(tensor.name, tensor);
    return tensor.name;
  };

  const quantiseMap = (name: string, like: string | undefined): void => {
    const known = like === undefined ? undefined : scales.get(like);
    const on = known ?? scaleOf(ranges.get(name)!);
    scales.set(name, on);
    const parameters = [
      put(floatConstant(`${name}.scale`, [], [on.scale])),
      put({ name: `${name}.zero`, dims: [], type: 'uint8', bytes: Uint8Array.of(on.zero) }),
    ];
    nodes.push({ op: 'QuantizeLinear', inputs: [name, ...parameters], output: `${name}.q` });
    nodes.push({ op: 'DequantizeLinear', inputs: [`${name}.q`, ...parameters], output: `${name}.dq` });
  };

  const quantiseConv = (node: GraphNode): readonly string[] => {
    const [from, kernelName, biasName] = node.inputs as [string, string, string];
    const kernel = graph.constants.get(kernelName)!;
    const channels = kernel.dims[0]!;
    const { values, scales: each } = quantiseKernel(kernel.values as Float32Array, channels);
    const kernelParameters = [
      put({ name: `${kernelName}.q`, dims: kernel.dims, type: 'int8', bytes: bytesOf(values) }),
      put(floatConstant(`${kernelName}.scale`, [channels], each)),
      put({ name: `${kernelName}.zero`, dims: [channels], type: 'int8', bytes: new Uint8Array(channels) }),
    ];
    nodes.push({ op: 'DequantizeLinear', inputs: kernelParameters, output: `${kernelName}.dq`, attributes: { axis: 0 } });
    const { scale } = scales.get(from)!;
    const biasScales = each.map((one) => Math.fround(one * scale));
    const bias = Int32Array.from(graph.constants.get(biasName)!.values as Float32Array, (value, channel) =>
      Math.round(value / biasScales[channel]!),
    );
    const biasParameters = [
      put({ name: `${biasName}.q`, dims: [channels], type: 'int32', bytes: bytesOf(bias) }),
      put(floatConstant(`${biasName}.scale`, [channels], biasScales)),
      put({ name: `${biasName}.zero`, dims: [channels], type: 'int32', bytes: new Uint8Array(4 * channels) }),
    ];
    nodes.push({ op: 'DequantizeLinear', inputs: biasParameters, output: `${biasName}.dq`, attributes: { axis: 0 } });
    constants.delete(kernelName);
    constants.delete(biasName);
    return [`${from}.dq`, `${kernelName}.dq`, `${biasName}.dq`];
  };

  for (const node of graph.nodes) {
    const plain = asOnnxGraph({ ...graph, nodes: [node], constants: new Map() }).nodes[0]!;
    const reading = node.inputs.map((name) => (wanted.has(name) ? `${name}.${node.op === 'Shape' ? 'q' : 'dq'}` : name));
    const inputs = inside.has(node) && node.op === 'Conv' ? quantiseConv(node) : reading;
    nodes.push({ ...plain, inputs });
    const [output] = node.outputs;
    if (output !== undefined && wanted.has(output)) quantiseMap(output, MOVING.has(node.op) ? node.inputs[0] : undefined);
  }
  return { ...asOnnxGraph(graph), nodes, constants: [...constants.values()] };
};
