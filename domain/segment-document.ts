import { z } from 'zod';

const share = z.number().min(0).max(1);

/** Over all pixels of all fields that somebody vouches for; `boundaryF1` over their edges. */
const planeScores = z.strictObject({ dice: share, iou: share, precision: share, recall: share, boundaryF1: share });

/**
 * Single cells. Precision, recall and F1 at the bundle's thresholds, one cell found for each true one, IoU of the masks at least 0.5. `AJI`: aggregated Jaccard
 * index (Kumar et al., 2017), mean over the fields; `PQ`: panoptic quality (Kirillov et al., 2019).
 */
const instanceScores = z.strictObject({
  truth: z.int().min(0),
  found: z.int().min(0),
  precision: share,
  recall: share,
  f1: share,
  AJI: share,
  PQ: share,
});

/** Average precision of masks by COCO's rules (IoU .50:.05:.95), the best `maxDetections` of a class in a field. */
const maskPrecision = z.strictObject({ AP: share, AP50: share, maxDetections: z.int().min(1) });

export const segmentScores = z.strictObject({
  /** By the name of the plane. `cell` is the foreground: whatever is cell. */
  planes: z.record(z.string(), planeScores),
  /** Foreground again, as the drawn cells cover it. */
  covered: planeScores,
  instances: z.strictObject({ ...instanceScores.shape, ...maskPrecision.shape }),
  /** Where truth and model tell kinds of cells apart: pixels that the cells of a kind cover, and the cells. */
  classes: z.record(z.string(), z.strictObject({ dice: share, iou: share, ...instanceScores.shape, AP: share, AP50: share })).optional(),
});
export type SegmentScores = z.infer<typeof segmentScores>;

/** What `evaluate --task segment --json` prints. Everything is measured in the pixels of the truth, whatever the network's scale. */
export const segmentDocument = z.strictObject({
  schema: z.literal('smearscope.segment/1'),
  model: z.strictObject({ name: z.string(), version: z.string() }),
  data: z.string(),
  split: z.string(),
  engine: z.string(),
  images: z.int().min(1),
  umPerPx: z.number().positive(),
  /** `cells`: from the size of the true cells, as none was given. */
  umPerPxFrom: z.enum(['given', 'cells']),
  /** Edges no farther apart than this agree (Csurka et al., 2013), in pixels of the truth. */
  boundaryTolerancePx: z.number().positive(),
  ...segmentScores.shape,
  /** The same of what needs no network: Otsu's threshold (1979) on green, holes filled, each piece a cell. */
  baseline: z.strictObject({ method: z.string(), ...segmentScores.omit({ classes: true }).shape }),
  /** Median: drawing one field; reading the file is not in it. */
  msPerImage: z.number().min(0),
});
export type SegmentDocument = z.infer<typeof segmentDocument>;
