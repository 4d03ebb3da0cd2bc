import type { HostValue, Operator, Step } from './value.ts';
import {
  axesOf,
  dimsOf,
  filledShape,
  host,
  hostConstant,
  input,
  listAttribute,
  numberAttribute,
  numbersAt,
  sizeOf,
  sliceBounds,
  tensorAttribute,
} from './value.ts';

/** `TensorProto.DataType` of whole numbers. */
const WHOLE = new Set([2, 3, 4, 5, 6, 7, 12, 13]);

const hostInput = (step: Step, place: number): HostValue => {
  const value = input(step, place);
  if (value.kind !== 'host') throw new Error(`${step.node.op} of numbers met a tensor`);
  return value;
};

const strides = (dims: readonly number[]): number[] => {
  const result = dims.map(() => 1);
  for (let axis = dims.length - 2; axis >= 0; axis--) result[axis] = result[axis + 1]! * dims[axis + 1]!;
  return result;
};

/** Calls `visit` for each index of `dims`, in row-major order, with the index and the place. */
const everyIndex = (dims: readonly number[], visit: (index: readonly number[], place: number) => void): void => {
  const index = dims.map(() => 0);
  for (let place = 0; place < sizeOf(dims); place++) {
    visit(index, place);
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      index[axis] = index[axis]! + 1;
      if (index[axis]! < dims[axis]!) break;
      index[axis] = 0;
    }
  }
};

/** Two operands spread over each other's axes, as NumPy does. */
const binary =
  (combine: (a: number, b: number, whole: boolean) => number): Operator =>
  (step) => {
    const [a, b] = [hostInput(step, 0), hostInput(step, 1)];
    const rank = Math.max(a.dims.length, b.dims.length);
    const around = ({ dims }: HostValue): number[] => [...new Array<number>(rank - dims.length).fill(1), ...dims];
    const [aDims, bDims] = [around(a), around(b)];
    const dims = aDims.map((length, axis) => (length === 1 ? bDims[axis]! : length));
    const [aStrides, bStrides] = [strides(aDims), strides(bDims)];
    const values = new Array<number>(sizeOf(dims));
    const whole = a.whole && b.whole;
    everyIndex(dims, (index, place) => {
      let [aAt, bAt] = [0, 0];
      for (let axis = 0; axis < rank; axis++) {
        if (aDims[axis] !== 1) aAt += index[axis]! * aStrides[axis]!;
        if (bDims[axis] !== 1) bAt += index[axis]! * bStrides[axis]!;
      }
      values[place] = combine(a.values[aAt]!, b.values[bAt]!, whole);
    });
    return host(dims, values, whole);
  };

const unary =
  (map: (a: number) => number): Operator =>
  (step) => {
    const { dims, values, whole } = hostInput(step, 0);
    return host(dims, Array.from(values, map), whole);
  };

const cast: Operator = (step) => {
  const { dims, values } = hostInput(step, 0);
  const whole = WHOLE.has(numberAttribute(step.node, 'to', 1));
  return host(dims, whole ? Array.from(values, Math.trunc) : values, whole);
};

const gather: Operator = (step) => {
  const data = hostInput(step, 0);
  const indices = hostInput(step, 1);
  const axis = (numberAttribute(step.node, 'axis', 0) + data.dims.length) % data.dims.length;
  const inner = sizeOf(data.dims.slice(axis + 1));
  const outer = sizeOf(data.dims.slice(0, axis));
  const values: number[] = [];
  for (let before = 0; before < outer; before++)
    for (const at of Array.from(indices.values)) {
      const from = (before * data.dims[axis]! + (at < 0 ? at + data.dims[axis]! : at)) * inner;
      for (let after = 0; after < inner; after++) values.push(data.values[from + after]!);
    }
  return host([...data.dims.slice(0, axis), ...indices.dims, ...data.dims.slice(axis + 1)], values, data.whole);
};

const concat: Operator = (step) => {
  const parts = step.inputs.map((_, place) => hostInput(step, place));
  const first = parts[0]!;
  const axis = (numberAttribute(step.node, 'axis', 0) + first.dims.length) % first.dims.length;
  const outer = sizeOf(first.dims.slice(0, axis));
  const values: number[] = [];
  for (let before = 0; before < outer; before++)
    for (const { dims, values: from } of parts) {
      const run = sizeOf(dims.slice(axis));
      for (let at = 0; at < run; at++) values.push(from[before * run + at]!);
    }
  const dims = [...first.dims];
  dims[axis] = parts.reduce((sum, part) => sum + part.dims[axis]!, 0);
  return host(dims, values, first.whole);
};

const slice: Operator = (step) => {
  const { dims, values, whole } = hostInput(step, 0);
  const { begin, end, by } = sliceBounds(step);
  const cut = dims.map((_, axis) => Math.max(0, Math.ceil((end[axis]! - begin[axis]!) / by[axis]!)));
  const steps = strides(dims);
  const taken = new Array<number>(sizeOf(cut));
  everyIndex(cut, (index, place) => {
    taken[place] = values[index.reduce((sum, at, axis) => sum + (begin[axis]! + at * by[axis]!) * steps[axis]!, 0)]!;
  });
  return host(cut, taken, whole);
};

const range: Operator = (step) => {
  const [from, to, by] = [0, 1, 2].map((place) => hostInput(step, place).values[0]!) as [number, number, number];
  const { whole } = hostInput(step, 0);
  const count = Math.max(0, Math.ceil((to - from) / by));
  return host(
    [count],
    Array.from({ length: count }, (_, at) => from + at * by),
    whole,
  );
};

const unsqueeze: Operator = (step) => {
  const { dims, values, whole } = hostInput(step, 0);
  const axes = axesOf(step, 1) ?? [];
  const rank = dims.length + axes.length;
  const at = new Set(axes.map((axis) => (axis < 0 ? axis + rank : axis)));
  const rest = [...dims];
  return host(
    Array.from({ length: rank }, (_, axis) => (at.has(axis) ? 1 : rest.shift()!)),
    values,
    whole,
  );
};

const squeeze: Operator = (step) => {
  const { dims, values, whole } = hostInput(step, 0);
  const axes = axesOf(step, 1)?.map((axis) => (axis < 0 ? axis + dims.length : axis));
  return host(
    dims.filter((length, axis) => (axes === undefined ? length !== 1 : !axes.includes(axis))),
    values,
    whole,
  );
};

const constant: Operator = ({ node }) => {
  const tensor = tensorAttribute(node, 'value');
  if (tensor !== undefined) return hostConstant(tensor);
  const list = listAttribute(node, 'value_ints') ?? listAttribute(node, 'value_floats');
  if (list !== undefined) return host([list.length], list, node.attributes.has('value_ints'));
  return host([], [numberAttribute(node, 'value_int', numberAttribute(node, 'value_float', 0))], node.attributes.has('value_int'));
};

const reshape: Operator = (step) => {
  const { dims, values, whole } = hostInput(step, 0);
  return host(filledShape(dims, numbersAt(step, 1) ?? listAttribute(step.node, 'shape') ?? dims), values, whole);
};

/** Operators on numbers outside the backend: what graphs reckon from shapes. Each takes host values alone, but for Shape. */
export const HOST_OPERATORS: ReadonlyMap<string, Operator> = new Map(
  Object.entries({
    Add: binary((a, b) => a + b),
    Sub: binary((a, b) => a - b),
    Mul: binary((a, b) => a * b),
    Div: binary((a, b, whole) => (whole ? Math.trunc(a / b) : a / b)),
    Min: binary((a, b) => Math.min(a, b)),
    Max: binary((a, b) => Math.max(a, b)),
    Floor: unary(Math.floor),
    Ceil: unary(Math.ceil),
    Neg: unary((a) => -a),
    Sqrt: unary(Math.sqrt),
    Identity: unary((a) => a),
    Cast: cast,
    Constant: constant,
    ConstantOfShape: (step: Step) => {
      const dims = Array.from(hostInput(step, 0).values);
      const fill = tensorAttribute(step.node, 'value');
      return host(dims, new Array<number>(sizeOf(dims)).fill(fill?.values[0] ?? 0), fill !== undefined && fill.type !== 'float');
    },
    Concat: concat,
    Gather: gather,
    Range: range,
    Reshape: reshape,
    Shape: (step: Step) => {
      const dims = dimsOf(input(step, 0));
      return host([dims.length], dims, true);
    },
    Slice: slice,
    Squeeze: squeeze,
    Unsqueeze: unsqueeze,
  } satisfies Record<string, Operator>),
);
