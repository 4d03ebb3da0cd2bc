import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { FaultError } from '../../domain/fault.ts';
import type { ExportReading } from '../export/export-cells.ts';
import { exportFormatOf } from '../export/export-formats.ts';
import { exportSession } from '../export/export-session.ts';
import type { ConfigurationValues } from '../load-configuration.ts';
import { DATABASE_FILE, sessionFolder } from '../sessions/session-folder.ts';
import type { CommandIo } from './command-io.ts';
import { configurationFrom } from './configuration-flags.ts';
import { packageVersion } from './version.ts';

type ExportFlags = ConfigurationValues & {
  /** Of the data folder, or the path of a session's own folder. */
  readonly id: string;
  readonly format: string;
  readonly out: string;
  readonly reading?: string;
  readonly json?: boolean;
};

const READINGS: Readonly<Record<string, ExportReading>> = { counted: 'counted', '1': 1, '2': 2 };

const readingOf = (text: string | undefined): ExportReading | undefined => {
  if (text === undefined) return undefined;
  const reading = Object.hasOwn(READINGS, text) ? READINGS[text] : undefined;
  if (reading === undefined)
    throw new FaultError({ kind: 'usage', what: `there is no reading "${text.slice(0, 20)}"`, remedy: 'give --reading 1, 2 or counted' });
  return reading;
};

const findSession = (id: string, dataDir: string): string => {
  const known = sessionFolder(dataDir, id);
  const found = [known, resolve(id)].find((folder) => folder !== undefined && existsSync(join(folder, DATABASE_FILE)));
  if (found !== undefined) return found;
  throw new FaultError({
    kind: 'usage',
    what: `no session ${id.slice(0, 200)} in ${dataDir}`,
    remedy: 'smearscope sessions list names them',
  });
};

/** Writes one session in one format. */
export const runSessionsExport = async ({ id, format, out, reading, json, ...flags }: ExportFlags, io: CommandIo): Promise<void> => {
  const asked = exportFormatOf(format);
  const { configuration } = await configurationFrom(flags);
  const folder = findSession(id, resolve(configuration.dataDir));
  const made = await exportSession(folder, asked, out, { reading: readingOf(reading), program: packageVersion(), signal: io.signal });
  if (json) io.stdout(`${JSON.stringify({ schema: 'smearscope.exported/1', format: asked.format, ...made })}\n`);
  else
    io.stdout(`${asked.label}: ${made.path} (${(made.bytes / 1e6).toFixed(2)} MB in ${made.files} file${made.files === 1 ? '' : 's'})\n`);
};
