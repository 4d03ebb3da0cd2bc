import type { DatabaseSync } from 'node:sqlite';
import type { ReadingNumber } from '../../domain/cell-record.ts';
import type { Change } from '../../domain/review.ts';
import { type ChangeEntry, type Effect, effectsOf, fieldsAfter, replayCorrections, type Touched } from './fold-corrections.ts';
import type { ReviewLog } from './review-log.ts';
import { FIRST_UNDONE, LAST_STANDING, type Row } from './reviewed-rows.ts';

/** The tables that follow from the history, kept up with it. All is done within the caller's transaction. */
export type TouchedTable = {
  /** Brings the tables to where the new entry leads; gives the cells that it touched. */
  apply(entry: ChangeEntry): number[];
  /** The change that undo would take back, or redo do again. */
  next(reading: ReadingNumber, step: 'undo' | 'redo'): number | undefined;
  /** Takes back a change, or does it again; gives the cells that it touched. */
  turn(entry: ChangeEntry, undone: boolean): number[];
  /** Makes the tables of a reading anew from its history. */
  rebuild(reading: ReadingNumber): void;
};

const touchedOf = (row: Row): Touched => ({
  cell: Number(row['cell']),
  classIndex: row['class_index'] === null ? undefined : Number(row['class_index']),
  gone: (row['gone'] ?? undefined) as Touched['gone'],
  made: (row['made'] ?? undefined) as Touched['made'],
  uncertain: row['uncertain'] === 1,
  place:
    row['island'] === null
      ? undefined
      : { island: Number(row['island']), box: [Number(row['x0']), Number(row['y0']), Number(row['x1']), Number(row['y1'])] },
  firstSeenMs: Number(row['first_seen_ms']),
  lastSeenMs: Number(row['last_seen_ms']),
});

export const createTouchedTable = (database: DatabaseSync, classes: readonly string[], log: ReviewLog): TouchedTable => {
  const get = database.prepare('SELECT * FROM reviewed_cells WHERE reading = ? AND cell = ?');
  const put = database.prepare('INSERT OR REPLACE INTO reviewed_cells VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const drop = database.prepare('DELETE FROM reviewed_cells WHERE reading = ? AND cell = ?');
  const note = database.prepare('INSERT OR IGNORE INTO correction_cells VALUES (?, ?, ?)');
  const step = database.prepare('INSERT OR REPLACE INTO correction_steps VALUES (?, ?, ?)');
  const endRedo = database.prepare(`DELETE FROM correction_steps WHERE reading = ?1 AND n > coalesce((${LAST_STANDING}), 0)`);
  const last = database.prepare(LAST_STANDING);
  const first = database.prepare(FIRST_UNDONE);
  const standing = database.prepare(
    `SELECT t.n FROM correction_cells t JOIN correction_steps s ON s.reading = t.reading AND s.n = t.n AND s.undone = 0
     WHERE t.reading = ? AND t.cell = ? ORDER BY t.n`,
  );
  const looked = database.prepare(
    `SELECT l.* FROM corrections l JOIN correction_steps s ON s.reading = l.reading AND s.n = l.n AND s.undone = 0
     WHERE l.reading = ? AND l.kind = 'reviewed' ORDER BY l.n`,
  );
  const clearFields = database.prepare('DELETE FROM reviewed_fields WHERE reading = ?');
  const putField = database.prepare('INSERT INTO reviewed_fields VALUES (?, ?)');

  const write = (reading: ReadingNumber, { cell, classIndex, gone, made, uncertain, place, firstSeenMs, lastSeenMs }: Touched): void => {
    const box = place?.box ?? [null, null, null, null];
    put.run(
      reading,
      cell,
      classIndex ?? null,
      gone ?? null,
      made ?? null,
      uncertain ? 1 : 0,
      place?.island ?? null,
      ...box,
      firstSeenMs,
      lastSeenMs,
    );
  };
  const writeFields = (reading: ReadingNumber, fields: Iterable<number>): void => {
    clearFields.run(reading);
    for (const keyframe of fields) putField.run(reading, keyframe);
  };
  const settleFields = ({ reading, change }: ChangeEntry): void => {
    if (change.kind !== 'reviewed') return;
    writeFields(reading, fieldsAfter(looked.all(reading).map((row) => JSON.parse(String(row['change'])) as Change)));
  };

  return {
    apply: (entry) => {
      const { reading, n } = entry;
      endRedo.run(reading);
      step.run(reading, n, 0);
      const effects = effectsOf(entry, classes);
      for (const { cell, after } of effects) {
        const before = get.get(reading, cell);
        write(reading, after(before === undefined ? undefined : touchedOf(before)));
        note.run(reading, cell, n);
      }
      settleFields(entry);
      return effects.map(({ cell }) => cell);
    },
    next: (reading, which) => {
      const n = (which === 'undo' ? last : first).get(reading)?.['n'];
      return n === undefined ? undefined : Number(n);
    },
    turn: (entry, undone) => {
      const { reading } = entry;
      step.run(reading, entry.n, undone ? 1 : 0);
      /** Entries that speak of the same cells are few and long: each is read once. */
      const effects = new Map<number, Map<number, Effect>>();
      const effectOf = (n: number, cell: number): Effect => {
        let known = effects.get(n);
        if (known === undefined) {
          known = new Map(effectsOf(n === entry.n ? entry : log.change(n), classes).map((effect) => [effect.cell, effect]));
          effects.set(n, known);
        }
        return known.get(cell)!;
      };
      const cells = effectsOf(entry, classes).map(({ cell }) => cell);
      for (const cell of cells) {
        let said: Touched | undefined;
        for (const row of standing.all(reading, cell)) said = effectOf(Number(row['n']), cell).after(said);
        if (said === undefined) drop.run(reading, cell);
        else write(reading, said);
      }
      settleFields(entry);
      return cells;
    },
    rebuild: (reading) => {
      for (const table of ['correction_steps', 'correction_cells', 'reviewed_cells'])
        database.prepare(`DELETE FROM ${table} WHERE reading = ?`).run(reading);
      const entries = log.entries(reading);
      const { steps, cells, fields } = replayCorrections(entries, classes);
      for (const [n, undone] of steps) step.run(reading, n, undone ? 1 : 0);
      for (const entry of entries)
        if (entry.step === 'change') for (const { cell } of effectsOf(entry, classes)) note.run(reading, cell, entry.n);
      for (const said of cells.values()) write(reading, said);
      writeFields(reading, fields);
    },
  };
};
