import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { FaultError } from '../../domain/fault.ts';
import type { ParameterLayout, Parameters } from '../architectures/parameters.ts';
import type { AdamState } from './adamw.ts';

/** Everything a run needs to go on as if it had not stopped. Random numbers are drawn from seed and step, so they need no state. */
export type TrainingState = {
  readonly present: Parameters;
  /** Moving average of the present parameters: what is validated and shipped. */
  readonly average: Parameters;
  /** `adam.step` counts the steps done. */
  readonly adam: AdamState;
  /** Best figure on the held-out fields so far, and seconds trained. */
  best: number | undefined;
  seconds: number;
};

const header = z.strictObject({
  schema: z.literal('smearscope.checkpoint/1'),
  weightCount: z.int(),
  statisticCount: z.int(),
  step: z.int().min(0),
  best: z.number().optional(),
  seconds: z.number(),
});

/** Names of a run's checkpoints. */
export const NEWEST = 'newest.ckpt';
export const BEST = 'best.ckpt';

const ALIGNMENT = 8;

const arrays = (state: TrainingState): Float32Array[] => [
  state.present.weights,
  state.present.statistics,
  state.average.weights,
  state.average.statistics,
  state.adam.first,
  state.adam.second,
];

/** A state with everything at rest around first parameters. */
export const firstState = (parameters: Parameters): TrainingState => ({
  present: { weights: parameters.weights.slice(), statistics: parameters.statistics.slice() },
  average: { weights: parameters.weights.slice(), statistics: parameters.statistics.slice() },
  adam: { first: new Float32Array(parameters.weights.length), second: new Float32Array(parameters.weights.length), step: 0 },
  best: undefined,
  seconds: 0,
});

/** Writes the state beside the file and moves it into place: a kill leaves the old file or the new one, whole. */
export const writeCheckpoint = async (file: string, state: TrainingState): Promise<void> => {
  const head: z.infer<typeof header> = {
    schema: 'smearscope.checkpoint/1',
    weightCount: state.present.weights.length,
    statisticCount: state.present.statistics.length,
    step: state.adam.step,
    ...(state.best === undefined ? {} : { best: state.best }),
    seconds: state.seconds,
  };
  const text = Buffer.from(JSON.stringify(head));
  const length = Math.ceil((text.length + 1) / ALIGNMENT) * ALIGNMENT - 1;
  const padded = Buffer.concat([text, Buffer.alloc(length - text.length, ' '), Buffer.from('\n')]);
  const parts = arrays(state).map((values) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  await writeFile(`${file}.part`, Buffer.concat([padded, ...parts]));
  await rename(`${file}.part`, file);
};

/** Reads a state. Faults: `data` where the file is missing, cut short, or of another network. */
export const readCheckpoint = async (file: string, layout: ParameterLayout): Promise<TrainingState> => {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new FaultError(
      { kind: 'data', path: file, what: 'no checkpoint', remedy: 'start the run without --resume, or check its folder' },
      { cause },
    );
  });
  const end = bytes.indexOf('\n');
  let head: z.infer<typeof header>;
  try {
    head = header.parse(JSON.parse(bytes.toString('utf8', 0, end)));
  } catch (cause) {
    throw new FaultError(
      { kind: 'data', path: file, what: 'damaged checkpoint', remedy: 'use another one, or start the run again' },
      { cause },
    );
  }
  const counts = [head.weightCount, head.statisticCount, head.weightCount, head.statisticCount, head.weightCount, head.weightCount];
  const expected = end + 1 + 4 * counts.reduce((sum, count) => sum + count, 0);
  if (head.weightCount !== layout.weightCount || head.statisticCount !== layout.statisticCount || bytes.length !== expected)
    throw new FaultError({
      kind: 'data',
      path: file,
      what: 'checkpoint of another network, or cut short',
      remedy: 'use the recipe of that run',
    });
  let offset = end + 1;
  const read = counts.map((count) => {
    const values = new Float32Array(count);
    new Uint8Array(values.buffer).set(bytes.subarray(offset, offset + count * 4));
    offset += count * 4;
    return values;
  });
  const [weights, statistics, averageWeights, averageStatistics, first, second] = read as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  return {
    present: { weights, statistics },
    average: { weights: averageWeights, statistics: averageStatistics },
    adam: { first, second, step: head.step },
    best: head.best,
    seconds: head.seconds,
  };
};
