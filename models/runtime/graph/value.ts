import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import type { TensorFlow } from '../../tensorflow.ts';
import type { GraphNode, GraphTensor } from './read-onnx-graph.ts';

/** Numbers that lie outside the backend: constants, and shapes with what is reckoned from them. */
export type HostValue = {
  readonly kind: 'host';
  readonly dims: readonly number[];
  readonly values: ArrayLike<number>;
  /** Of a whole-number type: division drops the rest. */
  readonly whole: boolean;
};

/** A tensor of the backend. `channelsLast`: to the graph it is `[n, c, h, w]`, in memory `[n, h, w, c]`, as TensorFlow computes fastest. */
export type TensorValue = { readonly kind: 'tensor'; readonly tensor: Tensor; readonly channelsLast: boolean };

export type Value = HostValue | TensorValue;

/** What an operator has: its node, its inputs (`undefined` where left out) and the backend. Results belong to the caller. */
export type Step = {
  readonly tf: TensorFlow;
  readonly node: GraphNode;
  readonly inputs: readonly (Value | undefined)[];
  /** The number's tensor, kept by the network for the next run of the same shape. */
  readonly upload: (value: HostValue) => Tensor;
  /** What `make` gave for that name, made once and kept while the network lives: for what depends on constants alone. */
  readonly keep: (name: string, make: () => Tensor) => Tensor;
};

export type Operator = (step: Step) => Value | readonly Value[];

export const host = (dims: readonly number[], values: ArrayLike<number>, whole: boolean): HostValue => ({
  kind: 'host',
  dims,
  values,
  whole,
});
export const plain = (tensor: Tensor): TensorValue => ({ kind: 'tensor', tensor, channelsLast: false });
export const spatialValue = (tensor: Tensor): TensorValue => ({ kind: 'tensor', tensor, channelsLast: true });

/** A constant of the file as numbers. */
export const hostConstant = ({ dims, values, type }: GraphTensor): HostValue =>
  host(dims, values, type !== 'float' && type !== 'double' && type !== 'half');

export const sizeOf = (dims: readonly number[]): number => dims.reduce((product, n) => product * n, 1);

/** Lengths as the graph sees them. */
export const dimsOf = (value: Value): readonly number[] => {
  if (value.kind === 'host') return value.dims;
  const { shape } = value.tensor;
  return value.channelsLast ? [shape[0]!, shape[3]!, shape[1]!, shape[2]!] : shape;
};

/** Axis of a value as the graph counts it (from the end where negative), as it lies in memory. */
export const axisIn = (value: Value, axis: number): number => {
  const from = axis < 0 ? axis + dimsOf(value).length : axis;
  return value.kind === 'tensor' && value.channelsLast ? [0, 3, 1, 2][from]! : from;
};

/** The input of that place. Throws where the graph leaves it out. */
export const input = ({ inputs, node }: Step, place: number): Value => {
  const value = inputs[place];
  if (value === undefined) throw new Error(`${node.op} "${node.name}" lacks input ${place}`);
  return value;
};

/** The tensor in the graph's own order. */
export const tensorOf = (step: Step, value: Value): Tensor => {
  if (value.kind === 'host') return step.upload(value);
  return value.channelsLast ? step.tf.transpose(value.tensor, [0, 3, 1, 2]) : value.tensor;
};

/** A `[n, c, h, w]` value as `[n, h, w, c]`. */
export const spatialOf = (step: Step, value: Value): Tensor4D => {
  if (value.kind === 'tensor' && value.channelsLast) return value.tensor as Tensor4D;
  return step.tf.transpose(tensorOf(step, value), [0, 2, 3, 1]) as Tensor4D;
};

/** Numbers that a graph must give without the pictures: axes, sizes, bounds. `undefined` where they are left out. */
export const numbersAt = ({ inputs, node }: Step, place: number): readonly number[] | undefined => {
  const value = inputs[place];
  if (value === undefined || (value.kind === 'host' && value.values.length === 0 && value.dims.length > 0)) return undefined;
  if (value.kind !== 'host') throw new Error(`${node.op} "${node.name}" takes sizes from what the pictures hold`);
  return Array.from(value.values);
};

const isTensor = (attribute: unknown): attribute is GraphTensor => typeof attribute === 'object' && !Array.isArray(attribute);

export const numberAttribute = (node: GraphNode, name: string, fallback: number): number => {
  const value = node.attributes.get(name);
  return typeof value === 'number' ? value : fallback;
};

export const textAttribute = (node: GraphNode, name: string, fallback: string): string => {
  const value = node.attributes.get(name);
  return typeof value === 'string' ? value : fallback;
};

export const listAttribute = (node: GraphNode, name: string): readonly number[] | undefined => {
  const value = node.attributes.get(name);
  return value === undefined || typeof value === 'number' || typeof value === 'string' || isTensor(value)
    ? undefined
    : (value as readonly number[]);
};

export const tensorAttribute = (node: GraphNode, name: string): GraphTensor | undefined => {
  const value = node.attributes.get(name);
  return isTensor(value) ? value : undefined;
};

/** Axes, from the input of newer graphs or the attribute of older ones. */
export const axesOf = (step: Step, place: number): readonly number[] | undefined =>
  numbersAt(step, place) ?? listAttribute(step.node, 'axes');

/** A wanted shape with its 0 ("as before") and -1 ("the rest") filled in. */
export const filledShape = (dims: readonly number[], wanted: readonly number[]): number[] => {
  const kept = wanted.map((length, axis) => (length === 0 ? dims[axis]! : length));
  const rest = kept.indexOf(-1);
  if (rest >= 0) kept[rest] = sizeOf(dims) / -sizeOf(kept);
  return kept;
};

/** Bounds of a Slice on every axis, as whole numbers within the lengths; steps above 0 only. */
export const sliceBounds = (step: Step): { readonly begin: number[]; readonly end: number[]; readonly by: number[] } => {
  const { node } = step;
  const dims = dimsOf(input(step, 0));
  const starts = numbersAt(step, 1) ?? listAttribute(node, 'starts') ?? [];
  const ends = numbersAt(step, 2) ?? listAttribute(node, 'ends') ?? [];
  const axes = numbersAt(step, 3) ?? listAttribute(node, 'axes') ?? starts.map((_, axis) => axis);
  const steps = numbersAt(step, 4) ?? starts.map(() => 1);
  const begin = dims.map(() => 0);
  const end = [...dims];
  const by = dims.map(() => 1);
  axes.forEach((given, place) => {
    const axis = given < 0 ? given + dims.length : given;
    const length = dims[axis]!;
    const within = (at: number): number => Math.min(length, Math.max(0, at < 0 ? at + length : at));
    if (steps[place]! < 1) throw new Error(`Slice "${node.name}" runs backwards`);
    begin[axis] = within(starts[place]!);
    end[axis] = within(ends[place]!);
    by[axis] = steps[place]!;
  });
  return { begin, end, by };
};
