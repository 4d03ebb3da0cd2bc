import type { DatabaseSync } from 'node:sqlite';
import type { ReadingNumber } from '../../domain/cell-record.ts';
import { FIRST_REVIEWED_ID, type ReviewedCell, type ReviewState, type Signature } from '../../domain/review.ts';
import { openSessionToRead } from '../sessions/session-database.ts';
import { createDrawingReader } from '../sessions/stored-drawing.ts';
import { type ReviewFacts, readReviewFacts } from './review-facts.ts';
import { reviewStateOf } from './review-state.ts';
import { BESIDE_SAID, COUNTED_COLUMNS, hasReview, MADE_BY_READER, MADE_COLUMNS, type Row, recordOf } from './reviewed-rows.ts';
import { verifySignatures } from './sign-reading.ts';

const CROP = (id: string): string => `coalesce((SELECT version FROM crops WHERE cell = ${id}), 0) AS crop`;

/** The named cells as a reading has them; those that are not there any more are left out. */
export const createCellsByIds = (
  database: DatabaseSync,
  facts: Pick<ReviewFacts, 'classes' | 'umPerPx'>,
): ((reading: ReadingNumber, ids: readonly number[]) => ReviewedCell[]) => {
  const counted = database.prepare(`SELECT ${COUNTED_COLUMNS}, ${CROP('c.id')} FROM ${BESIDE_SAID} WHERE c.id = ?2`);
  const drawingOf = createDrawingReader(database);
  const made = database.prepare(`SELECT ${MADE_COLUMNS} FROM ${MADE_BY_READER} AND r.cell = ?2`);
  return (reading, ids) =>
    ids.flatMap((id) => {
      const row = (id >= FIRST_REVIEWED_ID ? made : counted).get(reading, id);
      return row === undefined ? [] : [recordOf(row, facts, drawingOf(id))];
    });
};

/** A session's cells as they were counted, or as a reading has them. */
export type OpenedReview = Disposable & {
  /** The one that was opened. */
  readonly reading: 'counted' | ReadingNumber;
  readonly classes: readonly string[];
  /** By rising id; the withdrawn (deleted, merged, split) ones where asked for. */
  cells(asked?: { readonly withdrawn?: boolean }): Iterable<ReviewedCell>;
  cell(id: number): ReviewedCell | undefined;
  /** As counted: as if nobody had read it. */
  state(): ReviewState;
  /** Fields that were looked through whole. */
  reviewedKeyframes(): readonly number[];
  /** Of both readings, each checked against what it covers. */
  signatures(): Signature[];
};

/** Whether somebody wrote in a reading or signed it. */
export const readingExists = (database: DatabaseSync, reading: ReadingNumber): boolean =>
  hasReview(database) &&
  database
    .prepare('SELECT 1 FROM corrections WHERE reading = ?1 UNION ALL SELECT 1 FROM signatures WHERE reading = ?1 LIMIT 1')
    .get(reading) !== undefined;

/** Rows by rising id: all, or that of one cell. */
const rowsOf = function* (database: DatabaseSync, reading: 'counted' | ReadingNumber, id?: number): Generator<Row> {
  const [which, ids] = id === undefined ? ['', []] : ['id', [id]];
  if (reading === 'counted' || !hasReview(database)) {
    yield* database.prepare(`SELECT c.*, ${CROP('c.id')} FROM cells c ${which && 'WHERE c.id = ?1'} ORDER BY c.id`).iterate(...ids);
    return;
  }
  yield* database
    .prepare(`SELECT ${COUNTED_COLUMNS}, ${CROP('c.id')} FROM ${BESIDE_SAID} ${which && 'WHERE c.id = ?2'} ORDER BY c.id`)
    .iterate(reading, ...ids);
  yield* database
    .prepare(`SELECT ${MADE_COLUMNS} FROM ${MADE_BY_READER} ${which && 'AND r.cell = ?2'} ORDER BY r.cell`)
    .iterate(reading, ...ids);
};

/** Cells as counted or as a reading has them, by rising id; the withdrawn ones where asked for. */
export const cellsOfReading = function* (
  database: DatabaseSync,
  facts: Pick<ReviewFacts, 'classes' | 'umPerPx'>,
  reading: 'counted' | ReadingNumber,
  withdrawn: boolean,
): Generator<ReviewedCell> {
  const drawingOf = createDrawingReader(database);
  for (const row of rowsOf(database, reading))
    if (withdrawn || row['state'] !== 'withdrawn') yield recordOf(row, facts, drawingOf(Number(row['id'])));
};

/** Without a reading: the first where there is one, else as counted. Throws a `data` fault where the folder holds no session. */
export const openReview = (folder: string, asked: { readonly reading?: 'counted' | ReadingNumber | undefined } = {}): OpenedReview => {
  const database = openSessionToRead(folder);
  try {
    const facts = readReviewFacts(database, folder);
    const reading = asked.reading ?? (readingExists(database, 1) ? 1 : 'counted');
    const state = (): ReviewState => reviewStateOf(database, facts, reading);
    return {
      reading,
      classes: facts.classes,
      cells: ({ withdrawn = false } = {}) => cellsOfReading(database, facts, reading, withdrawn),
      cell: (id) => {
        for (const row of rowsOf(database, reading, id)) return recordOf(row, facts, createDrawingReader(database)(id));
        return undefined;
      },
      state,
      reviewedKeyframes: () => state().reviewedKeyframes,
      signatures: () => verifySignatures(database, facts),
      [Symbol.dispose]: () => database.close(),
    };
  } catch (error) {
    database.close();
    throw error;
  }
};
