import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { FaultError } from '../../domain/fault.ts';

/** How a run was made: goes onto the card of what is exported from it. */
export const runRecord = z.strictObject({
  command: z.string(),
  /** Commit of the code that began the run. */
  commit: z.string(),
  backend: z.string(),
  /** Processor, memory and system it ran on. */
  machine: z.string().optional(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().optional(),
  /** Weights that it started from: a bundle's or file's name, and the sha256 of its weights. */
  base: z.strictObject({ name: z.string().max(100), sha256: z.string() }).optional(),
  /** Fields trained on, by the name of their source. */
  fields: z.record(z.string(), z.int()),
});

export type RunRecord = z.infer<typeof runRecord>;

const RECORD = 'run.json';

/** The commit of this checkout, or `unknown` outside one. */
export const currentCommit = (): Promise<string> =>
  promisify(execFile)('git', ['rev-parse', '--short=12', 'HEAD'], { cwd: fileURLToPath(new URL('.', import.meta.url)) }).then(
    ({ stdout }) => stdout.trim(),
    () => 'unknown',
  );

export const writeRunRecord = (out: string, record: RunRecord): Promise<void> =>
  writeFile(path.join(out, RECORD), `${JSON.stringify(record, undefined, 2)}\n`);

/** Reads the record of a run. Faults: `data` where the folder holds no run. */
export const readRunRecord = async (out: string): Promise<RunRecord> => {
  try {
    return runRecord.parse(JSON.parse(await readFile(path.join(out, RECORD), 'utf8')));
  } catch (cause) {
    throw new FaultError(
      { kind: 'data', path: path.join(out, RECORD), what: 'no record of a training run', remedy: 'give the --out folder of `train`' },
      { cause },
    );
  }
};
