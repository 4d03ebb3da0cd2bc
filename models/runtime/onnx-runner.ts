import { env, InferenceSession, Tensor } from 'onnxruntime-node';
import type { GraphType } from './graph/read-onnx-graph.ts';
import type { NetworkArray, NetworkRunner, NetworkValue } from './network-runner.ts';
import { spinWithinRuns } from './spin-within-runs.ts';

export type OnnxProvider = 'cpu' | 'cuda' | 'tensorrt' | 'webgpu';

type Run = { readonly input: Tensor; outputs: Readonly<Record<string, Tensor>> | undefined };

const TYPES: Partial<Record<string, GraphType>> = { float32: 'float', uint8: 'uint8', int64: 'int64', int32: 'int32' };

const declared = (metadata: readonly InferenceSession.ValueMetadata[]): NetworkValue[] =>
  metadata.map((value) => ({
    name: value.name,
    type: value.isTensor ? (TYPES[value.type] ?? 'other') : 'other',
    shape: value.isTensor ? value.shape.map((length) => (typeof length === 'number' && length > 0 ? length : undefined)) : [],
  }));

/** TensorRT leaves to CUDA what it cannot do. */
const providers = (provider: OnnxProvider): string[] => (provider === 'tensorrt' ? ['tensorrt', 'cuda'] : [provider]);

/**
 * Opens a network, a file or its bytes, in ONNX Runtime. Its calls block the thread: the binding for Node runs where it is called.
 * `steady`: outputs have the same shape whenever the input has, so their memory can be used again. Throws what the provider throws.
 */
export const openOnnxRunner = async (
  network: string | Uint8Array,
  provider: OnnxProvider,
  threads: number,
  steady: boolean,
): Promise<NetworkRunner> => {
  env.logLevel = 'fatal';
  const options: InferenceSession.SessionOptions = {
    executionProviders: providers(provider),
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // Tiles come in many shapes; a memory plan for each would only pile up.
    enableMemPattern: false,
    logSeverityLevel: 4,
    extra: { session: spinWithinRuns },
  };
  const session =
    typeof network === 'string' ? await InferenceSession.create(network, options) : await InferenceSession.create(network, options);
  const inputName = session.inputNames[0]!;
  const runs = new WeakMap<Uint8Array | Float32Array, Run>();

  const prepare = (data: Uint8Array | Float32Array, dims: readonly number[]): Run => {
    const known = runs.get(data);
    if (known !== undefined) return known;
    const input = data instanceof Uint8Array ? new Tensor('uint8', data, dims) : new Tensor('float32', data, dims);
    const made = { input, outputs: undefined };
    runs.set(data, made);
    return made;
  };

  return {
    inputs: declared(session.inputMetadata),
    outputs: declared(session.outputMetadata),
    run: async (data, dims) => {
      const ready = prepare(data, dims);
      const fetched = await session.run({ [inputName]: ready.input }, ready.outputs ?? session.outputNames);
      const given = Object.entries(ready.outputs ?? (fetched as Record<string, Tensor>));
      if (ready.outputs === undefined && steady)
        // The runtime writes into tensors of our own from the second run on.
        ready.outputs = Object.fromEntries(
          given.map(([name, { data: values, dims: shape }]) => [
            name,
            new Tensor('float32', Float32Array.from(values as Float32Array), shape),
          ]),
        );
      const outputs = given.map(([name, tensor]): [string, NetworkArray] => [
        name,
        { data: tensor.data as Float32Array, dims: tensor.dims },
      ]);
      return new Map(outputs);
    },
    release: () => session.release(),
  };
};
