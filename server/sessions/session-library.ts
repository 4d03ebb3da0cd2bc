import { setImmediate as breathe } from 'node:timers/promises';
import { FaultError } from '../../domain/fault.ts';
import type { SessionChange, SessionDetail, SessionPage, SessionSummary } from '../../domain/session.ts';
import { cursorOf, readCursor } from './page-cursor.ts';
import { amendSession } from './session-database.ts';
import { listSessionIds, removeSessionFolder, sessionFolder } from './session-folder.ts';
import { openSessionReader, type SessionReader } from './session-reader.ts';

export type SessionsAsked = { readonly search?: string | undefined; readonly limit: number; readonly cursor?: string | undefined };

/** What cameras do with sessions now. */
export type LiveSessions = { readonly live: ReadonlySet<string>; readonly recording: ReadonlySet<string> };

/** The sessions of a data folder. Readers are kept open for those asked for lately. */
export type SessionLibrary = {
  /** Newest first, those whose facts hold every word of the search. Damaged ones are left out. */
  list(asked: SessionsAsked): Promise<SessionPage>;
  /** `undefined` where there is none of that id. */
  detail(id: string): SessionDetail | undefined;
  reader(id: string): SessionReader | undefined;
  /** `undefined` where there is none of that id. */
  amend(id: string, change: SessionChange): SessionDetail | undefined;
  /** Throws a `usage` fault while a camera writes it; `false` where there is none of that id. */
  remove(id: string): Promise<boolean>;
  close(): void;
};

const OPEN_READERS = 8;

const matches = (summary: SessionSummary, words: readonly string[]): boolean => {
  const { id, camera, source, operator = '', specimenId = '', flags, model } = summary;
  const text = [id, camera, source, operator, specimenId, model.name, ...flags, new Date(summary.startedAt).toISOString()]
    .join('\n')
    .toLowerCase();
  return words.every((word) => text.includes(word));
};

export const createSessionLibrary = (
  dataDir: string,
  now: () => LiveSessions = () => ({ live: new Set(), recording: new Set() }),
): SessionLibrary => {
  const readers = new Map<string, SessionReader>();
  /** Of sessions that ended; they change no more but by hand. */
  const ended = new Map<string, SessionSummary>();
  const close = (id: string): void => {
    readers.get(id)?.[Symbol.dispose]();
    readers.delete(id);
  };
  const reader = (id: string): SessionReader | undefined => {
    const folder = sessionFolder(dataDir, id);
    if (folder === undefined) return undefined;
    const known = readers.get(id);
    if (known !== undefined) {
      readers.delete(id);
      readers.set(id, known);
      return known;
    }
    try {
      const opened = openSessionReader(folder);
      readers.set(id, opened);
      const oldest = readers.keys().next().value;
      if (readers.size > OPEN_READERS && oldest !== undefined) close(oldest);
      return opened;
    } catch {
      return undefined;
    }
  };
  const summaryOf = (id: string): SessionSummary | undefined => {
    const { live, recording } = now();
    const known = live.has(id) ? undefined : ended.get(id);
    if (known !== undefined) return known;
    try {
      const read = reader(id)?.summary();
      if (read === undefined) return undefined;
      const summary = { ...read, live: live.has(id), recording: recording.has(id) };
      if (live.has(id)) ended.delete(id);
      else ended.set(id, summary);
      return summary;
    } catch {
      return undefined;
    }
  };

  const detail = (id: string): SessionDetail | undefined => {
    const summary = summaryOf(id);
    const read = reader(id);
    return summary === undefined || read === undefined ? undefined : { ...summary, ...read.detail() };
  };

  return {
    list: async ({ search = '', limit, cursor }) => {
      const words = search.toLowerCase().split(/\s+/).filter(Boolean);
      const from = cursor === undefined ? undefined : String(readCursor(cursor)[0]);
      const found: SessionSummary[] = [];
      for (const id of await listSessionIds(dataDir)) {
        const summary = summaryOf(id);
        if (summary !== undefined && matches(summary, words)) found.push(summary);
        await breathe();
      }
      const rest = from === undefined ? found : found.filter(({ id }) => id < from);
      const sessions = rest.slice(0, limit);
      const last = sessions.at(-1);
      return { total: found.length, sessions, ...(rest.length > limit && last !== undefined ? { next: cursorOf(last.id, last.id) } : {}) };
    },
    detail,
    reader,
    amend: (id, change) => {
      const folder = sessionFolder(dataDir, id);
      if (folder === undefined || reader(id) === undefined) return undefined;
      amendSession(folder, change);
      ended.delete(id);
      return detail(id);
    },
    remove: async (id) => {
      const folder = sessionFolder(dataDir, id);
      if (folder === undefined || !(await listSessionIds(dataDir)).includes(id)) return false;
      if (now().live.has(id))
        throw new FaultError({
          kind: 'usage',
          what: `session ${id} is being written`,
          remedy: 'close its camera first, or begin a new session',
        });
      close(id);
      ended.delete(id);
      await removeSessionFolder(folder);
      return true;
    },
    close: () => {
      for (const id of [...readers.keys()]) close(id);
    },
  };
};
