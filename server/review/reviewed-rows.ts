import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { CellDrawing } from '../../domain/cell-drawing.ts';
import type { CellRecord } from '../../domain/cell-record.ts';
import { FIRST_REVIEWED_ID } from '../../domain/review.ts';
import type { SessionFacts } from '../../domain/session.ts';
import { drawnPart } from '../sessions/stored-drawing.ts';

export type Row = Record<string, SQLOutputValue>;

/** Whether the session has tables of corrections: one of an earlier version has none until somebody corrects it. */
export const hasReview = (database: DatabaseSync): boolean =>
  database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'reviewed_cells'").get() !== undefined;

/** The change that undo of a reading (`?1`) would take back. */
export const LAST_STANDING = 'SELECT n FROM correction_steps WHERE reading = ?1 AND undone = 0 ORDER BY n DESC LIMIT 1';

/** The change that redo would do again: what is undone comes after all that stands. */
export const FIRST_UNDONE = `SELECT n FROM correction_steps WHERE reading = ?1 AND n > coalesce((${LAST_STANDING}), 0) ORDER BY n LIMIT 1`;

/** What a reader said of a counted cell, beside the cell (`c`, `r`); the first value bound is the reading. */
export const BESIDE_SAID = 'cells c LEFT JOIN reviewed_cells r ON r.reading = ?1 AND r.cell = c.id AND r.first_seen_ms = c.first_seen_ms';

/** A counted cell as a reading has it, from the two tables above. */
export const COUNTED_COLUMNS = `c.id, coalesce(r.class_index, c.class_index) AS class_index, c.class_index AS counted_index, c.score,
  CASE WHEN r.gone IS NULL THEN c.state ELSE 'withdrawn' END AS state, c.island, c.x0, c.y0, c.x1, c.y1, c.sightings, c.first_seen_ms,
  c.last_seen_ms, r.gone, NULL AS made, coalesce(r.uncertain, 0) AS uncertain`;

/** The cells that the reader of `?1` made, as `r`: there is no counted cell beside them. */
export const MADE_BY_READER = `reviewed_cells r WHERE r.reading = ?1 AND r.cell >= ${FIRST_REVIEWED_ID}`;

/** Likewise, of a cell that a reader made. A person's word is certain. */
export const MADE_COLUMNS = `r.cell AS id, r.class_index, NULL AS counted_index, 1.0 AS score,
  CASE WHEN r.gone IS NULL THEN 'counted' ELSE 'withdrawn' END AS state, r.island, r.x0, r.y0, r.x1, r.y1, 0 AS sightings, r.first_seen_ms,
  r.last_seen_ms, r.gone, r.made, r.uncertain`;

const hundredth = (value: number): number => Math.round(value * 100) / 100;

export const boxOf = ({ x0, y0, x1, y1 }: Row): [number, number, number, number] => [
  hundredth(Number(x0)),
  hundredth(Number(y0)),
  hundredth(Number(x1)),
  hundredth(Number(y1)),
];

const correctionOf = ({ gone, made, class_index: index, counted_index: counted }: Row): Pick<CellRecord, 'correction'> => {
  if (gone) return { correction: gone as 'deleted' | 'split' | 'merged' };
  if (made) return { correction: made as 'added' | 'split' | 'merged' };
  return typeof counted === 'number' && index !== counted ? { correction: 'reclassified' } : {};
};

/** A cell from a row of `cells`, or from one of the columns above; `crop` is the version of its picture. */
export const recordOf = (
  row: Row,
  { classes, umPerPx: given }: Pick<SessionFacts, 'classes' | 'umPerPx'>,
  drawing?: CellDrawing,
): CellRecord => {
  const umPerPx = given ?? 1;
  const box = boxOf(row);
  const nameOf = (index: number): string => classes[index] ?? String(index);
  const index = Number(row['class_index']);
  const counted = row['counted_index'];
  return {
    id: Number(row['id']),
    class: nameOf(index),
    classIndex: index,
    score: Number(row['score']),
    state: row['state'] as CellRecord['state'],
    island: Number(row['island']),
    box,
    widthUm: hundredth((box[2] - box[0]) * umPerPx),
    heightUm: hundredth((box[3] - box[1]) * umPerPx),
    sightings: Number(row['sightings']),
    firstSeenMs: Number(row['first_seen_ms']),
    lastSeenMs: Number(row['last_seen_ms']),
    // Its picture is cut when it is asked for.
    cropVersion: row['made'] ? 1 : Number(row['crop'] ?? 0),
    ...drawnPart(drawing, given),
    ...correctionOf(row),
    ...(typeof counted === 'number' && counted !== index ? { was: nameOf(counted) } : {}),
    ...(row['uncertain'] ? { uncertain: true } : {}),
  };
};
