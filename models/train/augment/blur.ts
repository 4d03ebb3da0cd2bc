import type { Random } from '../../../domain/random.ts';

/** Variance of one pass of the three-tap filter: more would leave its shape. */
const PASS_VARIANCE = 0.6;

/** `[share, 1 - 2 share, share]` along rows, edges repeated; RGB in place. */
const blurRows = (pixels: Float32Array, widthPx: number, share: number): void => {
  const middle = 1 - 2 * share;
  const length = widthPx * 3;
  for (let row = 0; row < pixels.length; row += length) {
    const last = row + length - 3;
    for (let channel = 0; channel < 3; channel++) {
      let before = pixels[row + channel]!;
      let here = before;
      for (let i = row + channel; i < last; i += 3) {
        const after = pixels[i + 3]!;
        pixels[i] = here * middle + (before + after) * share;
        before = here;
        here = after;
      }
      pixels[last + channel] = here * middle + (before + here) * share;
    }
  }
};

/** The same along columns. */
const blurColumns = (pixels: Float32Array, widthPx: number, share: number): void => {
  const middle = 1 - 2 * share;
  const length = widthPx * 3;
  const above = pixels.slice(0, length);
  const end = pixels.length - length;
  for (let row = 0; row < pixels.length; row += length) {
    const down = row < end ? length : 0;
    for (let i = 0; i < length; i++) {
      const here = pixels[row + i]!;
      pixels[row + i] = here * middle + (above[i]! + pixels[row + i + down]!) * share;
      above[i] = here;
    }
  }
};

/** Defocus: a Gaussian of this standard deviation, as passes of a three-tap filter of the same variance. RGB in place. */
export const blurGaussian = (pixels: Float32Array, widthPx: number, sigmaPx: number): void => {
  const variance = sigmaPx ** 2;
  const passes = Math.ceil(variance / PASS_VARIANCE);
  const share = variance / passes / 2;
  for (let pass = 0; pass < passes; pass++) {
    blurRows(pixels, widthPx, share);
    blurColumns(pixels, widthPx, share);
  }
};

const clamp = (value: number, most: number): number => Math.min(most, Math.max(0, value));

/** Smear along a line of this length and direction: the mean of one sample a pixel of it, edges repeated. RGB in place. */
export const blurMotion = (pixels: Float32Array, widthPx: number, lengthPx: number, angle: number): void => {
  const taps = Math.max(2, Math.round(lengthPx) + 1);
  const source = pixels.slice();
  const length = widthPx * 3;
  const heightPx = pixels.length / length;
  const weight = 1 / taps;
  pixels.fill(0);
  for (let tap = 0; tap < taps; tap++) {
    const along = (tap / (taps - 1) - 0.5) * lengthPx;
    const dx = Math.round(along * Math.cos(angle));
    const dy = Math.round(along * Math.sin(angle));
    const first = clamp(-dx, widthPx) * 3;
    const last = clamp(widthPx - dx, widthPx) * 3;
    for (let y = 0; y < heightPx; y++) {
      const to = y * length;
      const from = clamp(y + dy, heightPx - 1) * length;
      for (let i = 0; i < first; i++) pixels[to + i]! += source[from + (i % 3)]! * weight;
      for (let i = first; i < last; i++) pixels[to + i]! += source[from + i + 3 * dx]! * weight;
      for (let i = last; i < length; i++) pixels[to + i]! += source[from + length - 3 + (i % 3)]! * weight;
    }
  }
};

/** A direction for the stage: any. */
export const chooseAngle = (random: Random): number => random.between(0, Math.PI);
