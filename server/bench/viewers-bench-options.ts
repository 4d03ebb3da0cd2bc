import { z } from 'zod';
import { configuration } from '../../domain/configuration.ts';
import { pictureWish } from '../../domain/wire.ts';

/** Flags of `bench viewers`. */
export const viewersBenchOptions = z.strictObject({
  viewers: z.coerce.number().int().min(2).max(60).default(20).describe('viewers on one camera'),
  rounds: z.coerce.number().int().min(1).max(50).default(4).describe('how often one viewer and many take turns'),
  seconds: z.coerce.number().int().min(2).max(600).default(8).describe('how long each turn is'),
  pictures: pictureWish.default('webcodecs').describe('how the viewers take their pictures'),
  engine: configuration.shape.engine,
  threads: configuration.shape.threads,
  json: z.boolean().default(false).describe('print one JSON document on stdout'),
});
export type ViewersBenchOptions = z.input<typeof viewersBenchOptions>;
