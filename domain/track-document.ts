import { z } from 'zod';

const share = z.number().min(0).max(1);

/** The metrics of one sequence, or of several together. */
export const trackMetrics = z.strictObject({
  HOTA: share,
  DetA: share,
  AssA: share,
  DetRe: share,
  DetPr: share,
  AssRe: share,
  AssPr: share,
  LocA: share,
  IDF1: share,
  IDP: share,
  IDR: share,
  MOTA: z.number().max(1),
  MOTP: share,
  IDSW: z.int().min(0),
  Frag: z.int().min(0),
  TP: z.int().min(0),
  FN: z.int().min(0),
  FP: z.int().min(0),
});
export type TrackMetrics = z.infer<typeof trackMetrics>;

/** What `evaluate --task track --json` prints: HOTA and its parts as means over IoU .05:.05:.95, the others at IoU .5. */
export const trackDocument = z.strictObject({
  schema: z.literal('smearscope.track/1'),
  truth: z.string(),
  result: z.string(),
  ...trackMetrics.shape,
  sequences: z.record(z.string(), trackMetrics),
});
export type TrackDocument = z.infer<typeof trackDocument>;
