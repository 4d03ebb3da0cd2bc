import { z } from 'zod';
import { cellState } from './cell-record.ts';
import { sessionEvent } from './session.ts';

const pixelBox = z.tuple([z.number(), z.number(), z.number(), z.number()]);

/** A frame of a session, as it was judged when it came; `x`, `y`: its corner in camera pixels on its island, as the map is now. */
export const recordedFrame = z.strictObject({
  id: z.int().min(0),
  /** On the session's clock. */
  atMs: z.number(),
  state: z.string().max(20),
  sharpness: z.number(),
  island: z.int().min(1).optional(),
  x: z.number().optional(),
  y: z.number().optional(),
  confidence: z.number().optional(),
  /** The keyframe that it became. */
  keyframe: z.int().min(1).optional(),
  /** Where its picture is: number of the video, and ms within it. */
  video: z.strictObject({ n: z.int().min(1), ms: z.number().min(0) }).optional(),
});
export type RecordedFrame = z.infer<typeof recordedFrame>;

export const recordedFrames = z.strictObject({ frames: z.array(recordedFrame).max(2000) });
export type RecordedFrames = z.infer<typeof recordedFrames>;

const ms = z.coerce.number().min(-1e12).max(1e12);

/** One frame by its id, the frame that was shown at a time, or those from one time to another. */
export const framesQuery = z
  .strictObject({
    frame: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
    at: ms.optional(),
    from: ms.optional(),
    to: ms.optional(),
    /** Those alone whose picture is in a video. */
    video: z.stringbool().default(false),
    limit: z.coerce.number().int().min(1).max(2000).default(2000),
  })
  .refine(({ frame, at, from, to }) => frame !== undefined || at !== undefined || (from !== undefined && to !== undefined), {
    message: 'give frame=ID, at=MS, or from=MS and to=MS',
  });
export type FramesQuery = z.infer<typeof framesQuery>;

/** A video of a session: where it lies on the session's clock. A time-lapse plays faster than it was taken. */
export const recordedVideo = z.strictObject({
  n: z.int().min(1),
  startMs: z.number(),
  endMs: z.number(),
  kind: z.enum(['video', 'timelapse']),
  codec: z.string().max(60),
  widthPx: z.int().min(1),
  heightPx: z.int().min(1),
});
export type RecordedVideo = z.infer<typeof recordedVideo>;

/** A stretch of the session from `atMs` on: means and sums over its frames. */
export const timelineBin = z.strictObject({
  atMs: z.number(),
  /** Mean; absent where no frame came. */
  sharpness: z.number().optional(),
  frames: z.int().min(0),
  /** Frames whose place was found. */
  registered: z.int().min(0),
  /** Frames that were not counted: too fast, blurred, lost, … */
  rejected: z.int().min(0),
  /** Cells that were first seen here. */
  cells: z.int().min(0),
});

export const timelineQuery = z.strictObject({ bins: z.coerce.number().int().min(1).max(2000).default(300) });

/** A session at a glance, on its clock. An event's `atMs` is where it happened on that clock. */
export const timeline = z.strictObject({
  startMs: z.number(),
  endMs: z.number(),
  bins: z.array(timelineBin).max(2000),
  events: z.array(z.strictObject({ ...sessionEvent.shape, atMs: z.number() })).max(1000),
  runs: z.array(z.strictObject({ firstFrame: z.int().min(0), startMs: z.number(), at: z.number() })).max(10_000),
  videos: z.array(recordedVideo).max(10_000),
});
export type Timeline = z.infer<typeof timeline>;

/** A cell as it lies in one frame, in that frame's pixels. `sighted`: it was detected in this very frame. */
export const frameCell = z.strictObject({
  id: z.int().min(1),
  class: z.string().max(40),
  classIndex: z.int().min(0),
  box: pixelBox,
  state: cellState,
  score: z.number(),
  sighted: z.boolean(),
  correction: z.string().max(20).optional(),
  /** The class as counted, where a reader gave another. */
  was: z.string().max(40).optional(),
  uncertain: z.boolean().optional(),
});
export type FrameCell = z.infer<typeof frameCell>;

/** Every cell in view of a frame; none where its place is not known. */
export const frameCells = z.strictObject({
  frame: recordedFrame,
  place: z.strictObject({ island: z.int().min(1), x: z.number(), y: z.number() }).optional(),
  widthPx: z.int().min(1).optional(),
  heightPx: z.int().min(1).optional(),
  cells: z.array(frameCell).max(20_000),
});
export type FrameCells = z.infer<typeof frameCells>;

/**
 * Coded pictures of a video, for a decoder in the browser: each begins at `offset` of the file and has so many `bytes`.
 * `codec` and `description` (base64) are what WebCodecs is configured with; decoding begins at a `key` picture.
 */
export const videoSamples = z.strictObject({
  codec: z.string().max(60),
  description: z.string().max(4000),
  widthPx: z.int().min(1),
  heightPx: z.int().min(1),
  samples: z.array(z.strictObject({ ms: z.number(), offset: z.int().min(0), bytes: z.int().min(0), key: z.boolean() })).max(5000),
});
export type VideoSamples = z.infer<typeof videoSamples>;

/** The pictures from the last key picture at or before `from` until `to`. */
export const samplesQuery = z.strictObject({ from: ms, to: ms });
