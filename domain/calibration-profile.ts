import { z } from 'zod';
import { FaultError } from './fault.ts';
import { gainMap } from './gain-map.ts';

/** A profile's name is its file's name too: nothing in it leaves the folder, is hidden, or means a device. */
export const profileName = z
  .string()
  .max(60)
  .regex(
    /^(?!(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$))[a-z0-9](?:[a-z0-9 _.-]*[a-z0-9_-])?$/i,
    'a name has letters, digits, spaces, dots, dashes and underscores, and begins with a letter or digit',
  );

/** How the scale was found. */
export const scaleMethods = ['micrometer', 'length', 'red-cells', 'given'] as const;

export const calibratedScale = z.strictObject({
  umPerPx: z.number().min(0.001).max(10),
  /** Half of the 95 % interval. */
  uncertaintyUmPerPx: z.number().min(0).max(10),
  method: z.enum(scaleMethods),
});
export type CalibratedScale = z.infer<typeof calibratedScale>;

const gain = z.number().min(0.1).max(10);

/** The scale from a length that is known, and how well both its ends are known in pixels. */
export const scaleFromLength = (
  lengthUm: number,
  lengthPx: number,
  uncertaintyPx: number,
  method: CalibratedScale['method'],
): CalibratedScale => ({
  umPerPx: lengthUm / lengthPx,
  uncertaintyUmPerPx: (lengthUm / lengthPx) * (uncertaintyPx / lengthPx),
  method,
});

/** Two ends that a hand set on the picture, each to about a pixel (95 %). */
export const DRAWN_UNCERTAINTY_PX = Math.SQRT2;

/** What evens the light out: gains that flatten the field, then one for each colour that makes empty glass grey. */
export const calibratedLight = z.strictObject({
  flatField: gainMap.optional(),
  whiteBalance: z.strictObject({ red: gain, green: gain, blue: gain }).optional(),
  /** Half of the 95 % interval of the colours' gains, as a share. */
  uncertainty: z.number().min(0).max(1),
  /** Light in the darkest place against the brightest, before it was evened out. */
  evenness: z.number().min(0).max(1),
});
export type CalibratedLight = z.infer<typeof calibratedLight>;

/** What is known of one objective on one camera; a draft has not been saved yet. */
export const calibrationDraft = z.strictObject({
  name: profileName,
  objective: z.string().trim().max(60),
  camera: z.string().trim().max(300),
  /** Size of the pictures that it was measured on. */
  widthPx: z.int().min(16).max(20_000),
  heightPx: z.int().min(16).max(20_000),
  scale: calibratedScale.optional(),
  light: calibratedLight.optional(),
});
export type CalibrationDraft = z.infer<typeof calibrationDraft>;

/** A profile as its file holds it. */
export const calibrationProfile = calibrationDraft.extend({
  schema: z.literal('smearscope.calibration/1'),
  /** ISO 8601, UTC. */
  createdAt: z.iso.datetime(),
});
export type CalibrationProfile = z.infer<typeof calibrationProfile>;

/** Sides may differ by this share and still be of one shape: sizes are rounded to even numbers. */
const SAME_SHAPE = 0.01;

/**
 * A profile's micrometres for one pixel on pictures of a given size: the same picture in more or fewer pixels. `undefined` where the profile has no scale.
 * Throws a `config` fault for pictures of another shape: which part of the field they show is not known.
 */
export const umPerPxFor = (
  { name, widthPx, heightPx, scale }: Pick<CalibrationProfile, 'name' | 'widthPx' | 'heightPx' | 'scale'>,
  picture: { readonly widthPx: number; readonly heightPx: number },
): number | undefined => {
  const across = picture.widthPx / widthPx;
  if (Math.abs(picture.heightPx / heightPx / across - 1) > SAME_SHAPE)
    throw new FaultError({
      kind: 'config',
      key: 'calibration',
      what: `profile ${name} was measured on pictures of ${widthPx}×${heightPx}, and these are ${picture.widthPx}×${picture.heightPx}, another shape`,
      remedy: 'set the camera to that shape, or calibrate with these pictures',
    });
  return scale === undefined ? undefined : scale.umPerPx / across;
};
