import { z } from 'zod';

/** A field of the slide map of a session: its corner in camera pixels on its island; `picture` a small JPEG of it, as base64. */
export const recordedKeyframe = z.strictObject({
  id: z.int().min(1),
  island: z.int().min(1),
  x: z.number(),
  y: z.number(),
  widthPx: z.int().min(1),
  heightPx: z.int().min(1),
  picture: z.string().max(1_000_000).optional(),
});
export type RecordedKeyframe = z.infer<typeof recordedKeyframe>;

/** Keyframes by their ids; `next` continues where they end. */
export const keyframePage = z.strictObject({ keyframes: z.array(recordedKeyframe).max(1000), next: z.int().min(1).optional() });
export type KeyframePage = z.infer<typeof keyframePage>;

/** The keyframes from an id on, with their small pictures or without. */
export const keyframeQuery = z.strictObject({
  from: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(1000),
  pictures: z.stringbool().default(false),
});
export type KeyframeQuery = z.infer<typeof keyframeQuery>;
