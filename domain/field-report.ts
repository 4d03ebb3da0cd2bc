import { z } from 'zod';
import { concentration } from './concentration.ts';
import { excludedGround, groundKind } from './ground.ts';
import { stopProgress } from './stop-rule.ts';

/**
 * What can be said of a field at a glance: `sharp` is counted, `resting` is sharp with nothing new in it,
 * the others are shown and skipped, each for its reason. `turned`: the camera was turned against the map; `zoomed`: another objective.
 */
export const fieldState = z.enum(['sharp', 'resting', 'fast', 'blurred', 'dark', 'bright', 'lost', 'turned', 'zoomed']);
export type FieldState = z.infer<typeof fieldState>;

const pixelBox = z.tuple([z.number(), z.number(), z.number(), z.number()]);
const pixelLine = z.tuple([z.number(), z.number(), z.number(), z.number()]);

/** A cell of the slide map as it lies in one field; box in camera pixels within that frame. */
export const overlayBox = z.strictObject({
  id: z.int().min(1),
  classIndex: z.int().min(0),
  score: z.number(),
  box: pixelBox,
  /** `waiting`: cut by every field's edge so far, not counted yet; `excluded`: where the smear is not fit for counting. */
  state: z.enum(['counted', 'waiting', 'excluded']),
  /** Where a flowing cell was seen lately, in camera pixels, oldest first. */
  trail: z
    .array(z.tuple([z.number(), z.number()]))
    .max(64)
    .optional(),
});
export type OverlayBox = z.infer<typeof overlayBox>;

/** Where a field lies: island of the map, and its upper left corner in camera pixels on that island. */
export const placement = z.strictObject({
  island: z.int().min(1),
  x: z.number(),
  y: z.number(),
  /** 0 to 1. */
  confidence: z.number(),
});
export type Placement = z.infer<typeof placement>;

/** Frames by what became of them; `dropped` are those that never entered, by the name of the place that let them go. */
export const frameTally = z.strictObject({
  decoded: z.int().min(0),
  registered: z.int().min(0),
  inferred: z.int().min(0),
  rejected: z.record(z.string(), z.int().min(0)),
  dropped: z.record(z.string(), z.int().min(0)),
});
export type FrameTally = z.infer<typeof frameTally>;

/** What flowing cells add: how many are in view, crossings of each line (in camera pixels) by direction, median speed of the latest identities. */
export const flowReport = z.strictObject({
  inView: z.int().min(0),
  crossings: z.array(z.strictObject({ line: pixelLine, forward: z.int().min(0), backward: z.int().min(0) })).max(16),
  medianUmPerS: z.number().min(0).optional(),
});

/** Everything that is said of one frame; the overlay belongs to this frame and to no other. */
export const fieldReport = z.strictObject({
  frameId: z.int().min(0),
  capturedAtMs: z.number(),
  widthPx: z.int().min(1),
  heightPx: z.int().min(1),
  state: fieldState,
  /** Why, in words for a technician; empty when `sharp`. */
  reason: z.string().max(200),
  placement: placement.optional(),
  /** The keyframe that its place was measured against: its corner lies at the keyframe's + (x, y), and moves with it. */
  anchor: z.strictObject({ keyframe: z.int().min(1), x: z.number(), y: z.number() }).optional(),
  /** Id of the keyframe that this frame became. */
  keyframe: z.int().min(1).optional(),
  speedPxPerS: z.number().optional(),
  /** Where it is `turned` or `zoomed`: by how many degrees (clockwise on the screen) and how many times, as far as was found. */
  turn: z.strictObject({ angleDeg: z.number(), scale: z.number() }).optional(),
  /** 0 (no detail) to 1 (as sharp as the best of this session). */
  sharpness: z.number(),
  boxes: z.array(overlayBox).max(5000),
  /** Counted cells, one number for each class of the bundle. */
  counts: z.array(z.int().min(0)).max(64),
  frames: frameTally,
  /** Parts of this field where cells are not counted, in camera pixels within the frame. */
  ground: z
    .array(z.strictObject({ kind: groundKind, box: pixelBox }))
    .max(2000)
    .optional(),
  /** How far the rule for stopping is from being reached, where there is one. */
  stop: stopProgress.optional(),
  concentration: z.array(concentration).max(16).optional(),
  /** Of flowing cells only; of them there is no slide. */
  flow: flowReport.optional(),
  slide: z.strictObject({
    islands: z.int().min(0),
    keyframes: z.int().min(0),
    areaUm2: z.number(),
    /** Area in which a cell of each class would have been counted: where its middle lies farther from the edge of what was seen than it reaches. */
    countedUm2: z.array(z.number().min(0)).max(64).optional(),
    excluded: excludedGround.optional(),
  }),
  /** Moving means of the time that each stage takes for a frame it works on, in ms. */
  stageMs: z.record(z.string(), z.number()),
});
export type FieldReport = z.infer<typeof fieldReport>;
