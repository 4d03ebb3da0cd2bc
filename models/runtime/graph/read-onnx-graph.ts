import { readFile, stat } from 'node:fs/promises';
import { PbfReader } from 'pbf';
import { FaultError } from '../../../domain/fault.ts';

/** Element types of ONNX tensors that networks here use (onnx.proto, `TensorProto.DataType`). */
const TYPES = { 1: 'float', 2: 'uint8', 3: 'int8', 6: 'int32', 7: 'int64', 9: 'bool', 10: 'half', 11: 'double' } as const;

export type GraphType = (typeof TYPES)[keyof typeof TYPES] | 'other';

/** A constant: row-major; whole numbers as plain numbers, which hold all that shapes and axes need. */
export type GraphTensor = {
  readonly name: string;
  readonly dims: readonly number[];
  readonly type: GraphType;
  readonly values: Float32Array | Int32Array | Int8Array | Uint8Array | readonly number[];
};

export type GraphAttribute = number | string | readonly number[] | GraphTensor;

export type GraphNode = {
  readonly op: string;
  readonly name: string;
  /** An empty name stands for an input left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, GraphAttribute>;
};

/** An input or output; `undefined` for a free length. */
export type GraphValue = { readonly name: string; readonly type: GraphType; readonly shape: readonly (number | undefined)[] };

/** The graph of an ONNX file, nodes in the order they are computed. */
export type NetworkGraph = {
  readonly name: string;
  readonly nodes: readonly GraphNode[];
  readonly constants: ReadonlyMap<string, GraphTensor>;
  /** Without the constants that older files list among them. */
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
};

const LARGEST_BYTES = 512 * 2 ** 20;
const MOST_NODES = 20_000;
const EXTERNAL = 1;

type Draft<T> = { -readonly [K in keyof T]: T[K] };
type DraftTensor = {
  name: string;
  dims: number[];
  kind: number;
  raw: Uint8Array | undefined;
  floats: number[];
  integers: number[];
  external: boolean;
};

const typeOf = (kind: number): GraphType => TYPES[kind as keyof typeof TYPES] ?? 'other';

const fromRaw = (type: GraphType, raw: Uint8Array): GraphTensor['values'] => {
  // Numbers of several bytes need memory that begins at a multiple of their size.
  const bytes = new Uint8Array(raw);
  switch (type) {
    case 'float':
      return new Float32Array(bytes.buffer);
    case 'double':
      return Array.from(new Float64Array(bytes.buffer));
    case 'int64':
      return Array.from(new BigInt64Array(bytes.buffer), Number);
    case 'int32':
      return new Int32Array(bytes.buffer);
    case 'int8':
      return new Int8Array(bytes.buffer);
    case 'uint8':
    case 'bool':
      return bytes;
    case 'half':
    case 'other':
      return [];
    default:
      return type satisfies never;
  }
};

/** `TensorProto`: dims 1, data_type 2, float_data 4, int32_data 5, int64_data 7, name 8, raw_data 9, data_location 14. */
const readTensor = (pbf: PbfReader): GraphTensor => {
  const draft = pbf.readMessage<DraftTensor>(
    (tag, tensor, at) => {
      if (tag === 1) at.readPackedVarint(tensor.dims);
      else if (tag === 2) tensor.kind = at.readVarint();
      else if (tag === 4) at.readPackedFloat(tensor.floats);
      else if (tag === 5 || tag === 7) at.readPackedVarint(tensor.integers, true);
      else if (tag === 8) tensor.name = at.readString();
      else if (tag === 9) tensor.raw = at.readBytes();
      else if (tag === 14) tensor.external = at.readVarint() === EXTERNAL;
    },
    { name: '', dims: [], kind: 0, raw: undefined, floats: [], integers: [], external: false },
  );
  const { name, dims, raw, floats, integers } = draft;
  if (draft.external) throw new Error(`the values of "${name}" lie in another file`);
  const type = typeOf(draft.kind);
  let values: GraphTensor['values'];
  try {
    values = raw === undefined ? (type === 'float' ? Float32Array.from(floats) : integers) : fromRaw(type, raw);
  } catch (cause) {
    throw new Error(`the values of "${name}" are cut off`, { cause });
  }
  const count = dims.reduce((product, n) => product * n, 1);
  if (type !== 'half' && type !== 'other' && values.length !== count)
    throw new Error(`"${name}" has ${values.length} values in place of ${count}`);
  return { name, dims, type, values };
};

/** `AttributeProto`: name 1, f 2, i 3, s 4, t 5, floats 7, ints 8. */
const readAttribute = (pbf: PbfReader): readonly [string, GraphAttribute | undefined] => {
  const draft = pbf.readMessage<{ name: string; value: GraphAttribute | undefined }>(
    (tag, attribute, at) => {
      if (tag === 1) attribute.name = at.readString();
      else if (tag === 2) attribute.value = at.readFloat();
      else if (tag === 3) attribute.value = at.readVarint(true);
      else if (tag === 4) attribute.value = at.readString();
      else if (tag === 5) attribute.value = readTensor(at);
      else if (tag === 7) attribute.value = at.readPackedFloat([...((attribute.value as number[] | undefined) ?? [])]);
      else if (tag === 8) attribute.value = at.readPackedVarint([...((attribute.value as number[] | undefined) ?? [])], true);
    },
    { name: '', value: undefined },
  );
  return [draft.name, draft.value];
};

/** `NodeProto`: input 1, output 2, name 3, op_type 4, attribute 5. */
const readNode = (pbf: PbfReader): GraphNode =>
  pbf.readMessage(
    (tag, node, at) => {
      if (tag === 1) node.inputs.push(at.readString());
      else if (tag === 2) node.outputs.push(at.readString());
      else if (tag === 3) node.name = at.readString();
      else if (tag === 4) node.op = at.readString();
      else if (tag === 5) {
        const [name, value] = readAttribute(at);
        if (value !== undefined) node.attributes.set(name, value);
      }
    },
    { op: '', name: '', inputs: [] as string[], outputs: [] as string[], attributes: new Map<string, GraphAttribute>() },
  );

type Dimensions = (number | undefined)[];

/** `ValueInfoProto`: name 1, type 2 → `TypeProto.tensor_type` 1 → elem_type 1, shape 2 → dim 1 → dim_value 1. */
const readValue = (pbf: PbfReader): GraphValue =>
  pbf.readMessage<Draft<GraphValue>>(
    (tag, value, at) => {
      if (tag === 1) value.name = at.readString();
      else if (tag === 2)
        at.readMessage((typeTag, into, inType) => {
          if (typeTag !== 1) return;
          inType.readMessage((tensorTag, tensor, inTensor) => {
            if (tensorTag === 1) tensor.type = typeOf(inTensor.readVarint());
            else if (tensorTag === 2) tensor.shape = readShape(inTensor);
          }, into);
        }, value);
    },
    { name: '', type: 'other', shape: [] },
  );

const readShape = (pbf: PbfReader): Dimensions =>
  pbf.readMessage<Dimensions>((tag, shape, at) => {
    if (tag !== 1) return;
    const dim = at.readMessage<{ length: number | undefined }>(
      (field, into, inner) => {
        if (field === 1) into.length = inner.readVarint(true);
      },
      { length: undefined },
    );
    // Some exporters write a free length as 0 or -1.
    shape.push(dim.length !== undefined && dim.length > 0 ? dim.length : undefined);
  }, []);

type DraftGraph = { name: string; nodes: GraphNode[]; constants: Map<string, GraphTensor>; inputs: GraphValue[]; outputs: GraphValue[] };

/** `GraphProto`: node 1, name 2, initializer 5, input 11, output 12. */
const readGraph = (pbf: PbfReader): DraftGraph =>
  pbf.readMessage<DraftGraph>(
    (tag, graph, at) => {
      if (tag === 1) graph.nodes.push(readNode(at));
      else if (tag === 2) graph.name = at.readString();
      else if (tag === 5) {
        const tensor = readTensor(at);
        graph.constants.set(tensor.name, tensor);
      } else if (tag === 11) graph.inputs.push(readValue(at));
      else if (tag === 12) graph.outputs.push(readValue(at));
      if (graph.nodes.length > MOST_NODES) throw new Error(`more than ${MOST_NODES} nodes`);
    },
    { name: '', nodes: [], constants: new Map(), inputs: [], outputs: [] },
  );

const unreadable = (file: string, what: string, cause?: unknown): FaultError =>
  new FaultError({ kind: 'bundle', bundle: file, what, remedy: 'give an ONNX file of one detector with its weights inside' }, { cause });

/** Reads the bytes of an ONNX file (onnx.proto; field numbers as there). `file` is for the message. Faults: `bundle`. */
export const parseOnnx = (bytes: Uint8Array, file: string): NetworkGraph => {
  let graph: DraftGraph | undefined;
  try {
    // `ModelProto.graph` is field 7.
    graph = new PbfReader(bytes).readFields<{ graph?: DraftGraph }>((tag, model, at) => {
      if (tag === 7) model.graph = readGraph(at);
    }, {}).graph;
  } catch (cause) {
    throw unreadable(file, `not a readable ONNX file (${cause instanceof Error ? cause.message : String(cause)})`, cause);
  }
  if (graph === undefined || graph.nodes.length === 0) throw unreadable(file, 'no network in the ONNX file');
  const { constants } = graph;
  return { ...graph, inputs: graph.inputs.filter(({ name }) => !constants.has(name)) };
};

/** Reads an ONNX file of at most 512 MB whose values all lie within it. Faults: `bundle`. */
export const readOnnxGraph = async (file: string): Promise<NetworkGraph> => {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) throw unreadable(file, 'no such file');
  if (found.size > LARGEST_BYTES) throw unreadable(file, 'an ONNX file larger than 512 MB');
  return parseOnnx(await readFile(file), file);
};
