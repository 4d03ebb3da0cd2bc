import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { FaultError } from '../../domain/fault.ts';
import type { ParameterLayout, Parameters } from '../architectures/parameters.ts';

export const WEIGHTS_BIN = 'weights.bin';
export const WEIGHTS_JSON = 'weights.json';

/** TensorFlow.js' weights manifest, as `tf.io.loadWeights` reads it: named float32 tensors one after the other. */
const manifest = z.tuple([
  z.object({
    paths: z.tuple([z.literal(WEIGHTS_BIN)]),
    weights: z.array(z.object({ name: z.string(), shape: z.array(z.int()), dtype: z.literal('float32') })),
  }),
]);

/** Both files of trained parameters, unfolded, so that a later training can start from them. */
export const weightsFiles = (
  layout: Pick<ParameterLayout, 'weights' | 'statistics'>,
  parameters: Parameters,
): { json: string; bin: Uint8Array } => {
  const weights = [...layout.weights, ...layout.statistics].map(({ name, shape }) => ({
    name,
    shape: [...shape],
    dtype: 'float32' as const,
  }));
  const bytes = (values: Float32Array): Uint8Array => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return {
    json: `${JSON.stringify([{ paths: [WEIGHTS_BIN], weights }])}\n`,
    bin: Buffer.concat([bytes(parameters.weights), bytes(parameters.statistics)]),
  };
};

/** Values of the named tensors of a bundle. Faults: `bundle` where they are missing or damaged. */
export const readTensors = async (dir: string): Promise<Map<string, { shape: string; values: Float32Array }>> => {
  const wrong = (what: string, cause?: unknown): FaultError =>
    new FaultError({ kind: 'bundle', bundle: dir, what, remedy: 'give a bundle that `export` made' }, { cause });
  let listed: z.infer<typeof manifest>;
  let bin: Buffer;
  try {
    listed = manifest.parse(JSON.parse(await readFile(path.join(dir, WEIGHTS_JSON), 'utf8')));
    bin = await readFile(path.join(dir, WEIGHTS_BIN));
  } catch (cause) {
    throw wrong('bundle without readable TensorFlow.js weights', cause);
  }
  const sizes = listed[0].weights.map(({ shape }) => shape.reduce((product, n) => product * n, 1));
  if (bin.length !== 4 * sizes.reduce((sum, size) => sum + size, 0)) throw wrong('weights cut short');
  const all = new Float32Array(new Uint8Array(bin).buffer);
  let at = 0;
  return new Map(
    listed[0].weights.map(({ name, shape }, i) => {
      const values = all.subarray(at, at + sizes[i]!);
      at += sizes[i]!;
      return [name, { shape: String(shape), values }];
    }),
  );
};

/**
 * Lays the parameters of a bundle over `first`, as far as names and shapes agree: with other classes the outputs stay as they are.
 * Gives how many tensors were taken. Faults: `bundle` where they are missing, damaged, or of another network.
 */
export const adoptWeights = async (
  dir: string,
  layout: ParameterLayout,
  first: Parameters,
): Promise<{ taken: number; tensors: number }> => {
  const there = await readTensors(dir);
  const wanted = [...layout.weights, ...layout.statistics];
  const fitting = wanted.filter(({ name, shape }) => there.get(name)?.shape === String(shape));
  if (fitting.length < wanted.length / 2)
    throw new FaultError({
      kind: 'bundle',
      bundle: dir,
      what: `weights of another network: ${fitting.length} of ${wanted.length} tensors fit`,
      remedy: 'give a bundle of the recipe’s architecture',
    });
  const statistics = new Set(layout.statistics);
  for (const slot of fitting) (statistics.has(slot) ? first.statistics : first.weights).set(there.get(slot.name)!.values, slot.offset);
  return { taken: fitting.length, tensors: wanted.length };
};
