import { z } from 'zod';

/** Flags of `bench page`. */
export const pageBenchOptions = z.strictObject({
  seconds: z.coerce.number().int().min(2).max(120).default(8).describe('how long each thing is measured'),
  crops: z.coerce.number().int().min(100).max(50_000).default(5000).describe('cells in the gallery'),
  boxes: z.coerce.number().int().min(1).max(5000).default(1500).describe('cells over the live picture'),
  keyframes: z.coerce.number().int().min(4).max(5000).default(500).describe('pictures on the slide'),
  cells: z.coerce.number().int().min(100).max(200_000).default(50_000).describe('cells on the slide'),
  gpu: z.boolean().default(false).describe('let Chromium use the graphics card'),
  json: z.boolean().default(false).describe('print one JSON document on stdout'),
});
export type PageBenchOptions = z.input<typeof pageBenchOptions>;
