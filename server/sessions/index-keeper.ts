import { statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { sessionId } from '../../domain/session.ts';
import { DATABASE_FILE, sessionsFolder } from './session-folder.ts';
import { type IndexedPage, type IndexedSession, openSessionIndex, type SessionsAsked } from './session-index.ts';

/** Keeps the index of sessions as the folders are. */
export type IndexKeeper = {
  list(asked: SessionsAsked): Promise<IndexedPage>;
  /** A session changed, or is gone. */
  refresh(id: string): void;
  close(): void;
};

/** Sessions that somebody else may have changed are looked through so often. */
const SWEEP_MS = 10_000;
/** … and those that a camera writes. */
const LIVE_MS = 1000;
/** A page is looked at again where some of it had changed; no more often than this. */
const ROUNDS = 3;
const STEP_MS = 8;

const mark = (path: string): string => {
  const file = statSync(path, { throwIfNoEntry: false });
  // Who reads a session leaves an empty log.
  return file === undefined || file.size === 0 ? '' : `${file.mtimeMs}:${file.size}`;
};

/** Changes with every commit to the session; `undefined` where there is no session. */
const stampOf = (home: string, id: string): string | undefined => {
  const path = join(home, id, DATABASE_FILE);
  const stamp = mark(path);
  return stamp === '' ? undefined : `${stamp} ${mark(`${path}-wal`)}`;
};

/** `summaryOf` reads one session, and gives `undefined` where that fails; `live` names those that are being written. */
export const createIndexKeeper = (
  dataDir: string,
  summaryOf: (id: string) => IndexedSession | undefined,
  live: () => ReadonlySet<string>,
): IndexKeeper => {
  const home = sessionsFolder(dataDir);
  const index = openSessionIndex(home);
  const stamps = index.stamps();
  const readAt = new Map<string, number>();
  let sweptAt = Number.NEGATIVE_INFINITY;
  let sweeping: Promise<void> | undefined;
  let closed = false;

  /** Whether the index changed by it. */
  const refresh = (id: string): boolean => {
    const stamp = stampOf(home, id);
    if (stamp === stamps.get(id)) return false;
    if (stamp === undefined) {
      stamps.delete(id);
      index.remove(id);
      return true;
    }
    // The stamp is from before the reading: what is written meanwhile is read again the next time.
    index.put(id, stamp, summaryOf(id));
    stamps.set(id, stamp);
    readAt.set(id, performance.now());
    return true;
  };
  /** One that is being written changes all the time. */
  const refreshDue = (id: string): boolean => {
    if (live().has(id) && performance.now() - (readAt.get(id) ?? Number.NEGATIVE_INFINITY) < LIVE_MS) return false;
    return refresh(id);
  };

  const sweep = async (): Promise<void> => {
    const there = new Set((await readdir(home).catch(() => [])).filter((name) => sessionId.safeParse(name).success));
    let since = performance.now();
    for (const id of new Set([...stamps.keys(), ...there])) {
      if (closed) return;
      refreshDue(id);
      if (performance.now() - since < STEP_MS) continue;
      await breathe();
      since = performance.now();
    }
    sweptAt = performance.now();
  };
  const swept = (): Promise<void> => {
    sweeping ??= sweep().finally(() => {
      sweeping = undefined;
    });
    return sweeping;
  };

  return {
    list: async (asked) => {
      if (sweptAt === Number.NEGATIVE_INFINITY) await swept();
      else {
        // What is new is seen at once; what others changed, at the latest with the next request after the sweep.
        for (const name of await readdir(home).catch(() => [])) if (!stamps.has(name) && sessionId.safeParse(name).success) refresh(name);
        if (performance.now() - sweptAt > SWEEP_MS) void swept().catch(() => {});
      }
      for (const id of live()) refreshDue(id);
      let page = index.list(asked);
      for (let round = 1; round < ROUNDS && page.sessions.filter(({ id }) => refreshDue(id)).length > 0; round++) page = index.list(asked);
      return page;
    },
    refresh,
    close: () => {
      closed = true;
      index.close();
    },
  };
};
