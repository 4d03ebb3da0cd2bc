import { readFile, stat } from 'node:fs/promises';
import { PbfReader } from 'pbf';
import { FaultError } from '../../domain/fault.ts';

/** A convolution of an ONNX graph, in the order of the file: its kernel OIHW and, where it has one, its bias. */
export type OnnxConv = {
  readonly dims: readonly [number, number, number, number];
  readonly kernel: Float32Array;
  readonly bias: Float32Array | undefined;
};

const LARGEST_BYTES = 512 * 1024 * 1024;
const FLOAT = 1;

type Tensor = { name: string; dims: number[]; type: number; values: Float32Array | undefined };

const floatsOf = (bytes: Uint8Array): Float32Array => new Float32Array(new Uint8Array(bytes).buffer, 0, Math.floor(bytes.byteLength / 4));

/** Fields of onnx.proto's `TensorProto`: dims 1, data_type 2, float_data 4, name 8, raw_data 9. */
const readTensor = (pbf: PbfReader): Tensor =>
  pbf.readMessage(
    (tag, tensor, at) => {
      if (tag === 1) at.readPackedVarint(tensor.dims);
      else if (tag === 2) tensor.type = at.readVarint();
      else if (tag === 4) tensor.values = Float32Array.from(at.readPackedFloat([]));
      else if (tag === 8) tensor.name = at.readString();
      else if (tag === 9) tensor.values = floatsOf(at.readBytes());
    },
    { name: '', dims: [], type: 0, values: undefined } as Tensor,
  );

type Graph = { readonly convs: string[][]; readonly tensors: Map<string, Tensor> };

/** Fields of `GraphProto`: node 1, initializer 5; of `NodeProto`: input 1, op_type 4. */
const readGraph = (pbf: PbfReader): Graph =>
  pbf.readMessage(
    (tag, graph, at) => {
      if (tag === 5) {
        const tensor = readTensor(at);
        graph.tensors.set(tensor.name, tensor);
      } else if (tag === 1) {
        const node = at.readMessage(
          (field, found, inner) => {
            if (field === 1) found.inputs.push(inner.readString());
            else if (field === 4) found.op = inner.readString();
          },
          { inputs: [] as string[], op: '' },
        );
        if (node.op === 'Conv') graph.convs.push(node.inputs);
      }
    },
    { convs: [], tensors: new Map() } as Graph,
  );

/** The convolutions of an ONNX file with float weights inside it. Faults: `data` where it is none, too large, or keeps its weights elsewhere. */
export const readOnnxConvs = async (file: string): Promise<OnnxConv[]> => {
  const wrong = (what: string, cause?: unknown): FaultError =>
    new FaultError({ kind: 'data', path: file, what, remedy: 'give an ONNX file with float32 weights inside' }, { cause });
  const size = await stat(file).then(
    ({ size: bytes }) => bytes,
    (cause: unknown) => {
      throw wrong('no such file', cause);
    },
  );
  if (size > LARGEST_BYTES) throw wrong('larger than 512 MB');
  let graph: Graph | undefined;
  try {
    const pbf = new PbfReader(await readFile(file));
    // `ModelProto.graph` is field 7.
    graph = pbf.readFields<{ graph?: Graph }>((tag, model, at) => {
      if (tag === 7) model.graph = readGraph(at);
    }, {}).graph;
  } catch (cause) {
    throw wrong('not an ONNX file', cause);
  }
  if (graph === undefined || graph.convs.length === 0) throw wrong('no convolution in it');
  const { tensors } = graph;
  return graph.convs.map(([, kernelName = '', biasName]) => {
    const kernel = tensors.get(kernelName);
    const bias = biasName === undefined ? undefined : tensors.get(biasName);
    const count = kernel?.dims.reduce((product, n) => product * n, 1);
    if (kernel?.values === undefined || kernel.type !== FLOAT || kernel.dims.length !== 4 || kernel.values.length !== count)
      throw wrong(`the kernel "${kernelName}" is not float32 within the file`);
    return { dims: kernel.dims as unknown as OnnxConv['dims'], kernel: kernel.values, bias: bias?.values };
  });
};
