import type { DatabaseSync } from 'node:sqlite';
import type { ReadingNumber } from '../../domain/cell-record.ts';
import { type CellsWithin, countedWithin } from '../sessions/frame-cells.ts';
import type { ReviewFacts } from './review-facts.ts';
import { BESIDE_SAID, COUNTED_COLUMNS, hasReview, MADE_BY_READER, MADE_COLUMNS, recordOf } from './reviewed-rows.ts';

/** Cells of a reading that overlap a box of an island, the deleted left out. */
export const reviewedWithin = (
  database: DatabaseSync,
  facts: Pick<ReviewFacts, 'classes' | 'umPerPx'>,
  reading: ReadingNumber,
): CellsWithin => {
  if (!hasReview(database)) return countedWithin(database, facts.classes);
  const overlaps = (t: 'c' | 'r'): string => `${t}.island = ?2 AND ${t}.x1 > ?3 AND ${t}.x0 < ?5 AND ${t}.y1 > ?4 AND ${t}.y0 < ?6`;
  const rows = database.prepare(
    `SELECT ${COUNTED_COLUMNS} FROM ${BESIDE_SAID} WHERE ${overlaps('c')} AND c.state != 'withdrawn' AND r.gone IS NULL
     UNION ALL SELECT ${MADE_COLUMNS} FROM ${MADE_BY_READER} AND ${overlaps('r')} AND r.gone IS NULL ORDER BY 1 LIMIT 20000`,
  );
  return (island, [x0, y0, x1, y1]) =>
    rows.all(reading, island, x0, y0, x1, y1).map((row) => {
      const { id, class: name, classIndex, state, score, box, correction, was, uncertain } = recordOf(row, facts);
      return {
        id,
        class: name,
        classIndex,
        state,
        score,
        box,
        ...(correction === undefined ? {} : { correction }),
        ...(was === undefined ? {} : { was }),
        ...(uncertain === undefined ? {} : { uncertain }),
      };
    });
};
