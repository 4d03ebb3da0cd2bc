import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type EngineName, engineNames } from '../../domain/engine-name.ts';
import { guessGraphics } from '../graphics-adapter.ts';
import { installedNative } from '../tensorflow.ts';

/** Whether an engine may run on this machine, and why it is thought so. */
export type EngineProbe = {
  readonly name: EngineName;
  readonly present: boolean;
  /** It draws on the processor: right, and too slow to be chosen by itself. */
  readonly software: boolean;
  readonly reason: string;
};

type Found = Omit<EngineProbe, 'name' | 'software'> & { readonly software?: boolean };

const resolver = createRequire(import.meta.url);

const runtimeDir = (): string =>
  join(dirname(resolver.resolve('onnxruntime-node')), '..', 'bin', 'napi-v6', process.platform, process.arch);

const isInstalled = (name: string): boolean => {
  try {
    resolver.resolve(name);
    return true;
  } catch {
    return false;
  }
};

const probeLibrary = (provider: 'cuda' | 'tensorrt', needs: string): Found => {
  if (process.platform !== 'linux' && process.platform !== 'win32') return { present: false, reason: 'there is no CUDA on this platform' };
  const library = process.platform === 'linux' ? `libonnxruntime_providers_${provider}.so` : `onnxruntime_providers_${provider}.dll`;
  if (!existsSync(join(runtimeDir(), library))) return { present: false, reason: `${library} is not installed` };
  if (process.platform === 'linux' && !existsSync('/dev/nvidia0')) return { present: false, reason: 'no NVIDIA card (no /dev/nvidia0)' };
  return { present: true, reason: `its provider library is installed; it needs ${needs}` };
};

const probeTensorFlow = (device: 'cpu' | 'gpu'): Found => {
  const { cpu, gpu } = installedNative();
  if (device === 'cpu') {
    const present = cpu || gpu;
    return { present, reason: present ? 'native TensorFlow is installed' : 'native TensorFlow is not installed (npm run tensorflow)' };
  }
  if (!gpu) return { present: false, reason: 'native TensorFlow for CUDA is not installed (npm run tensorflow -- --gpu)' };
  if (process.platform === 'linux' && !existsSync('/dev/nvidia0')) return { present: false, reason: 'no NVIDIA card (no /dev/nvidia0)' };
  return { present: true, reason: 'native TensorFlow for CUDA is installed' };
};

const probePackages = (names: readonly string[]): Found | undefined => {
  const missing = names.filter((name) => !isInstalled(name));
  return missing.length === 0 ? undefined : { present: false, reason: `not installed: ${missing.join(', ')}` };
};

const probe = (name: EngineName): Found => {
  switch (name) {
    case 'onnx:tensorrt':
      return probeLibrary('tensorrt', 'TensorRT 10 and CUDA 12');
    case 'onnx:cuda':
      return probeLibrary('cuda', 'CUDA 12 and cuDNN 9');
    case 'onnx:webgpu':
      return guessGraphics();
    case 'onnx:cpu':
      return { present: true, reason: 'always there' };
    case 'tensorflow:gpu':
      return probeTensorFlow('gpu');
    case 'tensorflow:cpu':
      return probeTensorFlow('cpu');
    case 'tensorflow:webgpu':
      return probePackages(['webgpu', '@tensorflow/tfjs-backend-webgpu']) ?? guessGraphics();
    case 'tensorflow:wasm':
      return probePackages(['@tensorflow/tfjs-backend-wasm']) ?? { present: true, reason: 'always there' };
    default:
      return name satisfies never;
  }
};

/** Every engine with whether it may run here, the most promising first. Looks at files only; loading is the proof. */
export const listEngines = (): readonly EngineProbe[] => engineNames.map((name) => ({ name, software: false, ...probe(name) }));
