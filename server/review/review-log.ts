import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { ReadingNumber } from '../../domain/cell-record.ts';
import type { Box } from '../../domain/geometry.ts';
import type { Change } from '../../domain/review.ts';
import type { CellBasis, ChangeEntry, Entry } from './fold-corrections.ts';

type Row = Record<string, SQLOutputValue>;
type StoredBasis = readonly [firstSeenMs: number, lastSeenMs: number, island: number, ...box: Box];

/** Who did what, and when (wall clock, ms since 1970). */
export type Signed = { readonly at: number; readonly by: string };

/** The history of corrections as it lies in the database. Entries are appended and never changed. */
export type ReviewLog = {
  append(entry: Omit<ChangeEntry, 'n'> | Omit<Exclude<Entry, ChangeEntry>, 'n'>, signed: Signed): number;
  change(n: number): ChangeEntry;
  /** Those of a reading, oldest first, up to `head`. */
  entries(reading: ReadingNumber, head?: number): Entry[];
  /** Number of the last entry of a reading, 0 before the first. */
  head(reading: ReadingNumber): number;
  /** Id for the next cell that a reader makes, of which there may be 20. */
  nextId(): number;
};

const basisText = (basis: readonly CellBasis[]): string =>
  JSON.stringify(
    basis.map(({ firstSeenMs, lastSeenMs, island, box }): StoredBasis => [firstSeenMs, lastSeenMs, island, box[0], box[1], box[2], box[3]]),
  );

/** The entry of a row of `corrections`. */
export const entryOf = (row: Row): Entry => {
  const common = { n: Number(row['n']), reading: Number(row['reading']) as ReadingNumber };
  const kind = String(row['kind']);
  if (kind === 'undo' || kind === 'redo') return { ...common, step: kind, target: Number(row['target']) };
  return {
    ...common,
    step: 'change',
    change: JSON.parse(String(row['change'])) as Change,
    made: row['made'] === null ? undefined : Number(row['made']),
    basis: (JSON.parse(String(row['basis'])) as StoredBasis[]).map(([firstSeenMs, lastSeenMs, island, ...box]) => ({
      firstSeenMs,
      lastSeenMs,
      island,
      box,
    })),
  };
};

/** `firstId`: of the first cell that a reader makes. */
export const createReviewLog = (database: DatabaseSync, firstId: number): ReviewLog => {
  const insert = database.prepare(
    'INSERT INTO corrections (at, by, reading, kind, target, made, change, basis) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const one = database.prepare('SELECT * FROM corrections WHERE n = ?');
  const all = database.prepare('SELECT * FROM corrections WHERE reading = ? AND n <= ? ORDER BY n');
  const last = database.prepare('SELECT max(n) AS n FROM corrections WHERE reading = ?');
  // A change makes 20 cells at most, so that steps of 20 never meet.
  const made = database.prepare('SELECT max(made) AS made FROM corrections WHERE made IS NOT NULL');
  return {
    append: (entry, { at, by }) => {
      const done =
        entry.step === 'change'
          ? insert.run(
              at,
              by,
              entry.reading,
              entry.change.kind,
              null,
              entry.made ?? null,
              JSON.stringify(entry.change),
              basisText(entry.basis),
            )
          : insert.run(at, by, entry.reading, entry.step, entry.target, null, '{}', '[]');
      return Number(done.lastInsertRowid);
    },
    change: (n) => {
      const entry = entryOf(one.get(n)!);
      if (entry.step !== 'change') throw new TypeError(`correction ${n} is a step of ${entry.step}`);
      return entry;
    },
    entries: (reading, head = Number.MAX_SAFE_INTEGER) => all.all(reading, head).map(entryOf),
    head: (reading) => Number(last.get(reading)?.['n'] ?? 0),
    nextId: () => {
      const highest = made.get()?.['made'];
      return highest === null || highest === undefined ? firstId : Number(highest) + 20;
    },
  };
};
