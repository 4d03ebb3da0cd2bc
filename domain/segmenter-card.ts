import { z } from 'zod';
import { bundleCard, measuredMasks, trainingData } from './bundle-card.ts';

/**
 * The card of a segmenter (`card.json`): a folder with the card, the ONNX network and the TensorFlow.js weights. The network takes uint8 RGB, NHWC,
 * `[n, height, width, 3]` at `umPerPx`, height and width multiples of `input.multipleOf`, and gives `masks` float32
 * `[n, height / stride, width / stride, planes]`, 0 to 1.
 */
export const segmenterCard = z.strictObject({
  schema: z.literal('smearscope.segmenter/1'),
  name: bundleCard.shape.name,
  version: z.string().max(40),
  task: z.literal('segment'),
  architecture: z.string().max(60),
  planes: z.array(z.string().min(1).max(40)).min(1).max(20),
  umPerPx: z.number().positive().max(10),
  input: z.strictObject({
    layout: z.literal('NHWC'),
    type: z.literal('uint8'),
    multipleOf: z.int().min(1).max(256),
    /** Input pixels between neighbouring points of the masks. */
    stride: z.int().min(1).max(16),
    /** Side in input pixels up to which a picture is taken in one piece; larger ones in overlapping tiles. */
    tilePx: z.int().min(64).max(4096),
  }),
  parameters: z.int().min(1),
  metrics: z.array(measuredMasks).max(50),
  training: bundleCard.shape.training.extend({ data: z.array(trainingData).min(1).max(50) }),
  licence: z.string().max(60),
  researchOnly: z.boolean(),
  files: bundleCard.shape.files,
});
export type SegmenterCard = z.infer<typeof segmenterCard>;
