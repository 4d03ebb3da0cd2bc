/** Every engine that can run a network: who computes, and on what. */
export const engineNames = [
  'onnx:tensorrt',
  'onnx:cuda',
  'onnx:webgpu',
  'onnx:cpu',
  'tensorflow:gpu',
  'tensorflow:webgpu',
  'tensorflow:cpu',
  'tensorflow:wasm',
] as const;

export type EngineName = (typeof engineNames)[number];

/** Numbers a network computes with: 32-bit floats, 16-bit floats or 8-bit whole numbers. */
export const precisions = ['full', 'half', 'int8'] as const;

export type Precision = (typeof precisions)[number];
