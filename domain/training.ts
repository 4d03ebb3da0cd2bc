import { z } from 'zod';
import { bundleComparison, modelsInUse, promoteRequest } from './models-in-use.ts';
import { sessionId } from './session.ts';

/** Body of `POST /api/training`: what is to be learned, from which bundle on, for how long. */
export const trainRequest = z.strictObject({
  /** Sessions to learn from. */
  sessions: z.array(sessionId).min(1).max(500),
  base: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'the name of a bundle')
    .default('default'),
  minutes: z.number().positive().max(1440).default(10),
  /** Train on a single slide, with blocks of it held back. */
  oneSlide: z.boolean().default(false),
  /** Learn from the virtual microscope; such a bundle is not promoted. */
  practice: z.boolean().default(false),
});

/** What a job of kind `training` does, in its `request`. */
export const trainingWork = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('train'), ...trainRequest.shape }),
  z.strictObject({ action: z.literal('promote'), ...promoteRequest.shape }),
]);

/** `result` of a job that trained. Without a comparison nothing could be judged, and `uncompared` says why. */
export const trainingResult = z.strictObject({
  action: z.literal('train'),
  model: z.string().max(200),
  steps: z.int().min(0),
  seconds: z.number().min(0),
  best: z.number().optional(),
  comparison: bundleComparison.optional(),
  uncompared: z.string().max(500).optional(),
});
export type TrainingResult = z.infer<typeof trainingResult>;

/** `result` of a job that promoted, or found the bundle worse. */
export const promotionResult = z.strictObject({
  action: z.literal('promote'),
  promoted: z.boolean(),
  comparison: bundleComparison,
});
export type PromotionResult = z.infer<typeof promotionResult>;

/** A session that something can be learned from. */
export const trainableSession = z.strictObject({
  id: sessionId,
  startedAt: z.number(),
  source: z.string().max(2000),
  specimenId: z.string().max(200).optional(),
  operator: z.string().max(200).optional(),
  /** Cells that it has. */
  cells: z.int().min(0),
  /** Changes that a reader made and did not take back. */
  corrections: z.int().min(0),
  /** Fields that were looked through whole. */
  reviewedFields: z.int().min(0),
  /** Shows the virtual microscope: for practice alone. */
  virtual: z.boolean(),
});
export type TrainableSession = z.infer<typeof trainableSession>;

/** Answer of `GET /api/training/sessions`, newest first. */
export const trainableSessions = z.strictObject({ sessions: z.array(trainableSession).max(1000) });

/** Answer of `GET /api/training/:job/curves`: one point an epoch. */
export const trainingCurves = z.strictObject({
  points: z
    .array(
      z.strictObject({
        epoch: z.int().min(0),
        step: z.int().min(0),
        seconds: z.number(),
        loss: z.number(),
        /** mAP50 on held-out fields by their source, where they were judged after this epoch. */
        held: z.record(z.string(), z.number()),
      }),
    )
    .max(10_000),
});
export type TrainingCurves = z.infer<typeof trainingCurves>;

const listedBundle = z.strictObject({
  name: z.string().max(100),
  model: z.string().max(200).optional(),
  fault: z.string().max(500).optional(),
});

/** Answer of `GET /api/models`. */
export const modelList = z.strictObject({ bundles: z.array(listedBundle).max(1000), ...modelsInUse.omit({ schema: true }).shape });
export type ModelList = z.infer<typeof modelList>;
