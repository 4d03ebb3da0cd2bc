import { z } from 'zod';
import { configuration } from '../../domain/configuration.ts';

/** Flags of `bench live`. */
export const benchOptions = z.strictObject({
  seeds: z.coerce.number().int().min(1).max(50).default(5).describe('scans to count, each of another slide and another hand'),
  frames: z.coerce.number().int().min(30).max(20_000).default(900).describe('frames of each scan'),
  seconds: z.coerce
    .number()
    .int()
    .min(5)
    .max(36_000)
    .default(60)
    .describe('how long the live camera runs; memory is judged from 4 minutes on'),
  model: configuration.shape.model,
  engine: configuration.shape.engine,
  threads: configuration.shape.threads,
  outlines: configuration.shape.outlines,
  json: z.boolean().default(false).describe('print one JSON document on stdout'),
});
export type BenchOptions = z.input<typeof benchOptions>;
