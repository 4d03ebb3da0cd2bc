import { z } from 'zod';
import { cellDrawing } from './cell-drawing.ts';
import { cellShape } from './cell-shape.ts';
import { ledgerEntry } from './ledger.ts';

const pixelBox = z.tuple([z.number(), z.number(), z.number(), z.number()]);

export const cellState = z.enum(['counted', 'waiting', 'excluded', 'withdrawn']);

/** 1 the first reader's layer of corrections, 2 the second reader's. */
export const readingNumber = z.union([z.literal(1), z.literal(2)]);
export type ReadingNumber = z.infer<typeof readingNumber>;

/** What a reader did to a cell. Of a split or merge both the cells that it took away (`withdrawn`) and those that it made. */
export const cellCorrection = z.enum(['reclassified', 'deleted', 'added', 'split', 'merged']);

/** What is known of one cell of a session. */
export const cellRecord = z.strictObject({
  id: z.int().min(1),
  class: z.string().max(40),
  classIndex: z.int().min(0),
  /** 0 to 1. */
  score: z.number(),
  state: cellState,
  island: z.int().min(1),
  /** Camera pixels on its island. */
  box: pixelBox,
  widthUm: z.number(),
  heightUm: z.number(),
  sightings: z.int().min(0),
  /** Capture times. */
  firstSeenMs: z.number(),
  lastSeenMs: z.number(),
  /** Grows with each better picture of the cell; 0 while there is none. */
  cropVersion: z.int().min(0),
  /** How it was drawn, from the corner of `box`, and its measures; absent where the model drew none. */
  drawing: cellDrawing.optional(),
  shape: cellShape.optional(),
  /** Of a reading alone: what was corrected, the class as counted where another was given, whether it is marked uncertain. */
  correction: cellCorrection.optional(),
  was: z.string().max(40).optional(),
  uncertain: z.boolean().optional(),
});
export type CellRecord = z.infer<typeof cellRecord>;

/** One detection that was taken for this cell; box in camera pixels within that frame. */
export const cellSighting = z.strictObject({
  frame: z.int().min(0),
  atMs: z.number(),
  box: pixelBox,
  class: z.string().max(40),
  score: z.number(),
});
export type CellSighting = z.infer<typeof cellSighting>;

/** Cells in the order asked for; `next` continues where `cells` ends. */
export const cellPage = z.strictObject({
  total: z.int().min(0),
  cells: z.array(cellRecord).max(1000),
  next: z.string().max(200).optional(),
});
export type CellPage = z.infer<typeof cellPage>;

/** Everything that speaks for one cell, oldest first. */
export const cellStory = z.strictObject({
  /** What its picture shows, in camera pixels from the corner of its box; absent where that is not known. */
  crop: z.strictObject({ x: z.number(), y: z.number(), widthPx: z.int().min(1), heightPx: z.int().min(1) }).optional(),
  cell: cellRecord,
  sightings: z.array(cellSighting).max(10_000),
  ledger: z.array(ledgerEntry).max(10_000),
});
export type CellStory = z.infer<typeof cellStory>;

/** Which cells of a session are asked for, in which order: as they came, least certain first, largest first; `order` turns it round. */
export const cellQuery = z.strictObject({
  class: z.string().max(40).optional(),
  /** Absent: all but the withdrawn ones. */
  state: cellState.optional(),
  /** Absent: as counted. */
  reading: z.coerce.number().pipe(readingNumber).optional(),
  /** Of a reading: those marked uncertain alone, or all others. */
  uncertain: z.union([z.boolean(), z.stringbool()]).optional(),
  sort: z.enum(['seen', 'score', 'size']).default('seen'),
  order: z.enum(['asc', 'desc']).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.string().max(200).optional(),
});
export type CellQuery = z.infer<typeof cellQuery>;
