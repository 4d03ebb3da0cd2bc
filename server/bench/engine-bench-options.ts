import { z } from 'zod';
import { configuration } from '../../domain/configuration.ts';

/** Flags of `bench engine`. */
export const engineBenchOptions = z.strictObject({
  model: configuration.shape.model,
  engine: configuration.shape.engine,
  precision: configuration.shape.precision,
  conformance: z.boolean().default(false).describe('compare every engine that is here with onnx:cpu, in place of timing one'),
  fields: z.coerce.number().int().min(1).max(100).default(4).describe('shipped fields of 640×480 to run on'),
  runs: z.coerce.number().int().min(1).max(1000).default(25).describe('runs of each kind; the median counts'),
  json: z.boolean().default(false).describe('print one JSON document on stdout'),
});
export type EngineBenchOptions = z.input<typeof engineBenchOptions>;
