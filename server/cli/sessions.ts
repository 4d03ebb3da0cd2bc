import { resolve } from 'node:path';
import { FaultError } from '../../domain/fault.ts';
import { type SessionSummary, type SessionsQuery, sessionsQuery } from '../../domain/session.ts';
import type { ConfigurationValues } from '../load-configuration.ts';
import { createSessionLibrary, type SessionLibrary } from '../sessions/session-library.ts';
import { writersOf } from '../sessions/session-lock.ts';
import type { CommandIo } from './command-io.ts';
import { configurationFrom } from './configuration-flags.ts';

type ListFlags = ConfigurationValues & Readonly<Record<keyof SessionsQuery, string | undefined>> & { readonly json?: boolean };
type OneFlags = ConfigurationValues & { readonly id: string; readonly json?: boolean };

const openLibrary = async (flags: ConfigurationValues): Promise<{ library: SessionLibrary; dataDir: string }> => {
  const { configuration } = await configurationFrom(flags);
  const dataDir = resolve(configuration.dataDir);
  const live = await writersOf(dataDir);
  return { dataDir, library: createSessionLibrary(dataDir, () => ({ live, recording: new Set() })) };
};

const noSession = (id: string, dataDir: string): FaultError =>
  new FaultError({ kind: 'usage', what: `no session ${id} in ${dataDir}`, remedy: 'smearscope sessions list names them' });

const duration = (ms: number): string => {
  const s = Math.round(ms / 1000);
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`;
};

const line = (session: SessionSummary): string => {
  const { id, source, counts, durationMs, kept, live, operator, specimenId, bytes } = session;
  const marks = [live ? 'live' : '', kept ? 'kept' : '', session.videoMs > 0 ? 'video' : ''].filter(Boolean).join(' ');
  const cells = Object.entries(counts)
    .map(([name, n]) => `${n} ${name}`)
    .join(', ');
  const who = [operator, specimenId].filter(Boolean).join(' · ');
  return `${id}  ${duration(durationMs).padStart(6)}  ${cells}  ${(bytes / 1e6).toFixed(1)} MB  ${[marks, who, source].filter(Boolean).join('  ')}\n`;
};

/** What flags were given of the query. */
const queryOf = (flags: Readonly<Record<string, unknown>>): SessionsQuery => {
  const given = Object.keys(sessionsQuery.shape).flatMap((key) => (flags[key] === undefined ? [] : [[key, flags[key]]]));
  const query = sessionsQuery.safeParse(Object.fromEntries(given));
  if (query.success) return query.data;
  const [issue] = query.error.issues;
  const flag = String(issue?.path[0] ?? 'search').replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new FaultError({
    kind: 'usage',
    what: `--${flag} ${flags[String(issue?.path[0])]} cannot be used (${issue?.message})`,
    remedy: 'see sessions list --help',
  });
};

export const runSessionsList = async ({ json, ...flags }: ListFlags, io: CommandIo): Promise<void> => {
  const query = queryOf(flags);
  const { library } = await openLibrary(flags);
  try {
    const page = await library.list(query);
    if (json) io.stdout(`${JSON.stringify({ schema: 'smearscope.sessions/1', ...page })}\n`);
    else io.stdout(page.sessions.length === 0 ? 'no sessions\n' : page.sessions.map(line).join(''));
  } finally {
    library.close();
  }
};

export const runSessionsShow = async ({ id, json, ...flags }: OneFlags, io: CommandIo): Promise<void> => {
  const { library, dataDir } = await openLibrary(flags);
  const detail = library.detail(id);
  library.close();
  if (detail === undefined) throw noSession(id, dataDir);
  if (json) {
    io.stdout(`${JSON.stringify({ schema: 'smearscope.session/1', ...detail })}\n`);
    return;
  }
  const { settings: _settings, events, runs: _runs, ...facts } = detail;
  const shown = Object.entries(facts).map(
    ([key, value]) => `${key.padEnd(14)}${typeof value === 'object' ? JSON.stringify(value) : value}\n`,
  );
  const told = events.map(({ at, level, text }) => `${new Date(at).toISOString()} ${level}: ${text}\n`);
  io.stdout([...shown, ...told].join(''));
};

export const runSessionsDelete = async ({ id, json, ...flags }: OneFlags, io: CommandIo): Promise<void> => {
  const { library, dataDir } = await openLibrary(flags);
  const gone = await library.remove(id);
  library.close();
  if (!gone) throw noSession(id, dataDir);
  io.stdout(json ? `${JSON.stringify({ schema: 'smearscope.deleted/1', id })}\n` : `deleted ${id}\n`);
};
