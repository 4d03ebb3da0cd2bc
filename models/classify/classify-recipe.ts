import { z } from 'zod';
import { cellKind } from '../../domain/classifier-card.ts';
import { CLASSIFIER_NAMES } from '../architectures/cell-classifier.ts';
import { augmentSection } from '../train/augment/augmentation.ts';

const share = z.number().min(0).max(1);

/** A folder of pictures of single cells, each in the middle of its picture, in one folder for each kind. */
export const cellSource = z.strictObject({
  name: z.string().min(1).max(100),
  /** Folder, relative to the data root. */
  dir: z.string().min(1),
  /** Micrometres for one pixel of its pictures. */
  umPerPx: z.number().positive().max(10),
  /** Share of the pictures, chosen by a hash of their names, that is held out and never trained on. */
  heldOut: z.number().min(0).max(0.9).default(0.2),
  source: z.string().max(300),
  licence: z.string().max(60),
});

/** The recipe of a run of `train --task classify`. */
export const classifyRecipe = z.strictObject({
  task: z.literal('classify'),
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/),
  architecture: z.enum(CLASSIFIER_NAMES),
  kinds: z.array(cellKind).min(2).max(100),
  umPerPx: z.number().positive().max(10),
  /** Side of the square that the network looks at, the cell in its middle. */
  sidePx: z.int().min(64).max(512).multipleOf(32),
  augment: augmentSection.optional(),
  /** How often a picture ends a little outside the cell, as crops of sessions do, and by how much of the cell's size on each side. */
  cutClose: z.strictObject({ probability: share, margin: z.tuple([share, share]) }).prefault({ probability: 0.4, margin: [0.15, 0.6] }),
  /** Farthest that the cell's middle is moved from the square's. */
  shiftPx: z.number().min(0).max(100).default(8),
  /** Two pictures blended, as often as this, the share from Beta(alpha, alpha) (Zhang et al., mixup, 2018). */
  mixup: z.strictObject({ probability: share, alpha: z.number().min(0.05).max(100) }).prefault({ probability: 0, alpha: 0.4 }),
  /**
   * How a map becomes a logit while it is trained: the logarithm of the mean of `exp(sharpness · value)`, divided by `sharpness`, which rises from the first number
   * to the second and so goes from nearly the mean to nearly the largest value (Pinheiro and Collobert, 2015). Judged and deployed is the largest value.
   */
  sharpness: z.tuple([z.number().positive().max(1000), z.number().positive().max(1000)]).default([1, 10]),
  labelSmoothing: z.number().min(0).max(0.5).default(0.1),
  epochs: z.int().min(1).max(10_000),
  batch: z.int().min(1).max(256).default(16),
  seed: z.int().min(0).default(1),
  learningRate: z.number().positive().max(1).default(2e-3),
  /**
   * Last layer of the trunk that stays as it is. What it gives is kept, of so many `variants` of each cell, drawn one an epoch and then again in turn, so that a
   * processor need not compute it anew; 0 variants: every drawing is new, and nothing is kept.
   */
  frozenTo: z.string().max(40).optional(),
  variants: z.int().min(0).max(100).default(0),
  /** Share of the learning rate for what was taken over from a detector. */
  trunkRate: z.number().min(0).max(1).default(0.3),
  warmUp: z.number().min(0).max(0.5).default(0.05),
  weightDecay: z.number().min(0).max(1).default(0.02),
  clipNorm: z.number().positive().default(10),
  averageDecay: z.number().min(0).max(1).default(0.998),
  validateEvery: z.int().min(1).default(1),
  data: z.array(cellSource).min(1).max(20),
});
export type ClassifyRecipe = z.infer<typeof classifyRecipe>;
