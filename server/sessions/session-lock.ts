import { readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { listSessionIds, sessionsFolder } from './session-folder.ts';

/** Names the process that writes a session, so that another one does not delete it underneath. */
const LOCK_FILE = 'writer.pid';

export const holdSession = (folder: string): void => writeFileSync(join(folder, LOCK_FILE), `${process.pid}\n`);

export const releaseSession = (folder: string): Promise<void> => rm(join(folder, LOCK_FILE), { force: true });

const isAlive = (pid: number): boolean => {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    // It is somebody else's, and there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

/** Sessions of a data folder that a living process writes. */
export const writersOf = async (dataDir: string): Promise<Set<string>> => {
  const written = new Set<string>();
  for (const id of await listSessionIds(dataDir)) {
    try {
      if (isAlive(Number(readFileSync(join(sessionsFolder(dataDir), id, LOCK_FILE), 'utf8')))) written.add(id);
    } catch {
      // Without a lock nobody writes it.
    }
  }
  return written;
};
