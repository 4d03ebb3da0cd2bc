import { z } from 'zod';

/** Flags of `bench crash`. */
export const crashBenchOptions = z.strictObject({
  rounds: z.coerce
    .number()
    .int()
    .min(0)
    .max(10_000)
    .default(20)
    .describe('kills, of the camera process and of the server in turn, each at a moment of its own'),
  copies: z.coerce
    .number()
    .int()
    .min(0)
    .max(10_000)
    .default(10)
    .describe('copies of the folder while it is written, each at a moment of its own'),
  seed: z.coerce.number().int().default(1).describe('which moments'),
  source: z.string().default('simulate:?width=640&height=480&slideWidth=1280&slideHeight=960').describe('what the camera shows meanwhile'),
  json: z.boolean().default(false).describe('print one JSON document on stdout'),
});
export type CrashBenchOptions = z.input<typeof crashBenchOptions>;
