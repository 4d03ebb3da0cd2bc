import { join, resolve } from 'node:path';
import { FaultError } from '../../domain/fault.ts';
import { trainFromSessions, writeSessionDataset } from '../training/train-from-sessions.ts';
import type { CommandIo, CommandResult } from './command-io.ts';
import { configurationFrom } from './configuration-flags.ts';
import { modelIo } from './model-io.ts';
import type { TrainFlags } from './train.ts';

export type SessionFlags = {
  readonly fromSession: readonly string[];
  readonly dataDir?: string;
  readonly oneSlide?: boolean;
  readonly practice?: boolean;
  readonly mostFields?: number;
};

const dataDirOf = async (dataDir: string | undefined): Promise<string> =>
  resolve((await configurationFrom({ dataDir })).configuration.dataDir);

/** Teaches a bundle what was corrected in sessions, and says where the bundle is. */
export const runTrainSessions = async (flags: TrainFlags & SessionFlags, io: CommandIo): Promise<CommandResult> => {
  if (flags.data !== undefined || flags.config !== undefined || flags.dataRoot !== undefined)
    throw new FaultError({
      kind: 'usage',
      what: '--from-session makes its own data set and recipe',
      remedy: 'leave --data, --config and --data-root out',
    });
  const dataDir = await dataDirOf(flags.dataDir);
  const stamp = new Date().toISOString().slice(0, 16).replaceAll(/[-:]/g, '').replace('T', '-');
  const out = resolve(flags.out ?? join(dataDir, 'training', stamp));
  const bundle = resolve(flags.bundle ?? join(out, 'bundle'));
  const { fromSession: sessions, base = 'default', json, oneSlide, practice, mostFields, minutes, memory, backend, resume, epochs } = flags;
  const summary = await trainFromSessions(
    {
      ...{ dataDir, sessions, base, out, bundle, minutes, memory, backend, resume, epochs },
      ...(oneSlide ? { oneSlide } : {}),
      ...(practice ? { practice } : {}),
      ...(mostFields === undefined ? {} : { mostFields }),
    },
    modelIo(io),
  );
  const { finished, steps, best } = summary;
  if (json) io.stdout(`${JSON.stringify({ schema: 'smearscope.train/1', ...summary, ...(finished ? { bundle } : {}) })}\n`);
  else if (finished) io.stdout(`${bundle}: ${steps} steps, best ${best?.toFixed(3) ?? 'not judged'}; report: ${summary.report}\n`);
  return finished ? undefined : { stopped: `stopped after ${steps} steps: go on with --resume --out ${out}` };
};

/** Writes the data set that sessions make, for looking at or for training elsewhere. */
export const runDatasetFromSession = async (
  flags: Omit<SessionFlags, 'fromSession'> & { readonly ids: readonly string[]; readonly out: string; readonly json?: boolean },
  io: CommandIo,
): Promise<undefined> => {
  const { ids: sessions, out, json, oneSlide, practice, mostFields } = flags;
  const dataDir = await dataDirOf(flags.dataDir);
  const options = {
    ...{ dataDir, sessions, out },
    ...(oneSlide ? { oneSlide } : {}),
    ...(practice ? { practice } : {}),
    ...(mostFields === undefined ? {} : { mostFields }),
  };
  const { dataset, slides, corrections, notes } = await writeSessionDataset(options, (line) => io.stderr(`${line}\n`));
  const fields = Object.fromEntries(dataset.splits.map((split) => [split.name, split.fields.length]));
  const told = { schema: 'smearscope.dataset-from-session/1', out, fields, slides, corrections, heldBack: notes.heldBack };
  io.stdout(json ? `${JSON.stringify(told)}\n` : `${out}: look at it with dataset show ${out} --out sheet.webp\n`);
};
