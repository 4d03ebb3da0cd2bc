/** A picture in thirty-seconds of a grey level, row after row; zero is the local background. */
export type GreyImage = { readonly data: Int16Array; readonly width: number; readonly height: number };

/** Steps of a `GreyImage` for one grey level of the camera. */
export const STEPS_PER_GREY = 32;

/** Farther from the background than this all is one. */
export const FARTHEST_STEPS = 127 * STEPS_PER_GREY;

export const greyImage = (width: number, height: number): GreyImage => ({ data: new Int16Array(width * height), width, height });

/** A picture at two scales: `fine` has one sample for `factor` × `factor` camera pixels, `coarse` one for twice that. */
export type Thumbnail = { readonly factor: number; readonly fine: GreyImage; readonly coarse: GreyImage };
