import { mkdir, open, readdir, truncate } from 'node:fs/promises';
import path from 'node:path';
import { PbfReader } from 'pbf';
import { readRecords, writeRecord } from '../../datasets/record-file.ts';
import { encodeEvent, type SummaryValue } from './tensorboard-event.ts';

/** A run's events for TensorBoard, one file for each time the run was begun or gone on with. */
export type EventFile = AsyncDisposable & {
  readonly path: string;
  /** Appends what was measured at a step; values that are not finite are left out. */
  write(step: number, values: readonly SummaryValue[]): Promise<void>;
};

/** TensorBoard knows event files by these words in their name. */
const PREFIX = 'events.out.tfevents.';

const stepOf = (bytes: Uint8Array): number =>
  new PbfReader(bytes).readFields(
    (tag, found: { step: number }, reader) => {
      if (tag === 2) found.step = reader.readVarint(true);
    },
    { step: 0 },
  ).step;

/** Cuts off what was written after a step, and a record that a kill left unfinished. */
const cutAfter = async (file: string, step: number): Promise<void> => {
  let end = 0;
  try {
    for await (const { start, bytes } of readRecords(file)) {
      if (stepOf(bytes) > step) break;
      end = start + bytes.length + 4;
    }
  } catch {
    // The whole records before the damage stay.
  }
  await truncate(file, end);
};

export type EventFileOptions = {
  readonly dir: string;
  /** Steps done before this file. The events of later steps, of a part that a kill threw away, are taken out of the run's older files. */
  readonly afterStep: number;
  readonly nowMs: () => number;
};

/** Opens the next event file of a run, in its folder `dir`. */
export const openEventFile = async ({ dir, afterStep, nowMs }: EventFileOptions): Promise<EventFile> => {
  await mkdir(dir, { recursive: true });
  const older = (await readdir(dir)).filter((name) => name.startsWith(PREFIX)).sort();
  for (const name of older) await cutAfter(path.join(dir, name), afterStep);
  // Files are read in the order of their names, so the time alone, which may stand still, does not do.
  const seconds = String(Math.floor(nowMs() / 1000)).padStart(10, '0');
  const file = path.join(dir, `${PREFIX}${seconds}.smearscope.${String(older.length).padStart(4, '0')}`);
  const handle = await open(file, 'a');
  await writeRecord(handle, encodeEvent({ wallMs: nowMs(), step: afterStep, kind: 'version' }));
  await writeRecord(handle, encodeEvent({ wallMs: nowMs(), step: afterStep + 1, kind: 'start' }));
  return {
    path: file,
    write: async (step, values) => {
      const finite = values.filter((value) => !('scalar' in value) || Number.isFinite(value.scalar));
      if (finite.length > 0) await writeRecord(handle, encodeEvent({ wallMs: nowMs(), step, kind: 'values', values: finite }));
    },
    [Symbol.asyncDispose]: () => handle.close(),
  };
};
