import { copyFile, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { FaultError } from '../../domain/fault.ts';
import type { ParameterLayout, Parameters } from '../architectures/parameters.ts';
import type { MomentState } from './optimisers.ts';
import { firstSchedule, type ScheduleState } from './schedule.ts';

/** Everything a run needs to go on as if it had not stopped. Random numbers are drawn from seed and step, so they need no state. */
export type TrainingState = {
  readonly present: Parameters;
  /** Moving average of the present parameters: what is validated and shipped. */
  readonly average: Parameters;
  /** `moments.step` counts the steps done. */
  readonly moments: MomentState;
  readonly schedule: ScheduleState;
  /** Best figure on the held-out fields so far, and seconds trained. */
  best: number | undefined;
  seconds: number;
};

const header = z.strictObject({
  schema: z.literal('smearscope.checkpoint/2'),
  architecture: z.string(),
  weightCount: z.int(),
  statisticCount: z.int(),
  step: z.int().min(0),
  schedule: z.strictObject({ steps: z.int().min(0), rateShare: z.number(), sinceBest: z.int(), sinceLowered: z.int() }),
  best: z.number().optional(),
  seconds: z.number(),
});

/** The checkpoint with the best figure on the held-out fields. */
export const BEST = 'best.ckpt';
/** How many of the newest checkpoints stay. */
const KEPT = 5;
const ALIGNMENT = 8;

const nameOf = (step: number): string => `step-${String(step).padStart(8, '0')}.ckpt`;

const arrays = ({ present, average, moments }: TrainingState): Float32Array[] => [
  present.weights,
  present.statistics,
  average.weights,
  average.statistics,
  moments.first,
  moments.second,
];

/** A state with everything at rest around first parameters. */
export const firstState = (parameters: Parameters, steps = 0): TrainingState => ({
  present: { weights: parameters.weights.slice(), statistics: parameters.statistics.slice() },
  average: { weights: parameters.weights.slice(), statistics: parameters.statistics.slice() },
  moments: { first: new Float32Array(parameters.weights.length), second: new Float32Array(parameters.weights.length), step: 0 },
  schedule: firstSchedule(steps),
  best: undefined,
  seconds: 0,
});

/** Names of a run's checkpoints, newest first. */
const listCheckpoints = async (out: string): Promise<string[]> =>
  (await readdir(out).catch(() => []))
    .filter((name) => /^step-\d{8}\.ckpt$/.test(name))
    .sort()
    .reverse();

/**
 * Writes the state beside the folder's checkpoints and moves it into place: a kill or a full disk leaves the old ones, whole.
 * Keeps the five newest; `isBest` makes it `best.ckpt` as well. Faults: `data` where it cannot be written.
 */
export const writeCheckpoint = async (out: string, architecture: string, state: TrainingState, isBest: boolean): Promise<void> => {
  const head: z.infer<typeof header> = {
    schema: 'smearscope.checkpoint/2',
    architecture,
    weightCount: state.present.weights.length,
    statisticCount: state.present.statistics.length,
    step: state.moments.step,
    schedule: state.schedule,
    ...(state.best === undefined ? {} : { best: state.best }),
    seconds: state.seconds,
  };
  const text = Buffer.from(JSON.stringify(head));
  const length = Math.ceil((text.length + 1) / ALIGNMENT) * ALIGNMENT - 1;
  const padded = Buffer.concat([text, Buffer.alloc(length - text.length, ' '), Buffer.from('\n')]);
  const parts = arrays(state).map((values) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  const file = path.join(out, nameOf(state.moments.step));
  const part = path.join(out, 'writing.part');
  try {
    await using handle = await open(part, 'w');
    await handle.writev([padded, ...parts]);
    await handle.sync();
    await rename(part, file);
    if (isBest) {
      await copyFile(file, part);
      await rename(part, path.join(out, BEST));
    }
  } catch (cause) {
    await rm(part, { force: true });
    const full = (cause as NodeJS.ErrnoException).code === 'ENOSPC';
    throw new FaultError(
      {
        kind: 'data',
        path: file,
        what: full ? 'no room on the disk for the checkpoint' : 'the checkpoint cannot be written',
        remedy: `${full ? 'free some' : 'look at the folder'}, then go on with --resume: earlier checkpoints are whole`,
      },
      { cause },
    );
  }
  for (const old of (await listCheckpoints(out)).slice(KEPT)) await rm(path.join(out, old), { force: true });
};

const readState = async (file: string, architecture: string, layout: ParameterLayout): Promise<TrainingState> => {
  const wrong = (what: string, remedy: string, cause?: unknown): FaultError =>
    new FaultError({ kind: 'data', path: file, what, remedy }, { cause });
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw wrong('no checkpoint', 'check the folder of the run', cause);
  });
  const end = bytes.indexOf('\n');
  let head: z.infer<typeof header>;
  try {
    head = header.parse(JSON.parse(bytes.toString('utf8', 0, end)));
  } catch (cause) {
    throw wrong('damaged checkpoint', 'use another one, or start the run again', cause);
  }
  if (head.architecture !== architecture || head.weightCount !== layout.weightCount || head.statisticCount !== layout.statisticCount)
    throw wrong(`checkpoint of another network (${head.architecture})`, 'use the recipe of that run');
  const counts = [head.weightCount, head.statisticCount, head.weightCount, head.statisticCount, head.weightCount, head.weightCount];
  if (bytes.length !== end + 1 + 4 * counts.reduce((sum, count) => sum + count, 0))
    throw wrong('checkpoint cut short', 'use another one, or start the run again');
  let offset = end + 1;
  const take = (count: number): Float32Array => {
    const values = new Float32Array(count);
    new Uint8Array(values.buffer).set(bytes.subarray(offset, offset + count * 4));
    offset += count * 4;
    return values;
  };
  const parameters = (): Parameters => ({ weights: take(head.weightCount), statistics: take(head.statisticCount) });
  return {
    present: parameters(),
    average: parameters(),
    moments: { first: take(head.weightCount), second: take(head.weightCount), step: head.step },
    schedule: head.schedule,
    best: head.best,
    seconds: head.seconds,
  };
};

/**
 * Reads a run's newest checkpoint that is whole, or its best one. Faults: `data` where there is none, or it is of another network.
 */
export const readCheckpoint = async (
  out: string,
  which: 'newest' | 'best',
  architecture: string,
  layout: ParameterLayout,
): Promise<TrainingState> => {
  const names = which === 'best' ? [BEST] : await listCheckpoints(out);
  let first: unknown;
  for (const name of names) {
    try {
      return await readState(path.join(out, name), architecture, layout);
    } catch (error) {
      first ??= error;
    }
  }
  throw (
    first ??
    new FaultError({ kind: 'data', path: out, what: 'no checkpoint', remedy: 'start the run without --resume, or check its folder' })
  );
};
