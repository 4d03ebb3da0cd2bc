import { z } from 'zod';

const list = z
  .string()
  .transform((text) => text.split(',').map((item) => item.trim()))
  .pipe(z.array(z.string().min(1)).min(1).max(100));

/** Flags of `bench retrain`. */
export const retrainBenchOptions = z.strictObject({
  site: z
    .string()
    .min(1)
    .describe('folder with the fields of a site that the base was not trained on: NAME.jpg beside NAME.txt (YOLO), every cell labelled'),
  classes: list.default(['RBC', 'WBC', 'Platelets']).describe('class of the bundle for each label id, with commas'),
  umPerPx: z.coerce.number().positive().max(10).describe('micrometres for one pixel of its pictures'),
  known: list.optional().describe('folders of labelled fields of sites that are known, with commas: their held-back fields are judged too'),
  base: z.string().min(1).default('default').describe('bundle that is taught'),
  minutes: z.coerce.number().positive().max(600).default(10).describe('how long it is trained'),
  correctMinutes: z.coerce.number().positive().max(600).default(30).describe('how long the person corrects'),
  fieldsPerSlide: z.coerce.number().int().min(1).max(1000).default(3).describe('fields that make a slide'),
  keep: z.string().min(1).optional().describe('keep sessions, run and bundle in this folder'),
  json: z.boolean().default(false).describe('print one JSON document on stdout'),
});
export type RetrainBenchOptions = z.input<typeof retrainBenchOptions>;
