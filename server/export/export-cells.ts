import type { CellRecord, ReadingNumber } from '../../domain/cell-record.ts';
import { FaultError } from '../../domain/fault.ts';
import type { ReviewState } from '../../domain/review.ts';
import { openReview } from '../review/reviewed-cells.ts';

export type ExportReading = 'counted' | ReadingNumber;

export type ExportCells = Disposable & {
  readonly reading: ExportReading;
  /** `undefined` of what was counted. */
  readonly review: ReviewState | undefined;
  readonly counts: Readonly<Record<string, number>>;
  all(): Iterable<CellRecord>;
};

/** The cells of a session under a reading; without one the first reader's, or as counted where there is none. Throws a `usage` fault where nobody read it. */
export const openExportCells = (folder: string, asked?: ExportReading): ExportCells => {
  using cleanUp = new DisposableStack();
  const review = cleanUp.use(openReview(folder, { reading: asked }));
  const state = review.state();
  if (review.reading !== 'counted' && state.head === 0 && state.signatures.length === 0)
    throw new FaultError({
      kind: 'usage',
      what: `nobody wrote in reading ${review.reading} of this session`,
      remedy: 'ask for the reading "counted", or review it first',
    });
  const owned = cleanUp.move();
  return {
    reading: review.reading,
    review: review.reading === 'counted' ? undefined : state,
    counts: Object.fromEntries(Object.entries(state.counts).map(([name, { n }]) => [name, n])),
    all: () => review.cells(),
    [Symbol.dispose]: () => owned.dispose(),
  };
};
