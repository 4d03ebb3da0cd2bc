import { z } from 'zod';

/** Room that stays between a field and the slide's edge, in pixels, so that the hand's tremor never leaves the slide. */
export const SLIDE_MARGIN_PX = 8;

const flag = z
  .union([z.boolean(), z.enum(['0', '1', 'false', 'true', ''])])
  .transform((value) => value === true || value === '1' || value === 'true' || value === '');

const length = (min: number, max: number, multipleOf: number) => z.coerce.number().int().min(min).max(max).multipleOf(multipleOf);

/** What a virtual scan is made from; the same options give the same scan, byte for byte. Unknown keys are refused. */
export const scanOptions = z
  .strictObject({
    seed: z.coerce.number().int().min(0).max(2_147_483_647).default(1).describe('seed of slide and stage'),
    frames: z.coerce.number().int().min(1).max(200_000).default(900).describe('length in frames'),
    fps: z.coerce.number().min(1).max(120).default(30).describe('frames a second'),
    width: length(160, 3840, 8).default(1280).describe('width of a frame in pixels'),
    height: length(120, 2160, 2).default(720).describe('height of a frame in pixels'),
    slideWidth: length(256, 12_288, 2).default(4096).describe('width of the slide in pixels'),
    slideHeight: length(256, 12_288, 2).default(3072).describe('height of the slide in pixels'),
    exposureMs: z.coerce.number().min(0.1).max(100).default(8).describe('shutter time'),
    dirt: flag.default(false).describe('dirt on the sensor, which does not move with the slide'),
    jumps: flag.default(false).describe('sudden fast moves of the stage now and then'),
    heavyDirt: flag.default(false).describe('far more dirt on the sensor, from the first frame on'),
    vignette: z.coerce.number().min(0).max(0.7).default(0.07).describe('share of light lost in the corners'),
    flicker: z.coerce.number().min(0).max(0.3).default(0.015).describe('how much the light flickers, as a share'),
    unfocused: flag.default(false).describe('a focus that is lost again and again, and for longer'),
    density: z.coerce
      .number()
      .min(0.01)
      .max(1)
      .default(1)
      .describe('share of the cells that are there; little of it is a near-empty slide'),
    repetitive: flag.default(false).describe('a monolayer of cells that are all much alike, in rows'),
    view: z
      .enum(['slide', 'micrometer', 'empty'])
      .default('slide')
      .describe('what lies under it: a smear, a stage micrometer with a line each 10 µm, or an empty place; these two rest'),
    shade: z.coerce
      .number()
      .min(0)
      .max(0.6)
      .default(0)
      .describe('share of light lost in the corner farthest from a lamp out of the middle'),
    cast: z.coerce.number().min(-0.5).max(0.5).default(0).describe('colour cast: above 0 warm, below 0 cold'),
    turnDeg: z.coerce.number().min(-180).max(180).default(0).describe('how far the camera is turned for a while'),
    zoom: z.coerce.number().min(0.4).max(2.5).default(1).describe('how many times it magnifies for a while'),
    turnAtMs: z.coerce.number().min(0).max(3_600_000).default(4000).describe('when the camera is turned or the objective changed'),
    turnForMs: z.coerce.number().min(0).max(3_600_000).default(3000).describe('for how long'),
  })
  .refine((options) => options.slideWidth >= options.width + 4 * SLIDE_MARGIN_PX, {
    path: ['slideWidth'],
    message: `must exceed the frame's width by ${4 * SLIDE_MARGIN_PX}`,
  })
  .refine((options) => options.slideHeight >= options.height + 4 * SLIDE_MARGIN_PX, {
    path: ['slideHeight'],
    message: `must exceed the frame's height by ${4 * SLIDE_MARGIN_PX}`,
  });
export type ScanOptions = z.infer<typeof scanOptions>;
/** The same as given by a caller: what is left out takes its default. */
export type ScanRequest = z.input<typeof scanOptions>;
