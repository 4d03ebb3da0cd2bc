import { z } from 'zod';

const bundleName = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/);
/** Folder of a promoted bundle, below the folder that lists it. */
const bundleFolder = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/);

const figures = z.strictObject({
  /** COCO's mAP at IoU 0.5, over the classes of which there are ten cells and more. */
  mAP50: z.number().min(0).max(1),
  /** What the counts of the classes are off by together, as a share of the true cells. */
  countError: z.number().min(0),
});

/** How two bundles do on the same fields. */
export const setComparison = z.strictObject({
  name: z.string().max(200),
  /** `held back`: slides of the site it was taught; `known`: a site that the present bundle knows. */
  kind: z.enum(['held back', 'known']),
  fields: z.int().min(1),
  cells: z.int().min(0),
  was: figures,
  now: figures,
  /** In what it is worse by more than a point. */
  worse: z.array(z.string().max(100)).max(4),
});
export type SetComparison = z.infer<typeof setComparison>;

const namedBundle = z.strictObject({ name: z.string().max(100), version: z.string().max(40), sha256: z.string().max(64) });

/** A bundle beside the one in use: what promotion goes by. */
export const bundleComparison = z.strictObject({
  was: namedBundle,
  now: namedBundle,
  sets: z.array(setComparison).min(1).max(100),
  /** Why it is not to be promoted; none where it may be. */
  against: z.array(z.string().max(300)).max(100),
});
export type BundleComparison = z.infer<typeof bundleComparison>;

/** One change of what a name stands for. */
export const modelChange = z.strictObject({
  /** Wall clock, ms since 1970. */
  at: z.number(),
  kind: z.enum(['promote', 'back']),
  /** The name that stands for it, such as `default`. */
  replaces: bundleName,
  /** Folder of the bundle that is in use from then on; absent for the shipped one. */
  to: bundleFolder.optional(),
  from: bundleFolder.optional(),
  model: namedBundle,
  comparison: bundleComparison.optional(),
});
export type ModelChange = z.infer<typeof modelChange>;

/** Which bundles stand in for which names, and how it came to that, oldest first. */
export const modelsInUse = z.strictObject({
  schema: z.literal('smearscope.models-in-use/1'),
  inUse: z.record(bundleName, bundleFolder),
  history: z.array(modelChange).max(1000),
});
export type ModelsInUse = z.infer<typeof modelsInUse>;

/** Body of `POST /api/models/promote` and of a training job that compares: a bundle's folder below the data folder. */
export const promoteRequest = z.strictObject({ job: z.string().max(60), replace: bundleName.default('default') });

/** Body of `POST /api/models/back`. */
export const backRequest = z.strictObject({ replace: bundleName.default('default') });
