import { z } from 'zod';
import { bundleCard } from './bundle-card.ts';

/** How a detector's outputs are laid out; c classes, p points or queries. */
export const outputLayouts = [
  /** `boxes` [n, p, 4] in input pixels (corners) and `scores` [n, p, c]: the bundles that `export` makes. */
  'smearscope',
  /** One output [n, p, 5 + c]: centre and size on the grid of strides 8, 16, 32 (raw, or decoded to pixels), objectness, classes. */
  'yolox',
  /** One output [n, 3p, 5 + c]: centre and size in pixels, objectness, classes. */
  'yolov5',
  /** One output [n, 4 + c, p]: centre and size in pixels, classes; YOLOv8 and YOLO11. */
  'yolov8',
  /** [n, p, 4] and [n, p, c], or both in one [n, p, 4 + c]: centre and size as shares of the input, classes as logits or probabilities. */
  'rt-detr',
] as const;

export type OutputLayout = (typeof outputLayouts)[number];

const colours = z.tuple([z.number(), z.number(), z.number()]);

/**
 * The card of a detector made elsewhere: `card.json` beside `model.onnx`. Classes and scale are enough; what is left out is recognised
 * from the network's shapes or takes the default of its layout.
 */
export const foreignCard = z.strictObject({
  schema: z.literal('smearscope.foreign/1').optional(),
  name: bundleCard.shape.name.optional(),
  version: bundleCard.shape.version.optional(),
  classes: z.array(z.string().min(1).max(40)).min(1).max(100),
  /** Micrometres for one input pixel at which it was trained. */
  umPerPx: bundleCard.shape.umPerPx,
  layout: z.enum(outputLayouts).optional(),
  /** Whether classes (and objectness) come as logits. */
  logits: z.boolean().optional(),
  /** Whether the boxes of `yolox` come decoded to pixels. */
  decoded: z.boolean().optional(),
  /** Pixels enter as `(value / divisor - mean) / deviation`, in this order of colours. */
  pixels: z
    .strictObject({
      order: z.enum(['RGB', 'BGR']).optional(),
      divisor: z.number().positive().optional(),
      mean: colours.optional(),
      deviation: colours.optional(),
    })
    .optional(),
  /** Side of a tile in input pixels, where the network leaves it free. */
  tilePx: z.int().min(32).max(2048).optional(),
  overlapPx: z.int().min(0).max(1024).optional(),
  thresholds: z
    .strictObject({
      /** Lowest score that counts, for all classes or for each. */
      score: z.union([z.number().min(0).max(1), z.array(z.number().min(0).max(1)).min(1).max(100)]).optional(),
      nmsIou: z.number().min(0).max(1).optional(),
    })
    .optional(),
  licence: bundleCard.shape.licence.optional(),
  researchOnly: z.boolean().optional(),
  files: bundleCard.shape.files.optional(),
});

export type ForeignCard = z.infer<typeof foreignCard>;
