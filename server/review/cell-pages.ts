import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { CellPage, CellQuery } from '../../domain/cell-record.ts';
import type { SessionFacts } from '../../domain/session.ts';
import { cursorOf, readCursor } from '../sessions/page-cursor.ts';
import { createDrawingReader } from '../sessions/stored-drawing.ts';
import { BESIDE_SAID, COUNTED_COLUMNS, hasReview, MADE_BY_READER, MADE_COLUMNS, recordOf } from './reviewed-rows.ts';

const ORDERS = {
  seen: { counted: 'c.id', made: 'r.cell', usual: 'asc' },
  score: { counted: 'c.score', made: '1.0', usual: 'asc' },
  size: { counted: '((c.x1 - c.x0) * (c.y1 - c.y0))', made: '((r.x1 - r.x0) * (r.y1 - r.y0))', usual: 'desc' },
} as const;

/** Reading of what was counted: nobody writes in it. */
const NOBODY = 0;
const AS_COUNTED = `c.id, c.class_index, c.score, c.state, c.island, c.x0, c.y0, c.x1, c.y1, c.sightings, c.first_seen_ms, c.last_seen_ms`;

/** Of a cell that a reader did not touch, with the columns of one that was. */
const UNTOUCHED_COLUMNS = `c.id, c.class_index, c.class_index AS counted_index, c.score, c.state, c.island, c.x0, c.y0, c.x1, c.y1, c.sightings,
  c.first_seen_ms, c.last_seen_ms, NULL AS gone, NULL AS made, 0 AS uncertain`;

type Wanted = { readonly state: string | undefined; readonly classIndex: number | undefined; readonly uncertain: boolean | undefined };

/** Conditions on a cell, given how its facts are written. */
const conditions = (
  { state, classIndex, uncertain }: Wanted,
  written: { readonly state: string; readonly classIndex: string; readonly uncertain: string },
): string =>
  [
    state === undefined ? `${written.state} != 'withdrawn'` : `${written.state} = '${state}'`,
    ...(classIndex === undefined ? [] : [`${written.classIndex} = ${classIndex}`]),
    ...(uncertain === undefined ? [] : [`${written.uncertain} = ${uncertain ? 1 : 0}`]),
  ].join(' AND ');

const COUNTED = { state: 'c.state', classIndex: 'c.class_index', uncertain: '0' };
const SAID = {
  state: "(CASE WHEN r.gone IS NULL THEN c.state ELSE 'withdrawn' END)",
  classIndex: 'coalesce(r.class_index, c.class_index)',
  uncertain: 'coalesce(r.uncertain, 0)',
};
const MADE = {
  state: "(CASE WHEN r.gone IS NULL THEN 'counted' ELSE 'withdrawn' END)",
  classIndex: 'r.class_index',
  uncertain: 'r.uncertain',
};

/**
 * A page of cells, as counted or as a reading has them. Each part (counted cells, cells that a reader made) gives no more than a page
 * in the order asked for; the total is that of the counted cells, corrected by those that a reader touched.
 */
export const cellPageOf = (database: DatabaseSync, facts: SessionFacts, query: CellQuery): CellPage => {
  const reading = query.reading !== undefined && hasReview(database) ? query.reading : NOBODY;
  const { counted, made, usual } = ORDERS[query.sort];
  const order = query.order ?? usual;
  const wanted: Wanted = {
    state: query.state,
    classIndex: query.class === undefined ? undefined : facts.classes.indexOf(query.class),
    uncertain: query.uncertain,
  };
  const number = (sql: string): number =>
    Number(Object.values(database.prepare(sql).get(...(sql.includes('?1') ? [reading] : [])) ?? {})[0]);
  const touched = 'reviewed_cells r JOIN cells c ON c.id = r.cell AND c.first_seen_ms = r.first_seen_ms WHERE r.reading = ?1';

  let total = number(`SELECT count(*) FROM cells c WHERE ${conditions(wanted, COUNTED)}`);
  if (reading !== NOBODY)
    total +=
      number(`SELECT count(*) FROM ${touched} AND ${conditions(wanted, SAID)}`) -
      number(`SELECT count(*) FROM ${touched} AND ${conditions(wanted, COUNTED)}`) +
      number(`SELECT count(*) FROM ${MADE_BY_READER} AND ${conditions(wanted, MADE)}`);

  const values: SQLInputValue[] = reading === NOBODY ? [] : [reading];
  const from = (key: string, id: string): string =>
    query.cursor === undefined
      ? ''
      : ` AND (${key}, ${id}) ${order === 'asc' ? '>' : '<'} (?${reading === NOBODY ? 1 : 2}, ?${reading === NOBODY ? 2 : 3})`;
  if (query.cursor !== undefined) values.push(...readCursor(query.cursor));
  const part = (columns: string, key: string, id: string, source: string, where: string): string =>
    `SELECT * FROM (SELECT ${columns}, ${key} AS k FROM ${source} ${where}${from(key, id)} ORDER BY k ${order}, ${id} ${order} LIMIT ${query.limit + 1})`;
  // Most cells are counted: a page of them is met soon by walking all in order. Those of another state, and marked ones, are few among
  // many: what the reader never touched is found by an index of what was counted, what was touched is laid in order by itself.
  const few = (query.state !== undefined && query.state !== 'counted') || query.uncertain === true;
  const untouched = `WHERE ${conditions(wanted, COUNTED)} AND NOT EXISTS (
    SELECT 1 FROM reviewed_cells r WHERE r.reading = ?1 AND r.cell = c.id AND r.first_seen_ms = c.first_seen_ms)`;
  const marked = query.uncertain === true ? touched.replace(' WHERE', ' WHERE r.uncertain = 1 AND') : touched;
  const ofCounted = few
    ? [
        part(UNTOUCHED_COLUMNS, counted, 'c.id', 'cells c', untouched),
        part(COUNTED_COLUMNS, counted, 'c.id', marked, `AND ${conditions(wanted, SAID)}`),
      ]
    : [part(COUNTED_COLUMNS, counted, 'c.id', BESIDE_SAID, `WHERE ${conditions(wanted, SAID)}`)];
  const parts =
    reading === NOBODY
      ? [part(AS_COUNTED, counted, 'c.id', 'cells c', `WHERE ${conditions(wanted, COUNTED)}`)]
      : [...ofCounted, part(MADE_COLUMNS, made, 'r.cell', MADE_BY_READER, `AND ${conditions(wanted, MADE)}`)];
  // The page is chosen before its crops are looked for: a blob lies on many pages of the file.
  const rows = database
    .prepare(
      `WITH page AS (SELECT * FROM (${parts.join(' UNION ALL ')}) ORDER BY k ${order}, id ${order} LIMIT ${query.limit + 1})
       SELECT page.*, coalesce((SELECT version FROM crops WHERE cell = page.id), 0) AS crop FROM page ORDER BY k ${order}, id ${order}`,
    )
    .all(...values);
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  const drawingOf = createDrawingReader(database);
  return {
    total,
    cells: shown.map((row) => recordOf(row, facts, drawingOf(Number(row['id'])))),
    ...(rows.length > shown.length && last !== undefined ? { next: cursorOf(Number(last['k']), Number(last['id'])) } : {}),
  };
};
