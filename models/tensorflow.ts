import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import util from 'node:util';
import { FaultError } from '../domain/fault.ts';
import { registerConvFilterGradient } from './architectures/conv-filter-gradient.ts';
import { registerDepthwiseGradients } from './architectures/depthwise-gradients.ts';
import { findGraphicsAdapter } from './graphics-adapter.ts';

/** TensorFlow.js, whichever build of it was loaded. */
export type TensorFlow = typeof import('@tensorflow/tfjs');

export type TensorFlowBackend = 'tensorflow:gpu' | 'tensorflow:cpu' | 'webgpu' | 'wasm' | 'cpu';

/** What may be asked for: `tensorflow` is the native one on whatever device it finds, `auto` the fastest that is there. */
export type TensorFlowChoice = 'auto' | 'tensorflow' | TensorFlowBackend;

export type LoadedTensorFlow = {
  readonly tf: TensorFlow;
  readonly backend: TensorFlowBackend;
  /** One sentence: what computes, and why not something faster. */
  readonly note: string;
};

/** Where `npm run tensorflow` puts the native packages: beside the checkout's own packages, so that the lockfile stays small. */
export const nativeTensorFlowFolder = fileURLToPath(new URL('../.tensorflow/', import.meta.url));

const NATIVE_GPU = '@tensorflow/tfjs-node-gpu';
const NATIVE_CPU = '@tensorflow/tfjs-node';

/** tfjs-node 4 calls type tests that Node 23 took out of `util`, or that it warns of. */
const restoreUtil = (): void => {
  Object.assign(util, { isNullOrUndefined: (value: unknown) => value === undefined || value === null, isArray: Array.isArray });
};

const firstLine = (error: unknown): string => String(error instanceof Error ? error.message : error).split('\n')[0]!;

/** Where a native package lies, if it is installed. */
const nativeRequire = (name: string): NodeJS.Require | undefined => {
  for (const root of [nativeTensorFlowFolder, fileURLToPath(import.meta.url)]) {
    const require = createRequire(path.join(root, 'from.cjs'));
    try {
      require.resolve(name);
      return require;
    } catch {}
  }
  return undefined;
};

/** Which native packages are installed; whether they load only loading shows. */
export const installedNative = (): { readonly cpu: boolean; readonly gpu: boolean } => ({
  cpu: nativeRequire(NATIVE_CPU) !== undefined,
  gpu: nativeRequire(NATIVE_GPU) !== undefined,
});

const tryNative = (name: string): { module: TensorFlow } | { reason: string } => {
  const require = nativeRequire(name);
  if (require === undefined) return { reason: 'not installed' };
  try {
    return { module: require(name) as TensorFlow };
  } catch (error) {
    return { reason: `does not load (${firstLine(error)})` };
  }
};

const loadNative = async (names: readonly string[]): Promise<LoadedTensorFlow | { reason: string }> => {
  restoreUtil();
  const { TF_CPP_MIN_LOG_LEVEL = '2' } = process.env;
  Object.assign(process.env, { TF_CPP_MIN_LOG_LEVEL });
  const reasons: string[] = [];
  for (const name of names) {
    const native = tryNative(name);
    if ('reason' in native) {
      reasons.push(`${name} ${native.reason}`);
      continue;
    }
    const tf = native.module;
    await tf.ready();
    const gpu = (tf.backend() as { isUsingGpuDevice?: boolean }).isUsingGpuDevice === true;
    return {
      tf,
      backend: gpu ? 'tensorflow:gpu' : 'tensorflow:cpu',
      note: `${name} ${tf.version['tfjs-core']}${gpu ? ' on the GPU' : ''}`,
    };
  }
  return { reason: reasons.join(', ') };
};

const nativeFor = async (choice: TensorFlowChoice): Promise<LoadedTensorFlow | { reason: string }> => {
  const native = await loadNative(choice === 'tensorflow:cpu' ? [NATIVE_CPU, NATIVE_GPU] : [NATIVE_GPU, NATIVE_CPU]);
  if ('reason' in native || !choice.startsWith('tensorflow:') || native.backend === choice) return native;
  return { reason: `${native.note} runs on ${native.backend.slice('tensorflow:'.length)}` };
};

/** The packages of a backend are left out of a small installation. Says why one cannot be had. */
const importBackend = async (backend: 'webgpu' | 'wasm' | 'cpu', evenSoftware: boolean): Promise<string | undefined> => {
  if (backend === 'cpu') return undefined;
  if (backend === 'webgpu') {
    const adapter = await findGraphicsAdapter();
    if ('absent' in adapter) return adapter.absent;
    if (adapter.software && !evenSoftware) return `WebGPU is there only in software (${adapter.name})`;
    adapter.provide();
  }
  try {
    if (backend === 'wasm') await import('@tensorflow/tfjs-backend-wasm');
    else await import('@tensorflow/tfjs-backend-webgpu');
    return undefined;
  } catch (error) {
    return `@tensorflow/tfjs-backend-${backend} cannot be loaded (${firstLine(error)})`;
  }
};

const loadPlain = async (
  backend: 'webgpu' | 'wasm' | 'cpu',
  why: string,
  evenSoftware: boolean,
): Promise<LoadedTensorFlow | { reason: string }> => {
  const tf: TensorFlow = await import('@tensorflow/tfjs');
  const absent = await importBackend(backend, evenSoftware);
  if (absent !== undefined) return { reason: absent };
  if (!(await tf.setBackend(backend))) return { reason: `the backend ${backend} does not start` };
  await tf.ready();
  if (backend === 'wasm') {
    registerConvFilterGradient(tf);
    registerDepthwiseGradients(tf);
  }
  return { tf, backend, note: `TensorFlow.js ${tf.version['tfjs-core']} on ${backend}: ${why}` };
};

/** What is tried for a choice, in order, when no native TensorFlow is there. */
const plainBackends = (choice: TensorFlowChoice): readonly ('webgpu' | 'wasm' | 'cpu')[] => {
  switch (choice) {
    case 'auto':
      return ['webgpu', 'wasm', 'cpu'];
    case 'webgpu':
    case 'wasm':
    case 'cpu':
      return [choice];
    case 'tensorflow':
    case 'tensorflow:cpu':
    case 'tensorflow:gpu':
      return [];
    default:
      return choice satisfies never;
  }
};

/**
 * Loads TensorFlow.js with the fastest backend that training can use and that is really there, or the one asked for.
 * Faults: `engine` where the one asked for is not there.
 */
export const loadTensorFlow = async (choice: TensorFlowChoice = 'auto'): Promise<LoadedTensorFlow> => {
  const reasons: string[] = [];
  if (choice === 'auto' || choice.startsWith('tensorflow')) {
    const native = await nativeFor(choice);
    if ('tf' in native) return native;
    reasons.push(native.reason);
  }
  for (const backend of plainBackends(choice)) {
    const plain = await loadPlain(backend, reasons.length === 0 ? 'asked for' : reasons.join(', '), choice === backend);
    if ('tf' in plain) return plain;
    reasons.push(plain.reason);
  }
  const native = choice.startsWith('tensorflow');
  throw new FaultError({
    kind: 'engine',
    engine: choice,
    what: `${native ? 'native TensorFlow' : 'TensorFlow.js'} cannot be used (${reasons.join(', ')})`,
    remedy: native ? 'run `npm run tensorflow`, or choose another backend' : 'choose another backend, or auto',
  });
};
