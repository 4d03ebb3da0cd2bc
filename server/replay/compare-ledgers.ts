import { isDeepStrictEqual } from 'node:util';
import type { LedgerEntry } from '../../domain/ledger.ts';
import { openSessionToRead } from '../sessions/session-database.ts';

/** The ledger of a session, as it was told while it was counted. */
export const readLedger = (folder: string): LedgerEntry[] => {
  const database = openSessionToRead(folder);
  try {
    return database
      .prepare('SELECT * FROM ledger ORDER BY n')
      .all()
      .map(({ n, at_ms: atMs, kind, cell, class: name, was, other, island, x0, y0, x1, y1, reason }) => ({
        n: Number(n),
        atMs: Number(atMs),
        kind: kind as LedgerEntry['kind'],
        cell: Number(cell),
        class: String(name),
        ...(was === null ? {} : { was: String(was) }),
        ...(other === null ? {} : { other: Number(other) }),
        island: Number(island),
        box: [Number(x0), Number(y0), Number(x1), Number(y1)],
        reason: String(reason),
      }));
  } finally {
    database.close();
  }
};

/** Number of the first entry that two ledgers do not share; `undefined` where one is the beginning of the other or they are the same. */
export const firstDifference = (a: readonly LedgerEntry[], b: readonly LedgerEntry[]): number | undefined => {
  const at = a.slice(0, Math.min(a.length, b.length)).findIndex((entry, i) => !isDeepStrictEqual(entry, b[i]));
  return at < 0 ? undefined : at + 1;
};
