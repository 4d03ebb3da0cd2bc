import { z } from 'zod';
import { configuration } from '../../domain/configuration.ts';

/** Flags of `bench record`. */
export const recordBenchOptions = z.strictObject({
  seconds: z.coerce.number().int().min(5).max(600).default(15).describe('length of each turn, with and without recording'),
  turns: z.coerce.number().int().min(1).max(50).default(4).describe('turns with recording, as many without between them'),
  source: z.string().default('simulate:?width=1280&height=720&fps=30').describe('what the camera shows'),
  model: configuration.shape.model,
  engine: configuration.shape.engine,
  threads: configuration.shape.threads,
  json: z.boolean().default(false).describe('print one JSON document on stdout'),
});
export type RecordBenchOptions = z.input<typeof recordBenchOptions>;
