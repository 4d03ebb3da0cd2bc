import { z } from 'zod';

const share = z.number().min(0).max(1);

/** What `evaluate --task classify --json` prints. */
export const classifyDocument = z.strictObject({
  schema: z.literal('smearscope.evaluate-classify/1'),
  model: z.strictObject({ name: z.string(), version: z.string() }),
  data: z.string(),
  split: z.string(),
  cells: z.int().min(1),
  accuracy: share,
  /** Mean over the kinds of their recall, with a 95 % interval. */
  balancedAccuracy: z.strictObject({ value: share, low: share, high: share }),
  perKind: z.record(z.string(), z.strictObject({ name: z.string(), truth: z.int(), said: z.int(), recall: share, precision: share })),
  /** `matrix[true kind][kind said]`, in the order of `kinds`. */
  confusion: z.strictObject({ kinds: z.array(z.string()), matrix: z.array(z.array(z.int().min(0))) }),
  /** How often the strongest point of the likeliest kind's map lies on what is stained darkest near the middle (nucleus or platelet), and near it by a fifth of its size. */
  pointing: z.strictObject({ cells: z.int().min(0), onNucleus: share, onCell: share }),
  msPerCell: z.number().min(0),
});
export type ClassifyDocument = z.infer<typeof classifyDocument>;
