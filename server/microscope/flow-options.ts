import { z } from 'zod';

/** Micrometres for one pixel of a virtual flow channel: half the scale of the shipped fields. */
export const FLOW_UM_PER_PX = 0.144;

const length = (min: number, max: number, multipleOf: number) => z.coerce.number().int().min(min).max(max).multipleOf(multipleOf);

/** What a virtual flow channel is made from; the same options give the same pictures, byte for byte. Unknown keys are refused. */
export const flowOptions = z.strictObject({
  seed: z.coerce.number().int().min(0).max(2_147_483_647).default(1).describe('seed of cells and flow'),
  frames: z.coerce.number().int().min(1).max(200_000).default(900).describe('length in frames'),
  fps: z.coerce.number().min(1).max(240).default(30).describe('frames a second'),
  width: length(160, 3840, 8).default(960).describe('width of a frame in pixels'),
  height: length(120, 2160, 2).default(540).describe('height of a frame in pixels'),
  speed: z.enum(['slow', 'medium', 'fast']).default('medium').describe('how fast the middle of the channel flows'),
  cells: z.coerce.number().min(0).max(400).default(24).describe('cells in view, on average'),
});
export type FlowOptions = z.infer<typeof flowOptions>;
/** The same as given by a caller: what is left out takes its default. */
export type FlowRequest = z.input<typeof flowOptions>;

/** Speed in the middle of the channel, in µm/s: at 30 frames a second a red cell moves a tenth, 0.6 and 1.4 of its width in a frame. */
export const MIDDLE_UM_PER_S: Readonly<Record<FlowOptions['speed'], number>> = { slow: 21.6, medium: 130, fast: 302 };
