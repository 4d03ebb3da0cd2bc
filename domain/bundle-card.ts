import { z } from 'zod';

/** What `evaluate` measured, and on what. */
export const measuredMetrics = z.strictObject({
  data: z.string().max(200),
  split: z.string().max(40),
  images: z.int().min(1),
  mAP: z.number().min(0).max(1),
  mAP50: z.number().min(0).max(1),
  mAR100: z.number().min(0).max(1),
});

/** A training set: name, where it comes from, its licence, how many fields of it were used. */
export const trainingData = z.strictObject({
  name: z.string().max(100),
  source: z.string().max(300),
  licence: z.string().max(60),
  fields: z.int().min(1),
});

const precisionFigures = measuredMetrics.pick({ mAP: true, mAP50: true, mAR100: true });

/** A second network of the bundle that computes with smaller numbers, and what that loses on the same fields. */
export const reducedNetwork = z.strictObject({
  precision: z.enum(['half', 'int8']),
  /** Which fields gave the ranges of its maps. */
  calibration: z.string().max(200),
  data: z.string().max(200),
  split: z.string().max(40),
  images: z.int().min(1),
  full: precisionFigures,
  reduced: precisionFigures,
});

/** How well a plane was drawn on fields that were held out. */
export const measuredMasks = z.strictObject({
  data: z.string().max(200),
  images: z.int().min(1),
  plane: z.string().max(40),
  dice: z.number().min(0).max(1),
  iou: z.number().min(0).max(1),
  /** Of single cells at IoU 0.5. */
  instanceF1: z.number().min(0).max(1).optional(),
});

/** The part of a card that speaks of outlines. */
export const bundleMasks = z.strictObject({
  path: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/),
  /** What is drawn: the whole cell first, then perhaps the nucleus. */
  planes: z
    .array(z.enum(['cell', 'nucleus']))
    .min(1)
    .max(2),
  stride: z.int().min(1).max(8),
  /** Classes that are looked at for a nucleus. */
  nucleated: z.array(z.string().max(40)).max(100),
  metrics: z.array(measuredMasks).max(50),
  command: z.string().max(1000),
  commit: z.string().max(60),
  data: z.array(trainingData).max(50),
  researchOnly: z.boolean(),
});

/**
 * The card of a model bundle (`card.json`): a folder with the card, the ONNX network and the TensorFlow.js weights.
 * Networks take uint8 RGB, NHWC, `[n, height, width, 3]` with height and width multiples of `input.multipleOf`, at `umPerPx`,
 * and give `boxes` float32 `[n, p, 4]` (x0, y0, x1, y1 in input pixels) and `scores` float32 `[n, p, classes]`.
 */
export const bundleCard = z.strictObject({
  schema: z.literal('smearscope.bundle/1'),
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/),
  version: z.string().max(40),
  task: z.literal('detect'),
  architecture: z.string().max(60),
  classes: z.array(z.string().min(1).max(40)).min(1).max(100),
  /** Micrometres for one input pixel. */
  umPerPx: z.number().positive().max(10),
  input: z.strictObject({
    layout: z.literal('NHWC'),
    type: z.literal('uint8'),
    multipleOf: z.int().min(1).max(128),
    /** Side of a tile in input pixels. */
    tilePx: z.int().min(64).max(2048),
    /** Overlap of two tiles in input pixels: no less than the largest cell. */
    overlapPx: z.int().min(0).max(1024),
  }),
  thresholds: z.strictObject({
    /** Lowest score that counts as a cell, one for each class. */
    score: z.array(z.number().min(0).max(1)).min(1).max(100),
    /** Above this overlap two boxes are one cell. */
    nmsIou: z.number().min(0).max(1),
  }),
  /** The network that draws cells as well: a third output `masks` float32 `[n, height / stride, width / stride, planes]`, 0 to 1; its boxes are the same. */
  masks: bundleMasks.optional(),
  parameters: z.int().min(1),
  metrics: z.array(measuredMetrics).max(50),
  reduced: z.array(reducedNetwork).max(4).optional(),
  training: z.strictObject({
    command: z.string().max(1000),
    commit: z.string().max(60),
    seed: z.int(),
    backend: z.string().max(80),
    /** Weights that training started from: name of a file or bundle, sha256 of the weights. */
    base: z.strictObject({ name: z.string().max(100), sha256: z.string().regex(/^[0-9a-f]{64}$/) }).optional(),
    finishedAt: z.iso.datetime(),
    data: z.array(trainingData).max(50),
  }),
  licence: z.string().max(60),
  researchOnly: z.boolean(),
  files: z
    .array(
      z.strictObject({
        path: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
        bytes: z
          .int()
          .min(1)
          .max(512 * 2 ** 20),
      }),
    )
    .min(1)
    .max(50),
});

export type BundleCard = z.infer<typeof bundleCard>;
