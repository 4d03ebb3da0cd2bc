import type { DatabaseSync } from 'node:sqlite';
import type { CellStory, ReadingNumber } from '../../domain/cell-record.ts';
import { FIRST_REVIEWED_ID, type ReviewedStory } from '../../domain/review.ts';
import type { SessionFacts } from '../../domain/session.ts';
import { correctionsOfCell } from './review-history.ts';
import { createCellsByIds } from './reviewed-cells.ts';
import { hasReview } from './reviewed-rows.ts';

/**
 * A cell as a reading has it, with what was counted (`told`) and what the reader did. Of a cell that was split off or merged, the
 * sightings and the ledger are those of the counted cells that it came from.
 */
export const reviewedStoryOf = (
  database: DatabaseSync,
  facts: SessionFacts,
  reading: ReadingNumber,
  id: number,
  told: (id: number) => CellStory | undefined,
): ReviewedStory | undefined => {
  if (!hasReview(database)) {
    const story = told(id);
    return story === undefined ? undefined : { ...story, corrections: [] };
  }
  const cell = createCellsByIds(database, facts)(reading, [id])[0];
  if (cell === undefined) return undefined;
  const corrections = correctionsOfCell(database, reading, id);
  if (id < FIRST_REVIEWED_ID) return { sightings: [], ledger: [], ...told(id), cell, corrections };
  const origin = corrections[0]?.change;
  const from = origin?.kind === 'split' ? [origin.cell] : origin?.kind === 'merge' ? origin.cells : [];
  const stories = from.flatMap((one) => told(one) ?? []);
  return {
    cell,
    sightings: stories.flatMap(({ sightings }) => sightings).slice(0, 10_000),
    ledger: stories.flatMap(({ ledger }) => ledger).slice(0, 10_000),
    corrections,
  };
};
