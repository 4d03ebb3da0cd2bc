import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import util from 'node:util';
import { FaultError } from '../domain/fault.ts';
import { registerConvFilterGradient } from './architectures/conv-filter-gradient.ts';

/** TensorFlow.js, whichever build of it was loaded. */
export type TensorFlow = typeof import('@tensorflow/tfjs');

export type TensorFlowBackend = 'tensorflow:gpu' | 'tensorflow:cpu' | 'wasm' | 'cpu';

export type LoadedTensorFlow = {
  readonly tf: TensorFlow;
  readonly backend: TensorFlowBackend;
  /** One sentence: what computes, and why not something faster. */
  readonly note: string;
};

/** Where `npm run tensorflow` puts the native packages: beside the checkout's own packages, so that the lockfile stays small. */
export const nativeTensorFlowFolder = fileURLToPath(new URL('../.tensorflow/', import.meta.url));

/** tfjs-node 4 calls type tests that Node 23 took out of `util`, or that it warns of. */
const restoreUtil = (): void => {
  Object.assign(util, { isNullOrUndefined: (value: unknown) => value === undefined || value === null, isArray: Array.isArray });
};

const tryNative = (name: string): { module: TensorFlow } | { reason: string } => {
  let reason = 'not installed';
  for (const root of [nativeTensorFlowFolder, fileURLToPath(import.meta.url)]) {
    const require = createRequire(path.join(root, 'from.cjs'));
    try {
      require.resolve(name);
    } catch {
      continue;
    }
    try {
      return { module: require(name) as TensorFlow };
    } catch (error) {
      reason = `does not load (${String(error instanceof Error ? error.message : error).split('\n')[0]})`;
    }
  }
  return { reason };
};

const loadNative = async (): Promise<LoadedTensorFlow | { reason: string }> => {
  restoreUtil();
  const { TF_CPP_MIN_LOG_LEVEL = '2' } = process.env;
  Object.assign(process.env, { TF_CPP_MIN_LOG_LEVEL });
  const reasons: string[] = [];
  for (const name of ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node']) {
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

const loadPlain = async (backend: 'wasm' | 'cpu', why: string): Promise<LoadedTensorFlow | undefined> => {
  const tf: TensorFlow = await import('@tensorflow/tfjs');
  const wasmPackage = '@tensorflow/tfjs-backend-wasm';
  if (backend === 'wasm') {
    try {
      await import(wasmPackage);
    } catch {
      return undefined;
    }
  }
  if (!(await tf.setBackend(backend))) return undefined;
  await tf.ready();
  if (backend === 'wasm') registerConvFilterGradient(tf);
  return { tf, backend, note: `plain TensorFlow.js on ${backend}, slow: ${why}` };
};

/**
 * Loads TensorFlow.js with the fastest backend that is really there, or the one asked for.
 * Faults: `engine` where the one asked for is not there.
 */
export const loadTensorFlow = async (preference: 'auto' | 'tensorflow' | 'wasm' | 'cpu' = 'auto'): Promise<LoadedTensorFlow> => {
  let why = 'asked for';
  if (preference === 'auto' || preference === 'tensorflow') {
    const native = await loadNative();
    if ('tf' in native) return native;
    why = native.reason;
    if (preference === 'tensorflow')
      throw new FaultError({
        kind: 'engine',
        engine: 'tensorflow',
        what: `native TensorFlow cannot be used (${why})`,
        remedy: 'run `npm run tensorflow`, or choose another backend',
      });
  }
  for (const backend of preference === 'wasm'
    ? (['wasm'] as const)
    : preference === 'cpu'
      ? (['cpu'] as const)
      : (['wasm', 'cpu'] as const)) {
    const plain = await loadPlain(backend, why);
    if (plain !== undefined) return plain;
  }
  throw new FaultError({
    kind: 'engine',
    engine: preference,
    what: 'no TensorFlow.js backend starts',
    remedy: 'install @tensorflow/tfjs-backend-wasm, or use auto',
  });
};
