import { z } from 'zod';

const pixelBox = z.tuple([z.number(), z.number(), z.number(), z.number()]);
const counted = z.strictObject({ n: z.int().min(0), low: z.number(), high: z.number() });

/** Name of a replay within its session: a folder. */
export const replayName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/, 'the name of a replay is of letters, digits, dots, dashes and underscores');

/** What is asked of a replay. Left out: the model and the engine that counted. */
export const replayRequest = z.strictObject({
  /** Name of a bundle, or path of its folder. */
  model: z.string().min(1).max(500).optional(),
  engine: z.string().min(1).max(60).optional(),
});
export type ReplayRequest = z.infer<typeof replayRequest>;

/** A session counted again from what it holds, and how that lies beside what was counted. */
export const replayDocument = z.strictObject({
  schema: z.literal('smearscope.replay/1'),
  session: z.string().max(60),
  replay: replayName,
  /** Wall clock, ms since 1970. */
  at: z.number(),
  model: z.strictObject({ name: z.string(), version: z.string(), sha256: z.string().optional() }),
  engine: z.string(),
  /** Whether model and engine are those that counted, by the hash of the network. */
  same: z.strictObject({ model: z.boolean(), engine: z.boolean() }),
  /**
   * Runs of the network: `again` on the pictures that were kept, `answered` where none were and the answer of then was taken,
   * `leftOut` where none were and another model is asked.
   */
  looks: z.strictObject({ total: z.int(), again: z.int(), answered: z.int(), leftOut: z.int() }),
  /** Of the runs again, those that gave to the last bit the boxes, classes and scores of then. */
  answersAlike: z.int(),
  /** The ledger of the session beside that of the replay, entry by entry; `firstDifference` is the number of the first entry that is not the same. */
  ledger: z.strictObject({
    identical: z.boolean(),
    counted: z.int(),
    replayed: z.int(),
    firstDifference: z.int().optional(),
  }),
  counts: z.record(z.string(), z.strictObject({ counted, replayed: counted })),
  /** What keeps the replay from saying more, in words. */
  notes: z.array(z.string().max(300)).max(20),
  timing: z.strictObject({ elapsedMs: z.number(), recordedMs: z.number(), frames: z.int(), framesPerS: z.number() }),
});
export type ReplayDocument = z.infer<typeof replayDocument>;

/** A cell as one side of a comparison has it. */
export const comparedCell = z.strictObject({
  id: z.int().min(1),
  class: z.string().max(40),
  score: z.number(),
  box: pixelBox,
  /** A frame of the session that shows it, where one is known. */
  frame: z.int().min(0).optional(),
});
export type ComparedCell = z.infer<typeof comparedCell>;

/** `onlyA`, `onlyB`: one side alone counts a cell there; `class`: both do, as different classes. Boxes in camera pixels on the island. */
export const countDifference = z.strictObject({
  kind: z.enum(['onlyA', 'onlyB', 'class']),
  island: z.int().min(1),
  a: comparedCell.optional(),
  b: comparedCell.optional(),
});
export type CountDifference = z.infer<typeof countDifference>;

/** A side of a comparison: as counted, a reading, or a replay by its name. */
export const countSide = z.union([z.literal('counted'), z.enum(['1', '2']), replayName]);

/** Two counts of one session side by side. */
export const countComparison = z.strictObject({
  schema: z.literal('smearscope.comparison/1'),
  session: z.string().max(60),
  a: z.string().max(80),
  b: z.string().max(80),
  matched: z.int(),
  onlyA: z.int(),
  onlyB: z.int(),
  otherClass: z.int(),
  /** Totals with 95 % Poisson intervals; `matched`: cells that are of this class on both sides. */
  perClass: z.array(
    z.strictObject({ class: z.string(), a: counted, b: counted, matched: z.int(), onlyA: z.int(), onlyB: z.int(), otherClass: z.int() }),
  ),
  total: z.int(),
  /** In the order of the slide: by island, then from top to bottom. */
  differences: z.array(countDifference).max(10_000),
  next: z.int().optional(),
});
export type CountComparison = z.infer<typeof countComparison>;

/** Replays of a session, newest first. */
export const replayList = z.strictObject({ replays: z.array(replayDocument).max(1000) });

/** Which counts of a session are laid beside each other, and from which difference on they are listed. */
export const comparisonQuery = z.strictObject({
  a: countSide.default('counted'),
  b: countSide,
  from: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(2000).default(200),
});
