import { setImmediate as breathe } from 'node:timers/promises';
import type { TrainableSession } from '../../domain/training.ts';
import { openReview } from '../review/reviewed-cells.ts';
import { listSessionIds, sessionFolder } from '../sessions/session-folder.ts';
import { openSessionReader } from '../sessions/session-reader.ts';

const MOST = 1000;

const trainable = (id: string, folder: string): TrainableSession | undefined => {
  using reader = openSessionReader(folder);
  const { specimen, startedAt, source, specimenId, operator } = reader.facts();
  if (specimen !== 'smear') return undefined;
  using review = openReview(folder, { reading: 1 });
  const { changes, reviewedKeyframes, counts } = review.state();
  if (changes === 0) return undefined;
  return {
    ...{ id, startedAt, source },
    ...(specimenId === undefined ? {} : { specimenId }),
    ...(operator === undefined ? {} : { operator }),
    cells: Object.values(counts).reduce((sum, { n }) => sum + n, 0),
    corrections: changes,
    reviewedFields: reviewedKeyframes.length,
    virtual: source.startsWith('simulate:'),
  };
};

/** The sessions of smears that somebody corrected or looked through, newest first. */
export const trainableSessionsIn = async (dataDir: string): Promise<TrainableSession[]> => {
  const found: TrainableSession[] = [];
  for (const id of await listSessionIds(dataDir)) {
    try {
      const session = trainable(id, sessionFolder(dataDir, id)!);
      if (session !== undefined) found.push(session);
    } catch {
      // One that is damaged, or was stopped before its first frame, teaches nothing.
    }
    if (found.length >= MOST) break;
    await breathe();
  }
  return found;
};
