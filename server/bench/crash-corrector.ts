import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { DATABASE_FILE, listSessionIds } from '../sessions/session-folder.ts';

/** A reader who marks one cell after another while the service is being killed. */
export type Corrector = {
  /** Numbers of the corrections that the service said it has. */
  acknowledged(): number[];
  stop(): Promise<void>;
};

const EVERY_MS = 150;
const PATIENCE_MS = 8000;

const call = async (address: string, body?: unknown): Promise<unknown> => {
  const answer = await fetch(address, {
    signal: AbortSignal.timeout(PATIENCE_MS),
    ...(body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
  return await answer.json();
};

/** Corrects the newest session of a data folder; `url` is where its service is now. */
export const startCorrector = (url: () => string, dataDir: string): Corrector => {
  const known: number[] = [];
  let stopped = false;
  let turn = 0;
  const correct = async (): Promise<void> => {
    const [id] = await listSessionIds(dataDir);
    if (id === undefined) return;
    const base = `${url()}/api/sessions/${id}`;
    const { cells } = (await call(`${base}/cells?limit=50`)) as { cells: readonly { readonly id: number }[] };
    const cell = cells[turn++ % Math.max(1, cells.length)];
    if (cell === undefined) return;
    const change = { kind: 'mark', cells: [cell.id], uncertain: turn % 2 === 0 };
    const { n } = (await call(`${base}/corrections`, { reading: 1, by: 'bench', change })) as { n: number };
    known.push(n);
  };
  const done = (async () => {
    while (!stopped) {
      // While the service is down nothing is acknowledged.
      await correct().catch(() => {});
      await sleep(EVERY_MS);
    }
  })();
  return {
    acknowledged: () => [...known],
    stop: () => {
      stopped = true;
      return done;
    },
  };
};

/** How many of these corrections a session's folder does not have. */
export const lostCorrections = (folder: string, acknowledged: readonly number[]): number => {
  try {
    const database = new DatabaseSync(join(folder, DATABASE_FILE), { readOnly: true, timeout: 5000 });
    try {
      const there = new Set(
        database
          .prepare('SELECT n FROM corrections')
          .all()
          .map(({ n }) => Number(n)),
      );
      return acknowledged.filter((n) => !there.has(n)).length;
    } finally {
      database.close();
    }
  } catch {
    return acknowledged.length;
  }
};
