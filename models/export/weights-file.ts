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
export const weightsFiles = (layout: ParameterLayout, parameters: Parameters): { json: string; bin: Uint8Array } => {
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

/** Reads the parameters of a bundle. Faults: `bundle` where they are missing or of another network. */
export const readWeights = async (dir: string, layout: ParameterLayout): Promise<Parameters> => {
  const wrong = (what: string, cause?: unknown): FaultError =>
    new FaultError({ kind: 'bundle', bundle: dir, what, remedy: 'give a bundle exported from the same size of network' }, { cause });
  let listed: z.infer<typeof manifest>;
  let bin: Buffer;
  try {
    listed = manifest.parse(JSON.parse(await readFile(path.join(dir, WEIGHTS_JSON), 'utf8')));
    bin = await readFile(path.join(dir, WEIGHTS_BIN));
  } catch (cause) {
    throw wrong('bundle without readable TensorFlow.js weights', cause);
  }
  const wanted = [...layout.weights, ...layout.statistics];
  const same =
    listed[0].weights.length === wanted.length &&
    wanted.every(({ name, shape }, i) => listed[0].weights[i]?.name === name && String(listed[0].weights[i]?.shape) === String(shape));
  if (!same || bin.length !== 4 * (layout.weightCount + layout.statisticCount)) throw wrong('weights of another network');
  const values = new Float32Array(new Uint8Array(bin).buffer);
  return { weights: values.slice(0, layout.weightCount), statistics: values.slice(layout.weightCount) };
};
