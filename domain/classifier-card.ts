import { z } from 'zod';
import { bundleCard, trainingData } from './bundle-card.ts';

/** A kind of cell: how it is called in data and documents, and in words. */
export const cellKind = z.strictObject({ id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/), name: z.string().min(1).max(60) });
export type CellKind = z.infer<typeof cellKind>;

/** What `evaluate --task classify` measured, and on what. */
export const measuredKinds = z.strictObject({
  data: z.string().max(200),
  split: z.string().max(40),
  cells: z.int().min(1),
  accuracy: z.number().min(0).max(1),
  balancedAccuracy: z.number().min(0).max(1),
});

/**
 * The card of a classifier (`card.json`): a folder with the card and the ONNX network. It takes uint8 RGB, NHWC,
 * `[n, side, side, 3]` at `umPerPx`, the cell in the middle, and gives `scores` float32 `[n, kinds]`, which add up to 1, and `maps` float32
 * `[n, side / stride, side / stride, kinds]`, whose largest values are the logits of the scores.
 */
export const classifierCard = z.strictObject({
  schema: z.literal('smearscope.classifier/1'),
  name: bundleCard.shape.name,
  version: z.string().max(40),
  task: z.literal('classify'),
  architecture: z.string().max(60),
  kinds: z.array(cellKind).min(2).max(100),
  umPerPx: z.number().positive().max(10),
  input: z.strictObject({
    layout: z.literal('NHWC'),
    type: z.literal('uint8'),
    sidePx: z.int().min(32).max(512),
    /** Input pixels between neighbouring points of the maps. */
    stride: z.int().min(1).max(64),
    /** In how many of the eight turns and mirrorings a cell is shown; scores are their mean. */
    turns: z.union([z.literal(1), z.literal(8)]),
  }),
  parameters: z.int().min(1),
  metrics: z.array(measuredKinds).max(50),
  training: bundleCard.shape.training.extend({ data: z.array(trainingData).min(1).max(50) }),
  licence: z.string().max(60),
  researchOnly: z.boolean(),
  files: bundleCard.shape.files,
});
export type ClassifierCard = z.infer<typeof classifierCard>;
