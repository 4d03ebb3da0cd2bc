import { z } from 'zod';

/** Flags of `bench registration`. */
export const registrationBenchOptions = z.strictObject({
  seeds: z.coerce.number().int().min(1).max(50).default(2).describe('scans of each difficulty'),
  firstSeed: z.coerce.number().int().min(1).max(1_000_000).default(201).describe('seed of the first scan; limits were tuned on 101 and on'),
  frames: z.coerce.number().int().min(30).max(20_000).default(450).describe('frames of each scan'),
  keyframes: z.coerce.number().int().min(0).max(20_000).default(5000).describe('size of the large map; 0 leaves it out'),
  suite: z.string().max(60).optional().describe('only the difficulties with these words in their name'),
  calibrate: z
    .boolean()
    .default(false)
    .describe('fit how sure registration says it is to these scans, and print the numbers for the program'),
  json: z.boolean().default(false).describe('print one JSON document on stdout'),
});
export type RegistrationBenchOptions = z.input<typeof registrationBenchOptions>;
