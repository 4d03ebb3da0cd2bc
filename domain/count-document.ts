import { z } from 'zod';
import { MOST_OUTLINE_NUMBERS } from './cell-drawing.ts';
import { cellShape } from './cell-shape.ts';
import { countStatistics } from './count-statistics.ts';
import { excludedGround } from './ground.ts';
import { sizeDistribution } from './size-distribution.ts';

const interval = z.strictObject({ n: z.int().min(0), low: z.number(), high: z.number() });

const pixelBox = z.tuple([z.number(), z.number(), z.number(), z.number()]);

/** A counted cell; box in camera pixels on the slide map, origin at the first frame's upper left corner. */
export const countedCell = z.strictObject({
  id: z.int().min(1),
  class: z.string(),
  score: z.number(),
  box: pixelBox,
  firstSeenMs: z.number(),
  sightings: z.int().min(1),
  /** The piece of the map that the cell lies on; `box` is measured from that piece's own first field. */
  island: z.int().min(1).optional(),
  /** Corners of its outline, `x, y` after each other, in the pixels of `box`, its nucleus' likewise, and its measures; absent where the model draws none. */
  outline: z.array(z.number()).min(6).max(MOST_OUTLINE_NUMBERS).optional(),
  nucleus: z.array(z.number()).min(6).max(MOST_OUTLINE_NUMBERS).optional(),
  shape: cellShape.optional(),
});
export type CountedCell = z.infer<typeof countedCell>;

const velocity = z.strictObject({ x: z.number(), y: z.number() });

/** What counting flowing cells adds: identities, crossings, velocities. */
export const flowCount = z.strictObject({
  /** Confirmed identities: the sum of `counts`. */
  tracks: z.int().min(0),
  /** Line in camera pixels; `forward` is to the right over a line drawn from top to bottom. */
  crossings: z.array(z.strictObject({ line: pixelBox, forward: z.int().min(0), backward: z.int().min(0) })),
  /** Speeds of the identities' mean velocities, and the mean velocity itself; `undefined` where none was seen long enough. */
  velocityUmPerS: z
    .strictObject({
      n: z.int().min(1),
      mean: velocity,
      meanSpeed: z.number(),
      sd: z.number(),
      p10: z.number(),
      median: z.number(),
      p90: z.number(),
    })
    .optional(),
  /** Cells in view of a frame. */
  inView: z.strictObject({ mean: z.number(), most: z.int(), meanPerMm2: z.number() }),
  /** Each identity, where the cells are listed too. */
  list: z
    .array(
      z.strictObject({
        id: z.int().min(1),
        class: z.string(),
        firstSeenMs: z.number(),
        lastSeenMs: z.number(),
        velocityUmPerS: velocity.optional(),
      }),
    )
    .optional(),
});

/** What `count SOURCE --json` prints. Other programs rely on it. */
export const countDocument = z.strictObject({
  schema: z.literal('smearscope.count/1'),
  source: z.string(),
  specimen: z.enum(['smear', 'flow']),
  model: z.strictObject({ name: z.string(), version: z.string() }),
  engine: z.string(),
  umPerPx: z.number(),
  umPerPxFrom: z.enum(['given', 'source', 'bundle', 'estimated', 'calibration']),
  /** Name of the calibration profile that was used. */
  calibration: z.string().optional(),
  frames: z.strictObject({
    decoded: z.int(),
    registered: z.int(),
    inferred: z.int(),
    rejected: z.record(z.string(), z.int()),
  }),
  counts: z.record(z.string(), interval),
  cells: z.array(countedCell).optional(),
  flow: flowCount.optional(),
  /** Where each picture was a field of its own: by which rule cells at its edges were chosen. */
  edgeRule: z.literal('hemocytometer').optional(),
  /** What follows from counts and area; of cells that lie still. */
  statistics: countStatistics.optional(),
  /** How large the counted red cells are that were drawn; absent where none were. */
  sizes: sizeDistribution.extend({ class: z.string() }).optional(),
  slide: z.strictObject({
    islands: z.int(),
    areaUm2: z.number(),
    /** What of it was not counted, and why. */
    excluded: excludedGround.optional(),
    /** The pieces of the map: `box` what each covers in its own camera pixels; with `offset` added they lie side by side and nowhere over each other. */
    pieces: z.array(z.strictObject({ island: z.int().min(1), box: pixelBox, offset: z.tuple([z.number(), z.number()]) })).optional(),
  }),
  timing: z.strictObject({ elapsedMs: z.number(), fps: z.number(), stageMs: z.record(z.string(), z.number()) }),
});
export type CountDocument = z.infer<typeof countDocument>;
