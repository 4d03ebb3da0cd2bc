import { z } from 'zod';
import { configuration } from '../../domain/configuration.ts';
import { pictureWish } from '../../domain/wire.ts';

/** Flags of `bench glass`. */
export const glassBenchOptions = z.strictObject({
  seconds: z.coerce.number().int().min(5).max(3600).default(20).describe('how long is measured'),
  frames: z.coerce
    .number()
    .int()
    .min(30)
    .max(250)
    .default(150)
    .describe('pictures of the clip that Chromium plays as its camera, over and over'),
  pictures: pictureWish.default('webcodecs').describe('how the page takes its pictures'),
  engine: configuration.shape.engine,
  threads: configuration.shape.threads,
  json: z.boolean().default(false).describe('print one JSON document on stdout'),
});
export type GlassBenchOptions = z.input<typeof glassBenchOptions>;
