import type { Tensor } from '@tensorflow/tfjs';
import {
  axesOf,
  axisIn,
  dimsOf,
  filledShape,
  input,
  listAttribute,
  numberAttribute,
  numbersAt,
  type Operator,
  plain,
  type Step,
  sizeOf,
  sliceBounds,
  spatialValue,
  tensorOf,
  type Value,
} from './value.ts';
import { averagePool, convolution, depthToSpace, maxPool, resize } from './window-operators.ts';

/** What changes each number by itself keeps the order in memory. */
const unary =
  (map: (step: Step, x: Tensor) => Tensor): Operator =>
  (step) => {
    const value = input(step, 0);
    const x = value.kind === 'host' ? step.upload(value) : value.tensor;
    return { kind: 'tensor', tensor: map(step, x), channelsLast: value.kind === 'tensor' && value.channelsLast };
  };

const isLast = (value: Value): boolean => value.kind === 'tensor' && value.channelsLast;

/** An operand beside a map that lies channels last: its axes in the same order. */
const beside = (step: Step, value: Value): Tensor => {
  if (value.kind === 'tensor' && value.channelsLast) return value.tensor;
  const tensor = tensorOf(step, value);
  if (tensor.size === 1) return tensor;
  const around = step.tf.reshape(tensor, [...new Array<number>(4 - tensor.rank).fill(1), ...tensor.shape]);
  return step.tf.transpose(around, [0, 2, 3, 1]);
};

const binary =
  (combine: (tf: Step['tf'], a: Tensor, b: Tensor) => Tensor): Operator =>
  (step) => {
    const [a, b] = [input(step, 0), input(step, 1)];
    const last = (isLast(a) && dimsOf(b).length <= 4) || (isLast(b) && dimsOf(a).length <= 4);
    if (last) return spatialValue(combine(step.tf, beside(step, a), beside(step, b)));
    return plain(combine(step.tf, tensorOf(step, a), tensorOf(step, b)));
  };

const reduce =
  (over: (tf: Step['tf'], x: Tensor, axes: number[] | undefined, keep: boolean) => Tensor): Operator =>
  (step) => {
    const axes = axesOf(step, 1);
    const x = tensorOf(step, input(step, 0));
    return plain(over(step.tf, x, axes === undefined ? undefined : [...axes], numberAttribute(step.node, 'keepdims', 1) === 1));
  };

const transpose: Operator = (step) => {
  const value = input(step, 0);
  const rank = dimsOf(value).length;
  const order = listAttribute(step.node, 'perm') ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
  const key = order.join();
  // To channels last and back the numbers stay where they are.
  if (value.kind === 'tensor' && value.channelsLast && key === '0,2,3,1') return plain(value.tensor.clone());
  if (value.kind === 'tensor' && !value.channelsLast && key === '0,3,1,2') return spatialValue(value.tensor.clone());
  return plain(step.tf.transpose(tensorOf(step, value), [...order]));
};

const concat: Operator = (step) => {
  const values = step.inputs.map((_, place) => input(step, place));
  const axis = numberAttribute(step.node, 'axis', 0);
  const tensors = (last: boolean): Tensor[] => values.map((value) => (last ? beside(step, value) : tensorOf(step, value)));
  const first = values.find(isLast);
  if (first !== undefined) return spatialValue(step.tf.concat(tensors(true), axisIn(first, axis)));
  return plain(step.tf.concat(tensors(false), axis < 0 ? axis + dimsOf(values[0]!).length : axis));
};

const inMemory = <T>(value: Value, list: readonly T[]): T[] => (isLast(value) ? ([list[0], list[2], list[3], list[1]] as T[]) : [...list]);

const slice: Operator = (step) => {
  const value = input(step, 0);
  const { begin, end, by } = sliceBounds(step);
  const x = value.kind === 'host' ? step.upload(value) : value.tensor;
  const from = inMemory(value, begin);
  const to = inMemory(value, end);
  const strides = inMemory(value, by);
  const tensor = strides.every((stride) => stride === 1)
    ? step.tf.slice(
        x,
        from,
        from.map((start, axis) => to[axis]! - start),
      )
    : step.tf.stridedSlice(x, from, to, strides);
  return { kind: 'tensor', tensor, channelsLast: isLast(value) };
};

const split: Operator = (step) => {
  const value = input(step, 0);
  const axis = numberAttribute(step.node, 'axis', 0);
  const x = value.kind === 'host' ? step.upload(value) : value.tensor;
  const at = axisIn(value, axis);
  const parts = step.node.outputs.length;
  const even = (): number[] => {
    const most = Math.ceil(x.shape[at]! / parts);
    return Array.from({ length: parts }, (_, part) => Math.min(most, x.shape[at]! - part * most));
  };
  const sizes = numbersAt(step, 1) ?? listAttribute(step.node, 'split') ?? even();
  return step.tf.split(x, [...sizes], at).map((tensor) => ({ kind: 'tensor', tensor, channelsLast: isLast(value) }) as const);
};

const reshapeTo =
  (shape: (step: Step, dims: readonly number[]) => readonly number[]): Operator =>
  (step) => {
    const x = tensorOf(step, input(step, 0));
    return plain(step.tf.reshape(x, [...shape(step, x.shape)]));
  };

const unsqueezed = (step: Step, dims: readonly number[]): readonly number[] => {
  const axes = axesOf(step, 1) ?? [];
  const rank = dims.length + axes.length;
  const added = new Set(axes.map((axis) => (axis < 0 ? axis + rank : axis)));
  const rest = [...dims];
  return Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : rest.shift()!));
};

const squeezed = (step: Step, dims: readonly number[]): readonly number[] => {
  const axes = axesOf(step, 1)?.map((axis) => (axis < 0 ? axis + dims.length : axis));
  return dims.filter((length, axis) => (axes === undefined ? length !== 1 : !axes.includes(axis)));
};

const flattened = ({ node }: Step, dims: readonly number[]): readonly number[] => {
  const axis = numberAttribute(node, 'axis', 1);
  return [sizeOf(dims.slice(0, axis)), sizeOf(dims.slice(axis))];
};

const softmax: Operator = (step) => {
  const x = tensorOf(step, input(step, 0));
  const given = numberAttribute(step.node, 'axis', -1);
  const axis = given < 0 ? given + x.rank : given;
  if (axis === x.rank - 1) return plain(step.tf.softmax(x));
  // TensorFlow.js takes it over the last axis alone.
  const order = x.shape.map((_, at) => (at === axis ? x.rank - 1 : at === x.rank - 1 ? axis : at));
  return plain(step.tf.transpose(step.tf.softmax(step.tf.transpose(x, order)), order));
};

const clip: Operator = (step) => {
  const low = numbersAt(step, 1)?.[0] ?? numberAttribute(step.node, 'min', -3.4e38);
  const high = numbersAt(step, 2)?.[0] ?? numberAttribute(step.node, 'max', 3.4e38);
  return unary(({ tf }, x) => tf.clipByValue(x, low, high))(step);
};

const gather: Operator = (step) => {
  const { tf } = step;
  const x = tensorOf(step, input(step, 0));
  const indices = input(step, 1);
  const at =
    indices.kind === 'host' ? tf.tensor(Int32Array.from(indices.values), [...indices.dims], 'int32') : tf.cast(indices.tensor, 'int32');
  const axis = numberAttribute(step.node, 'axis', 0);
  return plain(tf.gather(x, at, axis < 0 ? axis + x.rank : axis));
};

const batchNormalization: Operator = (step) => {
  const { tf, node } = step;
  const value = input(step, 0);
  const [scale, shift, mean, variance] = [1, 2, 3, 4].map((place) => tensorOf(step, input(step, place))) as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  const factor = tf.div(scale, tf.sqrt(tf.add(variance, numberAttribute(node, 'epsilon', 1e-5))));
  const x = beside(step, value);
  return spatialValue(tf.add(tf.mul(tf.sub(x, mean), factor), shift));
};

const gemm: Operator = (step) => {
  const { tf, node } = step;
  const [a, b] = [tensorOf(step, input(step, 0)), tensorOf(step, input(step, 1))];
  const product = tf.matMul(a, b, numberAttribute(node, 'transA', 0) === 1, numberAttribute(node, 'transB', 0) === 1);
  const scaled = tf.mul(product, numberAttribute(node, 'alpha', 1));
  const bias = step.inputs[2];
  return plain(bias === undefined ? scaled : tf.add(scaled, tf.mul(tensorOf(step, bias), numberAttribute(node, 'beta', 1))));
};

const cumulativeSum: Operator = (step) => {
  const x = tensorOf(step, input(step, 0));
  const axis = numbersAt(step, 1)?.[0] ?? 0;
  const { node } = step;
  const [exclusive, reverse] = ['exclusive', 'reverse'].map((name) => numberAttribute(node, name, 0) === 1) as [boolean, boolean];
  return plain(step.tf.cumsum(x, axis < 0 ? axis + x.rank : axis, exclusive, reverse));
};

const hardSigmoid = ({ tf, node }: Step, x: Tensor): Tensor =>
  tf.clipByValue(tf.add(tf.mul(x, numberAttribute(node, 'alpha', 0.2)), numberAttribute(node, 'beta', 0.5)), 0, 1);

/** Operators on tensors, by the name ONNX gives them (opset 9 to 21, as detectors use them). */
export const TENSOR_OPERATORS: ReadonlyMap<string, Operator> = new Map(
  Object.entries({
    Abs: unary(({ tf }, x) => tf.abs(x)),
    Add: binary((tf, a, b) => tf.add(a, b)),
    AveragePool: averagePool,
    BatchNormalization: batchNormalization,
    // Every number of a tensor is a float here: only cutting off what is behind the point is to be done.
    Cast: unary(({ tf, node }, x) =>
      [1, 10, 11].includes(numberAttribute(node, 'to', 1)) ? x.clone() : tf.sign(x).mul(tf.floor(tf.abs(x))),
    ),
    Ceil: unary(({ tf }, x) => tf.ceil(x)),
    Clip: clip,
    Concat: concat,
    Conv: convolution,
    CumSum: cumulativeSum,
    DepthToSpace: depthToSpace,
    Div: binary((tf, a, b) => tf.div(a, b)),
    Elu: unary(({ tf }, x) => tf.elu(x)),
    Erf: unary(({ tf }, x) => tf.erf(x)),
    Exp: unary(({ tf }, x) => tf.exp(x)),
    Expand: (step: Step) => {
      const x = tensorOf(step, input(step, 0));
      // Either side may hold the ones that are spread.
      return plain(step.tf.mul(x, step.tf.ones([...(numbersAt(step, 1) ?? [])])));
    },
    Flatten: reshapeTo(flattened),
    Floor: unary(({ tf }, x) => tf.floor(x)),
    Gather: gather,
    Gemm: gemm,
    GlobalAveragePool: (step: Step) => spatialValue(step.tf.mean(beside(step, input(step, 0)), [1, 2], true)),
    HardSigmoid: unary(hardSigmoid),
    HardSwish: unary(({ tf }, x) => tf.mul(x, tf.clipByValue(tf.add(tf.div(x, 6), 0.5), 0, 1))),
    Identity: unary((_, x) => x.clone()),
    LeakyRelu: unary(({ tf, node }, x) => tf.leakyRelu(x, numberAttribute(node, 'alpha', 0.01))),
    Log: unary(({ tf }, x) => tf.log(x)),
    MatMul: (step: Step) => plain(step.tf.matMul(tensorOf(step, input(step, 0)), tensorOf(step, input(step, 1)))),
    Max: binary((tf, a, b) => tf.maximum(a, b)),
    MaxPool: maxPool,
    Min: binary((tf, a, b) => tf.minimum(a, b)),
    Mul: binary((tf, a, b) => tf.mul(a, b)),
    Neg: unary(({ tf }, x) => tf.neg(x)),
    Pow: binary((tf, a, b) => tf.pow(a, b)),
    ReduceMax: reduce((tf, x, axes, keep) => tf.max(x, axes, keep)),
    ReduceMean: reduce((tf, x, axes, keep) => tf.mean(x, axes, keep)),
    ReduceMin: reduce((tf, x, axes, keep) => tf.min(x, axes, keep)),
    ReduceSum: reduce((tf, x, axes, keep) => tf.sum(x, axes, keep)),
    Relu: unary(({ tf }, x) => tf.relu(x)),
    Reshape: reshapeTo((step, dims) => filledShape(dims, numbersAt(step, 1) ?? listAttribute(step.node, 'shape') ?? dims)),
    Resize: resize,
    Sigmoid: unary(({ tf }, x) => tf.sigmoid(x)),
    Slice: slice,
    Softmax: softmax,
    Softplus: unary(({ tf }, x) => tf.softplus(x)),
    Split: split,
    Sqrt: unary(({ tf }, x) => tf.sqrt(x)),
    Squeeze: reshapeTo(squeezed),
    Sub: binary((tf, a, b) => tf.sub(a, b)),
    Tanh: unary(({ tf }, x) => tf.tanh(x)),
    Transpose: transpose,
    Unsqueeze: reshapeTo(unsqueezed),
    Upsample: resize,
  } satisfies Record<string, Operator>),
);
