import { resolve } from 'node:path';
import { FaultError } from '../../domain/fault.ts';
import type { ReplayDocument, ReplayRequest } from '../../domain/replay.ts';
import { listSessionIds, sessionFolder } from '../sessions/session-folder.ts';
import { writersOf } from '../sessions/session-lock.ts';
import { modelsFolder } from '../training/known-sites.ts';
import { type ReplayIo, replaySession } from './replay-session.ts';

/** Folder of a session that is there. Throws a `usage` fault. */
export const foundSession = async (dataDir: string, id: string): Promise<string> => {
  const folder = sessionFolder(dataDir, id);
  if (folder !== undefined && (await listSessionIds(dataDir)).includes(id)) return folder;
  throw new FaultError({
    kind: 'usage',
    what: `no session ${id.slice(0, 60)} in ${dataDir}`,
    remedy: 'smearscope sessions list names them',
  });
};

/** Counts a session of a data folder again. Faults: those of `replaySession`, and `usage` while it is still counted. */
export const runReplay = async (
  dataDir: string,
  id: string,
  request: ReplayRequest,
  io: Omit<ReplayIo, 'searchIn'>,
): Promise<ReplayDocument> => {
  const folder = await foundSession(dataDir, id);
  if ((await writersOf(dataDir)).has(id))
    throw new FaultError({ kind: 'usage', what: `session ${id} is still being counted`, remedy: 'replay it when it has ended' });
  return replaySession(folder, request, { ...io, searchIn: [modelsFolder(resolve(dataDir))] });
};
