import { mkdtempSync, rmSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import {
  DATABASE_FILE,
  listSessionIds,
  mapFile,
  newSessionId,
  removeSessionFolder,
  sessionFolder,
  sessionsFolder,
} from './session-folder.ts';
import { writersOf } from './session-lock.ts';
import { openSessionReader } from './session-reader.ts';

/** A session that a camera process is to write. */
export type SessionOrder = { readonly id: string; readonly camera: string; readonly folder: string; readonly map: string };

/** Where the sessions of one camera go. */
export type SessionPlace = {
  /** The session that the camera writes now. */
  readonly current: SessionOrder;
  /** Begins a new session, or goes on with the one of this id; earlier ones of this camera that nobody kept are removed. */
  next(id?: string): SessionOrder;
  close(): void;
};

/** Whether a session may go: nobody kept it, and this camera wrote it, or it is older than those of any camera are held. */
const isLeftOver = (folder: string, camera: string, startedBefore: number): boolean => {
  try {
    using reader = openSessionReader(folder);
    const facts = reader.facts();
    return !facts.kept && (facts.camera === camera || facts.startedAt < startedBefore);
  } catch {
    // What cannot be read may still be mended by somebody.
    return false;
  }
};

const DAY_MS = 86_400_000;

/** Without a data folder sessions live in a temporary one, and end with the place. */
export const createSessionPlace = (camera: string, dataDir?: string, retentionDays = 30): SessionPlace => {
  const home = dataDir ?? mkdtempSync(join(tmpdir(), 'smearscope-camera-'));
  const orderOf = (id: string): SessionOrder => {
    const folder = sessionFolder(home, id) ?? join(sessionsFolder(home), id);
    return { id, camera, folder, map: mapFile(folder) };
  };
  let current = orderOf(newSessionId());
  const sweep = async (): Promise<void> => {
    const startedBefore = Date.now() - retentionDays * DAY_MS;
    const written = await writersOf(home);
    for (const id of await listSessionIds(home)) {
      const folder = join(sessionsFolder(home), id);
      if (id !== current.id && !written.has(id) && isLeftOver(folder, camera, startedBefore))
        await removeSessionFolder(folder).catch(() => {});
      await breathe();
    }
  };
  return {
    get current() {
      return current;
    },
    next: (id) => {
      current = orderOf(id ?? newSessionId());
      void sweep();
      return current;
    },
    close: () => {
      if (dataDir === undefined) rmSync(home, { recursive: true, force: true });
    },
  };
};

/** A session is gone on with by itself only while nobody can have changed the slide unnoticed. */
const RESUME_WITHIN_MS = 10 * 60_000;

/** The session of this camera and source that a killed service was writing just now; `undefined` where it ended in order. */
export const interruptedSession = async (
  camera: string,
  source: string,
  dataDir: string,
  now = Date.now(),
): Promise<string | undefined> => {
  for (const id of await listSessionIds(dataDir)) {
    const folder = join(sessionsFolder(dataDir), id);
    try {
      const files = await Promise.all(
        [DATABASE_FILE, `${DATABASE_FILE}-wal`].map((file) => stat(join(folder, file)).catch(() => undefined)),
      );
      if (now - Math.max(...files.map((file) => file?.mtimeMs ?? 0)) > RESUME_WITHIN_MS) continue;
      using reader = openSessionReader(folder);
      const facts = reader.facts();
      if (facts.camera === camera) return facts.endedAt === undefined && facts.source === source ? id : undefined;
    } catch {
      // One that was killed before its first frame, or is damaged, is not gone on with.
    }
  }
  return undefined;
};
