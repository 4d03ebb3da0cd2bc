import { z } from 'zod';

/** Flags of `bench session`. */
export const sessionBenchOptions = z.strictObject({
  minutes: z.coerce.number().min(0.2).max(600).default(60).describe('length of the session'),
  cells: z.coerce.number().int().min(10).max(1_000_000).default(50_000).describe('cells of the session'),
  scrubs: z.coerce.number().int().min(1).max(10_000).default(150).describe('frames that are asked for, at random'),
  keep: z.string().max(1000).optional().describe('data folder that the session is left in; else it is thrown away'),
  json: z.boolean().default(false).describe('print one JSON document on stdout'),
});
export type SessionBenchOptions = z.input<typeof sessionBenchOptions>;
