import { z } from 'zod';
import { calibratedLight, calibrationProfile, profileName } from './calibration-profile.ts';

/** Body of `POST /api/cameras/:id/calibration/measure`: what the camera is to look at in its next pictures. `still` only keeps one. */
export const measureRequest = z.strictObject({ what: z.enum(['still', 'micrometer', 'red-cells', 'empty']) });
export type MeasureRequest = z.infer<typeof measureRequest>;

const finite = z.number();
const length = finite.min(0).max(100_000);

/** A ruling as it was found: pitch along its normal. `lines` are where its lines cross the picture, [x0, y0, x1, y1]. */
export const foundRuling = z.strictObject({
  pitchPx: length,
  /** Half of the 95 % interval. */
  uncertaintyPx: length,
  /** Direction of the lines' normal, from the x axis towards y, −90 to 90. */
  angleDeg: finite,
  lines: z
    .array(z.tuple([finite, finite, finite, finite]))
    .min(2)
    .max(2000),
  /** How far lines lie from even places, root mean square. */
  residualPx: length,
});
export type FoundRuling = z.infer<typeof foundRuling>;

const size = { widthPx: z.int().min(1).max(20_000), heightPx: z.int().min(1).max(20_000) };

/** What was measured; a picture of the same moment, as the camera gave it, is kept at `/api/cameras/:id/calibration/picture`. */
export const measured = z.discriminatedUnion('what', [
  z.strictObject({ what: z.literal('still'), ...size }),
  z.strictObject({ what: z.literal('micrometer'), ...size, ruling: foundRuling }),
  z.strictObject({
    what: z.literal('red-cells'),
    ...size,
    umPerPx: z.number().min(0.001).max(10),
    uncertaintyUmPerPx: z.number().min(0).max(10),
  }),
  z.strictObject({
    what: z.literal('empty'),
    ...size,
    light: calibratedLight,
    /** Share of the picture that dust or dirt covers. */
    dust: z.number().min(0).max(1),
    frames: z.int().min(1),
  }),
]);
export type Measured = z.infer<typeof measured>;

/** A profile without its gains, as lists show it. */
export const profileSummary = calibrationProfile.omit({ light: true }).extend({
  light: calibratedLight.omit({ flatField: true }).extend({ flatField: z.boolean() }).optional(),
});
export type ProfileSummary = z.infer<typeof profileSummary>;

export const summaryOf = ({ light, ...rest }: z.infer<typeof calibrationProfile>): ProfileSummary => ({
  ...rest,
  ...(light === undefined ? {} : { light: { ...light, flatField: light.flatField !== undefined } }),
});

/** Body of `POST /api/cameras/:id/calibration`: the profile that the camera uses from now on; empty for none. */
export const chooseProfile = z.strictObject({ name: z.union([profileName, z.literal('')]) });

/** Body of `POST /api/calibration/:name/name`. */
export const renameProfile = z.strictObject({ name: profileName });
