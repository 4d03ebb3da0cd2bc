import { PbfWriter } from 'pbf';

/** Element types of ONNX tensors (onnx.proto, `TensorProto.DataType`). */
export const ONNX_TYPE = { float: 1, uint8: 2, int8: 3, int32: 6, int64: 7, half: 10 } as const;

export type OnnxType = keyof typeof ONNX_TYPE;

/** A constant: values little-endian, row-major. */
export type OnnxTensor = { readonly name: string; readonly dims: readonly number[]; readonly type: OnnxType; readonly bytes: Uint8Array };

export type OnnxAttribute = number | string | readonly number[] | { readonly float: number };

export type OnnxNode = {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
};

/** An input or output; a text in place of a length names a free dimension. */
export type OnnxValue = { readonly name: string; readonly type: OnnxType; readonly shape: readonly (number | string)[] };

export type OnnxGraph = {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
};

const IR_VERSION = 8;
const OPSET = 17;
/** `AttributeProto.AttributeType`. */
const KIND = { float: 1, int: 2, string: 3, ints: 7 } as const;

export const floatConstant = (name: string, dims: readonly number[], values: Float32Array | readonly number[]): OnnxTensor => {
  const floats = Float32Array.from(values);
  return { name, dims, type: 'float', bytes: new Uint8Array(floats.buffer) };
};

export const integerConstant = (name: string, dims: readonly number[], values: readonly number[]): OnnxTensor => ({
  name,
  dims,
  type: 'int64',
  bytes: new Uint8Array(BigInt64Array.from(values, BigInt).buffer),
});

const writeAttribute = ([name, value]: readonly [string, OnnxAttribute], pbf: PbfWriter): void => {
  pbf.writeStringField(1, name);
  if (typeof value === 'number') {
    pbf.writeVarintField(3, value);
    pbf.writeVarintField(20, KIND.int);
  } else if (typeof value === 'string') {
    pbf.writeStringField(4, value);
    pbf.writeVarintField(20, KIND.string);
  } else if ('float' in value) {
    pbf.writeFloatField(2, value.float);
    pbf.writeVarintField(20, KIND.float);
  } else {
    for (const item of value) pbf.writeVarintField(8, item);
    pbf.writeVarintField(20, KIND.ints);
  }
};

const writeNode = (node: OnnxNode, pbf: PbfWriter): void => {
  for (const input of node.inputs) pbf.writeStringField(1, input);
  pbf.writeStringField(2, node.output);
  pbf.writeStringField(3, node.output);
  pbf.writeStringField(4, node.op);
  for (const attribute of Object.entries(node.attributes ?? {})) pbf.writeMessage(5, writeAttribute, attribute);
};

const writeTensor = (tensor: OnnxTensor, pbf: PbfWriter): void => {
  for (const dim of tensor.dims) pbf.writeVarintField(1, dim);
  pbf.writeVarintField(2, ONNX_TYPE[tensor.type]);
  pbf.writeStringField(8, tensor.name);
  pbf.writeBytesField(9, tensor.bytes);
};

const writeDimension = (length: number | string, pbf: PbfWriter): void => {
  if (typeof length === 'number') pbf.writeVarintField(1, length);
  else pbf.writeStringField(2, length);
};

const writeShape = (shape: OnnxValue['shape'], pbf: PbfWriter): void => {
  for (const length of shape) pbf.writeMessage(1, writeDimension, length);
};

const writeTensorType = (value: OnnxValue, pbf: PbfWriter): void => {
  pbf.writeVarintField(1, ONNX_TYPE[value.type]);
  pbf.writeMessage(2, writeShape, value.shape);
};

const writeType = (value: OnnxValue, pbf: PbfWriter): void => pbf.writeMessage(1, writeTensorType, value);

const writeValue = (value: OnnxValue, pbf: PbfWriter): void => {
  pbf.writeStringField(1, value.name);
  pbf.writeMessage(2, writeType, value);
};

const writeGraph = (graph: OnnxGraph, pbf: PbfWriter): void => {
  for (const node of graph.nodes) pbf.writeMessage(1, writeNode, node);
  pbf.writeStringField(2, graph.name);
  for (const tensor of graph.constants) pbf.writeMessage(5, writeTensor, tensor);
  for (const input of graph.inputs) pbf.writeMessage(11, writeValue, input);
  for (const output of graph.outputs) pbf.writeMessage(12, writeValue, output);
};

const writeOpset = (version: number, pbf: PbfWriter): void => {
  pbf.writeStringField(1, '');
  pbf.writeVarintField(2, version);
};

/** The bytes of an ONNX file (onnx.proto, `ModelProto`; field numbers as there), opset 17. */
export const onnxFile = (graph: OnnxGraph): Uint8Array => {
  const pbf = new PbfWriter();
  pbf.writeVarintField(1, IR_VERSION);
  pbf.writeStringField(2, 'smearscope');
  pbf.writeMessage(7, writeGraph, graph);
  pbf.writeMessage(8, writeOpset, OPSET);
  return pbf.finish();
};
