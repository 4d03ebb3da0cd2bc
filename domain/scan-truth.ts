import { z } from 'zod';

const pixelBox = z.tuple([z.number(), z.number(), z.number(), z.number()]);

/** A cell on the virtual slide: box in slide pixels. */
export const trueCell = z.strictObject({
  id: z.int().min(1),
  class: z.string(),
  box: pixelBox,
  /** Whether at least one sharp frame showed it whole. */
  seen: z.boolean(),
});
export type TrueCell = z.infer<typeof trueCell>;

/** Where the virtual specimen stage stood for a frame, and what the optics did to it. */
export const trueFrame = z.strictObject({
  id: z.int().min(0),
  capturedAtMs: z.number(),
  /** Upper left corner of the field on the slide, in slide pixels, at mid exposure. */
  x: z.number(),
  y: z.number(),
  /** Length of the motion smear during exposure, in pixels. */
  motionBlurPx: z.number(),
  /** Standard deviation of the defocus blur, in pixels. */
  defocusPx: z.number(),
  sharp: z.boolean(),
});
export type TrueFrame = z.infer<typeof trueFrame>;

/** The full truth of a simulated scan; enough to judge registration, detection and counting. */
export const scanTruth = z.strictObject({
  schema: z.literal('smearscope.truth/1'),
  seed: z.int(),
  umPerPx: z.number().positive(),
  widthPx: z.int(),
  heightPx: z.int(),
  framesPerSecond: z.number().positive(),
  slide: z.strictObject({ widthPx: z.int(), heightPx: z.int() }),
  cells: z.array(trueCell),
  frames: z.array(trueFrame),
});
export type ScanTruth = z.infer<typeof scanTruth>;
