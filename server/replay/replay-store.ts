import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ReplayDocument, replayDocument, replayName } from '../../domain/replay.ts';

/** Replays lie within their session's folder, each a session of its own: cells, sightings, crops, ledger, and what is said of it. */
const DOCUMENT = 'replay.json';
const MAX_BYTES = 256 * 1024;

const replaysFolder = (session: string): string => join(session, 'replays');

/** Folder of a replay; `undefined` for what is no name, so that no path leads out of the session. */
export const replayFolder = (session: string, name: string): string | undefined =>
  replayName.safeParse(name).success ? join(replaysFolder(session), name) : undefined;

const words = (text: string): string =>
  text
    .replaceAll(/[^A-Za-z0-9.]+/g, '-')
    .replaceAll(/^[-.]+|-+$/g, '')
    .slice(0, 60);

/** Makes the folder of a new replay, named after its model and engine. */
export const newReplayFolder = async (session: string, model: string, engine: string): Promise<{ name: string; folder: string }> => {
  await mkdir(replaysFolder(session), { recursive: true });
  const plain = `${words(model) || 'model'}_${words(engine)}`;
  for (let n = 1; ; n++) {
    const name = n === 1 ? plain : `${plain}-${n}`;
    const folder = join(replaysFolder(session), name);
    try {
      await mkdir(folder);
      return { name, folder };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
};

export const writeReplay = async (folder: string, document: ReplayDocument): Promise<void> => {
  const beside = join(folder, `${DOCUMENT}.new`);
  await writeFile(beside, JSON.stringify(document));
  await rename(beside, join(folder, DOCUMENT));
};

/** What is said of a replay; `undefined` where there is none, or it never came to its end. */
export const readReplay = async (session: string, name: string): Promise<ReplayDocument | undefined> => {
  const folder = replayFolder(session, name);
  if (folder === undefined) return undefined;
  try {
    const path = join(folder, DOCUMENT);
    if ((await stat(path)).size > MAX_BYTES) return undefined;
    return { ...replayDocument.parse(JSON.parse(await readFile(path, 'utf8'))), replay: name };
  } catch {
    return undefined;
  }
};

/** Newest first. */
export const listReplays = async (session: string): Promise<ReplayDocument[]> => {
  const names = await readdir(replaysFolder(session)).catch(() => []);
  const found = await Promise.all(names.map((name) => readReplay(session, name)));
  return found.filter((one) => one !== undefined).sort((a, b) => b.at - a.at);
};

/** `false` where there is none of that name. */
export const removeReplay = async (session: string, name: string): Promise<boolean> => {
  const folder = replayFolder(session, name);
  if (folder === undefined || !existsSync(folder)) return false;
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  return true;
};
