import { type Change, changeAnswer, reviewState } from '../../../domain/review.ts';
import { openReviewWriter } from '../../../server/review/review-writer.ts';
import { openReview } from '../../../server/review/reviewed-cells.ts';
import { openSessionReader } from '../../../server/sessions/session-reader.ts';
import { cellAt, makeReviewSession } from './review-session.ts';

/** A session of a hundred cells, one of them withdrawn and one on another island, with what is done to it and asked of it in few words. */
export const correctedSession = (home: string) => {
  const { folder } = makeReviewSession(home, 100, {
    cells: Array.from({ length: 100 }, (_, i) => cellAt(i + 1, i === 98 ? { state: 'withdrawn' } : i === 97 ? { island: 2 } : {})),
  });
  return {
    folder,
    doing: (change: Change, { reading = 1, by = 'Reader A' }: { reading?: 1 | 2; by?: string } = {}) => {
      using writer = openReviewWriter(folder);
      return changeAnswer.parse(writer.change({ reading, by, change }, 5000));
    },
    stepping: (which: 'undo' | 'redo', by = 'Reader A') => {
      using writer = openReviewWriter(folder);
      return changeAnswer.parse(writer.step(which, { reading: 1, by }, 6000));
    },
    cell: (id: number, reading: 'counted' | 1 | 2 = 1) => {
      using review = openReview(folder, { reading });
      return review.cell(id);
    },
    counts: (): Record<string, number> => {
      using reader = openSessionReader(folder);
      return Object.fromEntries(Object.entries(reviewState.parse(reader.review(1)).counts).map(([name, { n }]) => [name, n]));
    },
  };
};
