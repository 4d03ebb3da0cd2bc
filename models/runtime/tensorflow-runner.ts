import { loadTensorFlow, type TensorFlowChoice } from '../tensorflow.ts';
import { openGraphNetwork } from './graph/graph-network.ts';
import { readOnnxGraph } from './graph/read-onnx-graph.ts';
import type { NetworkRunner } from './network-runner.ts';

export type TensorFlowDevice = 'cpu' | 'gpu' | 'webgpu' | 'wasm';

const CHOICES: Readonly<Record<TensorFlowDevice, TensorFlowChoice>> = {
  cpu: 'tensorflow:cpu',
  gpu: 'tensorflow:gpu',
  webgpu: 'webgpu',
  wasm: 'wasm',
};

/** Opens a network in TensorFlow.js. Throws what the backend throws, and for operators that it does not know. */
export const openTensorFlowRunner = async (networkPath: string, device: TensorFlowDevice): Promise<NetworkRunner> => {
  const graph = await readOnnxGraph(networkPath);
  const { tf } = await loadTensorFlow(CHOICES[device]);
  const network = openGraphNetwork(tf, graph);
  return {
    inputs: graph.inputs,
    outputs: graph.outputs,
    run: (data, dims) => network.run(data instanceof Float32Array ? data : new Float32Array(data), dims),
    release: async () => network[Symbol.dispose](),
  };
};
