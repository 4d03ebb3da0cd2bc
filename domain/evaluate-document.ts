import { z } from 'zod';

const share = z.number().min(0).max(1);

/**
 * What `evaluate --json` prints. Precision by the rules of COCO (101-point interpolation, IoU .50:.05:.95, 100 detections in a picture);
 * `count` at the bundle's score thresholds, `meanAbsError` over the pictures.
 */
export const evaluateDocument = z.strictObject({
  schema: z.literal('smearscope.evaluate/1'),
  model: z.strictObject({ name: z.string(), version: z.string() }),
  data: z.string(),
  split: z.string(),
  engine: z.string(),
  images: z.int().min(1),
  umPerPx: z.number().positive(),
  /** `boxes`: from the size of the red cells' boxes, as none was given. */
  umPerPxFrom: z.enum(['given', 'boxes']),
  mAP: share,
  mAP50: share,
  mAR100: share,
  perClass: z.record(z.string(), z.strictObject({ AP: share, AP50: share, truth: z.int().min(1) })),
  count: z.record(z.string(), z.strictObject({ truth: z.int().min(0), counted: z.int().min(0), meanAbsError: z.number().min(0) })),
  /** Median: resampling, the network, boxes and suppression; reading the file is not in it. */
  msPerImage: z.number().min(0),
  /** With `--worst`: the fields with the most errors at the score thresholds and IoU 0.5, most first. */
  worst: z
    .array(
      z.strictObject({
        field: z.string(),
        truth: z.int().min(0),
        right: z.int().min(0),
        confused: z.int().min(0),
        missed: z.int().min(0),
        false: z.int().min(0),
      }),
    )
    .optional(),
  /** With `--report`: the HTML file that was written. */
  report: z.string().optional(),
});

export type EvaluateDocument = z.infer<typeof evaluateDocument>;
