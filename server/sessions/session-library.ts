import { FaultError } from '../../domain/fault.ts';
import type { SessionChange, SessionDetail, SessionPage, SessionSummary } from '../../domain/session.ts';
import { createIndexKeeper, type IndexKeeper } from './index-keeper.ts';
import { amendSession } from './session-database.ts';
import { listSessionIds, removeSessionFolder, sessionFolder } from './session-folder.ts';
import type { IndexedSession, SessionsAsked } from './session-index.ts';
import { openSessionReader, type SessionReader } from './session-reader.ts';

/** What cameras do with sessions now. */
export type LiveSessions = { readonly live: ReadonlySet<string>; readonly recording: ReadonlySet<string> };

/** The sessions of a data folder. Readers are kept open for those asked for lately. */
export type SessionLibrary = {
  /** Those that are asked for, newest first where no order is; damaged ones are left out. */
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

export const createSessionLibrary = (
  dataDir: string,
  now: () => LiveSessions = () => ({ live: new Set(), recording: new Set() }),
): SessionLibrary => {
  const readers = new Map<string, SessionReader>();
  let keeper: IndexKeeper | undefined;
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
  const read = (id: string): IndexedSession | undefined => {
    try {
      return reader(id)?.summary();
    } catch {
      return undefined;
    }
  };
  /** Read without staying open: a list looks into thousands. */
  const glance = (id: string): IndexedSession | undefined => {
    if (readers.has(id)) return read(id);
    try {
      using opened = openSessionReader(sessionFolder(dataDir, id)!);
      return opened.summary();
    } catch {
      return undefined;
    }
  };
  const index = (): IndexKeeper => {
    keeper ??= createIndexKeeper(dataDir, glance, () => now().live);
    return keeper;
  };
  const withNow = (summary: IndexedSession): SessionSummary => {
    const { live, recording } = now();
    return { ...summary, live: live.has(summary.id), recording: recording.has(summary.id) };
  };

  const detail = (id: string): SessionDetail | undefined => {
    const summary = read(id);
    return summary && { ...withNow(summary), ...reader(id)!.detail() };
  };

  return {
    list: async (asked) => {
      const page = await index().list(asked);
      return { ...page, sessions: page.sessions.map(withNow) };
    },
    detail,
    reader,
    amend: (id, change) => {
      const folder = sessionFolder(dataDir, id);
      if (folder === undefined || reader(id) === undefined) return undefined;
      amendSession(folder, change);
      keeper?.refresh(id);
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
      await removeSessionFolder(folder);
      keeper?.refresh(id);
      return true;
    },
    close: () => {
      for (const id of [...readers.keys()]) close(id);
      keeper?.close();
      keeper = undefined;
    },
  };
};
