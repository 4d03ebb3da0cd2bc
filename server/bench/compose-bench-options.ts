import { z } from 'zod';

/** Flags of `bench compose`. */
export const composeBenchOptions = z.strictObject({
  images: z.coerce.number().int().min(1).max(100_000).default(2000).describe('pictures of each round'),
  cutouts: z
    .string()
    .max(4000)
    .optional()
    .describe('folder of cut-outs (default: of the shipped fields, every white cell taken for each kind)'),
  workers: z.coerce.number().int().min(2).max(256).default(2).describe('threads of the second round; the first has one'),
  seed: z.coerce.number().int().min(0).max(1_000_000_000).default(1).describe('what pictures'),
  json: z.boolean().default(false).describe('print one JSON document on stdout'),
});
export type ComposeBenchOptions = z.input<typeof composeBenchOptions>;
