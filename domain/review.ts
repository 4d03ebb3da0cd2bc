import { z } from 'zod';
import { cellRecord, cellStory, readingNumber } from './cell-record.ts';

/** Cells that a reader made have ids from here on; none is ever given twice. */
export const FIRST_REVIEWED_ID = 1_000_000_000;

/** Most cells of one change. */
export const MOST_CELLS = 10_000;

const cellId = z.int().min(1);
const someCells = z.array(cellId).min(1).max(MOST_CELLS);
const className = z.string().min(1).max(40);
const pixel = z.number().min(-1e7).max(1e7);
/** Camera pixels on the island: `[x0, y0, x1, y1]`. */
const slideBox = z.tuple([pixel, pixel, pixel, pixel]).refine(([x0, y0, x1, y1]) => x1 > x0 && y1 > y0, 'a box is [x0, y0, x1, y1]');

/** What a reader does. Cells are named by id; a change holds for all that it names, or for none. */
export const change = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('reclassify'), cells: someCells, class: className }),
  z.strictObject({ kind: z.literal('delete'), cells: someCells }),
  z.strictObject({ kind: z.literal('add'), class: className, island: z.int().min(1), box: slideBox }),
  z.strictObject({
    kind: z.literal('split'),
    cell: cellId,
    into: z
      .array(z.strictObject({ class: className, box: slideBox }))
      .min(2)
      .max(20),
  }),
  /** Without a class that of most of them, without a box the one around them all. They lie on one island. */
  z.strictObject({
    kind: z.literal('merge'),
    cells: z.array(cellId).min(2).max(MOST_CELLS),
    class: className.optional(),
    box: slideBox.optional(),
  }),
  z.strictObject({ kind: z.literal('mark'), cells: someCells, uncertain: z.boolean() }),
  /** Whole fields that were looked through: nothing in them was overlooked. */
  z.strictObject({ kind: z.literal('reviewed'), keyframes: z.array(z.int().min(1)).min(1).max(10_000), reviewed: z.boolean() }),
]);
export type Change = z.infer<typeof change>;

/** Name of a reader, as the page asks for it. Who wrote in one reading is refused in the other. */
export const readerName = z.string().trim().min(1, 'say who you are').max(100);

/** Body of `POST …/corrections`. With `head` it is refused where somebody else changed the reading since. */
export const changeRequest = z.strictObject({ reading: readingNumber, by: readerName, change, head: z.int().min(0).optional() });
export type ChangeRequest = z.infer<typeof changeRequest>;

/** Body of `POST …/corrections/undo` and `…/redo`. */
export const stepRequest = z.strictObject({ reading: readingNumber, by: readerName, head: z.int().min(0).optional() });
export type StepRequest = z.infer<typeof stepRequest>;

/** One row of the history. An undo and a redo are rows of their own that name the row they concern. */
export const correction = z.strictObject({
  n: z.int().min(1),
  /** Wall clock, ms since 1970. */
  at: z.number(),
  by: z.string().max(100),
  reading: readingNumber,
  kind: z.enum(['reclassify', 'delete', 'add', 'split', 'merge', 'mark', 'reviewed', 'undo', 'redo']),
  /** In words: "12 cells → WBC". */
  text: z.string().max(300),
  /** The change; of an undo or redo, the one that it concerns is `of`. */
  change: change.optional(),
  of: z.int().min(1).optional(),
  /** Ids of the cells that it made. */
  made: z.array(cellId).max(20).optional(),
  /** Whether it is taken back as things stand. */
  undone: z.boolean(),
});
export type Correction = z.infer<typeof correction>;

/** Query of `GET …/corrections`. */
export const correctionQuery = z.strictObject({
  reading: z.coerce.number().pipe(readingNumber).default(1),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.string().max(200).optional(),
});
export type CorrectionQuery = z.infer<typeof correctionQuery>;

/** The history of a reading, newest first. */
export const correctionPage = z.strictObject({
  total: z.int().min(0),
  corrections: z.array(correction).max(1000),
  next: z.string().max(200).optional(),
});
export type CorrectionPage = z.infer<typeof correctionPage>;

export const signatureRole = z.enum(['reader', 'second reader', 'supervisor']);

/** Body of `POST …/signatures`. `reader` signs reading 1, `second reader` reading 2, `supervisor` either. */
export const signRequest = z.strictObject({
  reading: readingNumber,
  by: readerName,
  role: signatureRole,
  comment: z.string().max(2000).optional(),
  head: z.int().min(0).optional(),
});
export type SignRequest = z.infer<typeof signRequest>;

/** Somebody put their name to a version of a reading. */
export const signature = z.strictObject({
  n: z.int().min(1),
  at: z.number(),
  by: z.string().max(100),
  reading: readingNumber,
  role: signatureRole,
  comment: z.string().max(2000).optional(),
  version: z.int().min(1),
  /** The last correction that it covers. */
  head: z.int().min(0),
  counts: z.record(z.string(), z.int().min(0)),
  model: z.string().max(200),
  calibration: z.string().max(100).optional(),
  /** Over the document of what was signed. */
  sha256: z.string().length(64),
  /** What does not agree any more with what was signed, in words. */
  broken: z.string().max(300).optional(),
});
export type Signature = z.infer<typeof signature>;

/** Answer of `GET …/signatures`, oldest first; each was checked against what it covers. */
export const signatureList = z.strictObject({ signatures: z.array(signature).max(1000) });

const reviewedCount = z.strictObject({
  /** As counted, before any correction. */
  counted: z.int().min(0),
  /** As corrected, with the exact 95 % interval of the total (Garwood). */
  n: z.int().min(0),
  low: z.number(),
  high: z.number(),
  /** Of all cells, 0 to 1, with its exact 95 % interval (Clopper–Pearson). Absent where there are no cells. */
  share: z.strictObject({ value: z.number(), low: z.number(), high: z.number() }).optional(),
});

/** How a reading stands. */
export const reviewState = z.strictObject({
  reading: readingNumber,
  /** Who wrote in it last. */
  by: z.string().max(100).optional(),
  /** The version that is open, or the signed one where nothing was changed since. */
  version: z.int().min(1),
  /** Number of its last row in the history, 0 before the first. */
  head: z.int().min(0),
  /** What undo and redo would do, in words. */
  undo: z.string().max(300).optional(),
  redo: z.string().max(300).optional(),
  /** By class. */
  counts: z.record(z.string(), reviewedCount),
  /** Cells marked uncertain. */
  uncertain: z.int().min(0),
  /** Changes that stand. */
  changes: z.int().min(0),
  reviewedKeyframes: z.array(z.int().min(1)).max(100_000),
  signatures: z.array(signature).max(1000),
  signedVersion: z.int().min(1).optional(),
  /** Signed, and nothing changed since: the next change begins the next version. */
  locked: z.boolean(),
});
export type ReviewState = z.infer<typeof reviewState>;

/** A cell as a reading has it: a deleted one is `withdrawn`. */
export const reviewedCell = cellRecord;
export type ReviewedCell = z.infer<typeof reviewedCell>;

/** Answer of `POST …/corrections`, `…/undo` and `…/redo`: the cells that were touched, as they are now. */
export const changeAnswer = z.strictObject({
  n: z.int().min(1),
  cells: z.array(reviewedCell).max(MOST_CELLS + 20),
  review: reviewState,
});
export type ChangeAnswer = z.infer<typeof changeAnswer>;

/** Everything that speaks for one cell of a reading, corrections included, oldest first. */
export const reviewedStory = z.strictObject({ ...cellStory.shape, corrections: z.array(correction).max(1000) });
export type ReviewedStory = z.infer<typeof reviewedStory>;
