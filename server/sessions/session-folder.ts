import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sessionId } from '../../domain/session.ts';

/** Where the parts of a session lie: a folder that can be copied and opened elsewhere. */
export const DATABASE_FILE = 'session.sqlite';
export const mapFile = (folder: string): string => join(folder, 'map', 'slide.map');
export const keyframePictureFile = (folder: string, keyframe: number): string => join(folder, 'map', 'keyframes', `${keyframe}.jpg`);
export const sessionsFolder = (dataDir: string): string => join(dataDir, 'sessions');

/** An id for a session that begins now. */
export const newSessionId = (at = new Date()): string => {
  const [day, time] = at.toISOString().split(/[T.]/);
  return `${day!.replaceAll('-', '')}-${time!.replaceAll(':', '')}-${randomBytes(3).toString('hex')}`;
};

/** Folder of a session; `undefined` for what is no id, so that no path leads out of the data folder. */
export const sessionFolder = (dataDir: string, id: string): string | undefined =>
  sessionId.safeParse(id).success ? join(sessionsFolder(dataDir), id) : undefined;

/** Ids of the sessions in a data folder, newest first. */
export const listSessionIds = async (dataDir: string): Promise<string[]> => {
  const names = await readdir(sessionsFolder(dataDir)).catch(() => []);
  return names
    .filter((name) => sessionId.safeParse(name).success && existsSync(join(sessionsFolder(dataDir), name, DATABASE_FILE)))
    .sort()
    .reverse();
};

export const removeSessionFolder = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 });
