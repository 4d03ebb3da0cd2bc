import type { DatabaseSync } from 'node:sqlite';
import { PER_PIXEL } from '../../domain/cell-drawing.ts';
import { outlineArea } from '../../domain/outline.ts';
import type { SessionFacts } from '../../domain/session.ts';
import { type SizeDistribution, type SizesQuery, sizesOf } from '../../domain/size-distribution.ts';
import { BESIDE_SAID, hasReview } from '../review/reviewed-rows.ts';
import { hasDrawings, unpackCorners } from './stored-drawing.ts';

/** How large the counted cells of a class are, as counted or as a reading has them; of none where nothing is drawn or no scale known. */
export const sizesOfSession = (
  database: DatabaseSync,
  { classes, umPerPx }: Pick<SessionFacts, 'classes' | 'umPerPx'>,
  query: SizesQuery,
): SizeDistribution => {
  const classIndex = classes.indexOf(query.class);
  if (umPerPx === undefined || classIndex < 0 || !hasDrawings(database)) return sizesOf([]);
  const read = query.reading !== undefined && hasReview(database);
  const rows = read
    ? database
        .prepare(
          `SELECT d.outline FROM ${BESIDE_SAID} JOIN drawings d ON d.cell = c.id
           WHERE c.state = 'counted' AND r.gone IS NULL AND coalesce(r.class_index, c.class_index) = ?2`,
        )
        .iterate(query.reading!, classIndex)
    : database
        .prepare("SELECT d.outline FROM cells c JOIN drawings d ON d.cell = c.id WHERE c.state = 'counted' AND c.class_index = ?")
        .iterate(classIndex);
  const um2 = (umPerPx / PER_PIXEL) ** 2;
  const areas: number[] = [];
  for (const { outline } of rows) areas.push(outlineArea(unpackCorners(outline)) * um2);
  return sizesOf(areas);
};
