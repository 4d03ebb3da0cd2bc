import { z } from 'zod';
import { configuration } from '../../domain/configuration.ts';
import { COUNT_SUITES, OTHER_SUITES } from './count-suites.ts';

const SUITES = [...Object.keys(COUNT_SUITES), ...OTHER_SUITES];

/** Flags of `bench count`. */
export const countBenchOptions = z.strictObject({
  suite: z
    .string()
    .refine(
      (text) => text.split(',').every((name) => SUITES.includes(name.trim())),
      `write some of ${SUITES.join(', ')}, with commas between`,
    )
    .optional()
    .describe(`suites, with commas between (default: all of ${SUITES.join(', ')})`),
  seeds: z.coerce.number().int().min(1).max(1000).default(2).describe('scans of each suite'),
  intervalSeeds: z.coerce.number().int().min(1).max(10_000).default(200).describe('short scans of the suite of intervals'),
  frames: z.coerce.number().int().min(10).max(20_000).default(900).describe('frames of each scan, where the suite does not say it'),
  tuning: z
    .boolean()
    .default(false)
    .describe('take the seeds that rules may be chosen on, in place of those that figures are reported for'),
  boxes: z.enum(['true', 'detector', 'both']).default('both').describe('whose boxes: true ones, the model’s, or each in turn'),
  withoutBaselines: z.boolean().default(false).describe('leave out the trackers without a map, for which a network must see every frame'),
  withPython: z.string().optional().describe('a Python that has the package trackers, for ByteTrack and OC-SORT'),
  results: z
    .string()
    .min(1)
    .default('.smearscope/bench-count.jsonl')
    .describe('file that each finished scan is written to; scans that are in it are not run again'),
  plot: z.string().optional().describe('picture of the figures to write, SVG'),
  model: configuration.shape.model,
  engine: configuration.shape.engine,
  threads: configuration.shape.threads,
  json: z.boolean().default(false).describe('print one JSON document on stdout'),
});
export type CountBenchOptions = z.input<typeof countBenchOptions>;
