import { z } from 'zod';
import { SEGMENTER_NAMES } from '../architectures/segmenter.ts';
import { datasetFormat } from '../datasets/dataset-format.ts';
import { augmentSection } from '../train/augment/augmentation.ts';
import { scheduleSection } from '../train/schedule-options.ts';

const planeName = z.string().min(1).max(40);

const splitNames = z.array(z.string().min(1).max(100)).max(10);
/** Share of the fields, chosen by a hash of their names, that is held out and never trained on. */
const heldOut = z.number().min(0).max(0.9);

/**
 * Fields whose masks are pictures of the same size: `NAME_mask.png` beside `NAME.jpg` (or png), or `NAME.png` in a folder `masks` beside them or beside their
 * folder `images`, or in `masks/SPLIT` for `images/SPLIT`. Their grey values say the planes, or their colours.
 */
const maskLabels = z
  .strictObject({
    kind: z.literal('masks'),
    /** For each grey value the planes it stands for; a value that is not named is background of every plane. */
    values: z.record(z.string().regex(/^\d{1,3}$/), z.array(planeName).max(20)).default({}),
    /** In place of `values`: for each colour its planes. Nobody vouches for pixels of other colours. */
    colours: z.record(z.string().regex(/^#[0-9a-f]{6}$/), z.array(planeName).max(20)).optional(),
    /** Grey values nobody vouches for. */
    unknown: z.array(z.int().min(0).max(255)).max(20).default([]),
    /** A plane that is made of another one: what lies at least so far within a piece of it, so that cells that touch can be parted. */
    core: z.strictObject({ plane: planeName, of: planeName, insetUm: z.number().positive().max(100) }).optional(),
    /** Splits trained on, `images/SPLIT`; left out, the whole folder, of which `heldOut` is held out. */
    train: splitNames.optional(),
    validate: splitNames.default([]),
    heldOut: heldOut.default(0.2),
  })
  .refine(
    ({ values, colours }) => (Object.keys(values).length === 0) !== (colours === undefined),
    'say what values, or what colours, stand for',
  )
  .refine(({ train, validate }) => ![...(train ?? []), ...validate].includes('test'), 'a test split is not trained on');
export type MaskLabels = z.infer<typeof maskLabels>;

/** Fields outlined in COCO documents: polygons or run lengths. What has a box alone, or is a crowd, is left open. */
const outlineLabels = z.strictObject({
  kind: z.literal('outlines'),
  format: z.literal('coco').default('coco'),
  /** For each label the planes it stands for. */
  classes: z.record(z.string().min(1).max(200), z.array(planeName).max(20)),
  train: splitNames,
  validate: splitNames.default([]),
  /** Held out of `train` where `validate` names no split. */
  heldOut: heldOut.default(0.2),
});
export type OutlineLabels = z.infer<typeof outlineLabels>;

/** Labelled fields with boxes alone: outlines are made from the pictures, within the boxes. */
const boxLabels = z.strictObject({
  kind: z.literal('boxes'),
  format: datasetFormat,
  classes: z.array(z.string().min(1).max(40)).min(1).max(64),
  /** Classes whose nucleus is told apart. */
  nucleated: z.array(z.string().min(1).max(40)).max(64).default([]),
  train: splitNames,
  validate: splitNames.default([]),
  /** Held out of `train` where `validate` names no split. */
  heldOut: heldOut.default(0),
});
export type BoxLabels = z.infer<typeof boxLabels>;

export const segmentSource = z.strictObject({
  name: z.string().min(1).max(100),
  /** Folder, relative to the data root. */
  dir: z.string().min(1),
  /** Micrometres for one pixel of its pictures. */
  umPerPx: z.number().positive().max(10),
  labels: z.discriminatedUnion('kind', [maskLabels, outlineLabels, boxLabels]),
  weight: z.number().positive().max(20).default(1),
  source: z.string().max(300),
  licence: z.string().max(60),
});
export type SegmentSource = z.infer<typeof segmentSource>;

const canvasSide = z.int().min(32).max(2048).multipleOf(16);

export const segmentLoss = z.strictObject({
  /** Binary cross-entropy with the Dice loss, or focal Tversky (Abraham and Khan, 2019). */
  kind: z.enum(['bce-dice', 'focal-tversky']).default('bce-dice'),
  /** Weight of the Dice loss beside the cross-entropy. */
  dice: z.number().min(0).max(10).default(1),
  /** Tversky's weight of missed pixels; false ones have the rest to 1. */
  alpha: z.number().min(0).max(1).default(0.7),
  gamma: z.number().positive().max(5).default(0.75),
});
export type SegmentLossOptions = z.infer<typeof segmentLoss>;

/** The recipe of a run of `train --task segment`. */
export const segmentRecipe = z.strictObject({
  task: z.literal('segment'),
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/),
  architecture: z.enum(SEGMENTER_NAMES),
  /** What is told apart, one plane each: parts of a cell may lie within each other, classes do not. */
  planes: z.array(planeName).min(1).max(20),
  umPerPx: z.number().positive().max(10),
  canvas: z.tuple([canvasSide, canvasSide]).default([416, 304]),
  augment: augmentSection.optional(),
  epochs: z.int().min(1).max(10_000),
  /** Canvases of an epoch; as many as there are fields where left out. */
  canvasesPerEpoch: z.int().min(1).max(1_000_000).optional(),
  batch: z.int().min(1).max(256).default(8),
  seed: z.int().min(0).default(1),
  learningRate: z.number().positive().max(1).default(1e-3),
  warmUp: z.number().min(0).max(0.5).default(0.02),
  schedule: scheduleSection,
  /** Judgements without a better one after which the run ends. */
  stopAfter: z.int().min(1).max(10_000).optional(),
  loss: segmentLoss.prefault({}),
  /** Side of a mean filter that softens the edges of the masks, as `3` for 3×3; 1 leaves them sharp. */
  maskBlur: z.int().min(1).max(9).default(1),
  weightDecay: z.number().min(0).max(1).default(1e-4),
  clipNorm: z.number().positive().default(10),
  averageDecay: z.number().min(0).max(1).default(0.998),
  validateEvery: z.int().min(1).default(1),
  data: z.array(segmentSource).min(1).max(50),
});
export type SegmentRecipe = z.infer<typeof segmentRecipe>;
