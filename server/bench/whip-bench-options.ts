import { z } from 'zod';
import { configuration } from '../../domain/configuration.ts';

/** Flags of `bench whip`. */
export const whipBenchOptions = z.strictObject({
  seed: z.coerce.number().int().min(1).default(5).describe('seed of the scan that is published'),
  frames: z.coerce.number().int().min(150).max(9000).default(900).describe('length of the clip, at 30 frames a second'),
  from: z
    .enum(['all', 'encoder', 'browser'])
    .default('all')
    .describe('who publishes: FFmpeg as an encoder with H.264, Chromium with the clip as its camera, or both'),
  codec: z.enum(['VP8', 'VP9', 'H264', 'AV1']).default('VP8').describe('codec that the browser is told to send'),
  lossPercent: z.coerce.number().min(0).max(20).default(2).describe('packets lost on the way in the runs with loss'),
  cutSeconds: z.coerce.number().min(1).max(20).default(5).describe('how long the network is cut in the runs with a cut'),
  engine: configuration.shape.engine,
  threads: configuration.shape.threads,
  json: z.boolean().default(false).describe('print one JSON document on stdout'),
});
export type WhipBenchOptions = z.input<typeof whipBenchOptions>;
