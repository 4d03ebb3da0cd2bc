import type { DatabaseSync } from 'node:sqlite';
import type { ReadingNumber } from '../../domain/cell-record.ts';
import { changeText } from '../../domain/change-text.ts';
import type { Change, Correction, CorrectionPage, CorrectionQuery } from '../../domain/review.ts';
import { cursorOf, readCursor } from '../sessions/page-cursor.ts';
import { hasReview, type Row } from './reviewed-rows.ts';

const STANDING = 'EXISTS (SELECT 1 FROM correction_steps s WHERE s.reading = l.reading AND s.n = l.n AND s.undone = 0) AS standing';

/** What a change is said to be in a line of at most 300 characters. */
const textOf = (change: Change): string => changeText(change).slice(0, 300);

const correctionOf = (database: DatabaseSync, row: Row): Correction => {
  const kind = row['kind'] as Correction['kind'];
  const common = {
    n: Number(row['n']),
    at: Number(row['at']),
    by: String(row['by']),
    reading: Number(row['reading']) as ReadingNumber,
    kind,
  };
  if (kind === 'undo' || kind === 'redo') {
    const of = Number(row['target']);
    const concerned = database.prepare('SELECT change FROM corrections WHERE n = ?').get(of)?.['change'];
    const text = `${kind === 'undo' ? 'taken back' : 'done again'}: ${textOf(JSON.parse(String(concerned)) as Change)}`;
    return { ...common, text: text.slice(0, 300), of, undone: false };
  }
  const change = JSON.parse(String(row['change'])) as Change;
  const made = change.kind === 'split' ? change.into.length : change.kind === 'add' || change.kind === 'merge' ? 1 : 0;
  return {
    ...common,
    text: textOf(change),
    change,
    ...(made === 0 ? {} : { made: Array.from({ length: made }, (_, i) => Number(row['made']) + i) }),
    undone: !row['standing'],
  };
};

/** The history of a reading, newest first. */
export const correctionPageOf = (database: DatabaseSync, { reading, limit, cursor }: CorrectionQuery): CorrectionPage => {
  if (!hasReview(database)) return { total: 0, corrections: [] };
  const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(readCursor(cursor)[0]);
  const rows = database
    .prepare(`SELECT l.*, ${STANDING} FROM corrections l WHERE l.reading = ? AND l.n < ? ORDER BY l.n DESC LIMIT ?`)
    .all(reading, before, limit + 1);
  const corrections = rows.slice(0, limit).map((row) => correctionOf(database, row));
  const last = corrections.at(-1);
  return {
    total: Number(database.prepare('SELECT count(*) AS n FROM corrections WHERE reading = ?').get(reading)?.['n']),
    corrections,
    ...(rows.length > limit && last !== undefined ? { next: cursorOf(last.n, last.n) } : {}),
  };
};

/** What a reader did to one cell, oldest first; the undone included. */
export const correctionsOfCell = (database: DatabaseSync, reading: ReadingNumber, cell: number): Correction[] =>
  database
    .prepare(
      `SELECT l.*, ${STANDING} FROM correction_cells t JOIN corrections l ON l.n = t.n WHERE t.reading = ? AND t.cell = ? ORDER BY l.n LIMIT 1000`,
    )
    .all(reading, cell)
    .map((row) => correctionOf(database, row));
