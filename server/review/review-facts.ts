import type { DatabaseSync } from 'node:sqlite';
import type { z } from 'zod';
import { FaultError } from '../../domain/fault.ts';
import { sessionFacts } from '../../domain/session.ts';

const reviewFacts = sessionFacts.pick({
  id: true,
  classes: true,
  umPerPx: true,
  model: true,
  engine: true,
  calibration: true,
  program: true,
});
export type ReviewFacts = z.infer<typeof reviewFacts>;

/** What of a session's facts a review rests on. Throws a `data` fault where nothing was counted yet. */
export const readReviewFacts = (database: DatabaseSync, folder: string): ReviewFacts => {
  const rows = database.prepare('SELECT key, value FROM facts').all();
  const known = Object.fromEntries(rows.map(({ key, value }) => [String(key), JSON.parse(String(value)) as unknown]));
  const facts = reviewFacts.strip().safeParse(known);
  if (facts.success) return facts.data;
  throw new FaultError({
    kind: 'data',
    path: folder,
    what: `the session lacks its facts (${facts.error.issues[0]?.path.join('.')})`,
    remedy: 'wait until something is counted',
  });
};
