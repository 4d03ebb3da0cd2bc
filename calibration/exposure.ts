import type { Plane } from '../domain/frame.ts';

/** Light of a picture: mean luma and the shares of samples at the ends of the range, all 0 to 1. */
export type Exposure = { readonly mean: number; readonly black: number; readonly white: number };

/** Samples looked at, about. */
const SAMPLES = 8_000;

/** Exposure of a luma plane, from an even sample of it. */
export const measureExposure = ({ data, stridePx, widthPx, heightPx }: Plane, fullRange: boolean): Exposure => {
  const step = Math.max(1, Math.floor(Math.sqrt((widthPx * heightPx) / SAMPLES)));
  const low = fullRange ? 0 : 16;
  const high = fullRange ? 255 : 235;
  let samples = 0;
  let sum = 0;
  let black = 0;
  let white = 0;
  for (let y = step >> 1; y < heightPx; y += step) {
    for (let x = step >> 1; x < widthPx; x += step) {
      const value = data[y * stridePx + x]!;
      samples++;
      sum += value;
      if (value <= low + 2) black++;
      if (value >= high - 1) white++;
    }
  }
  const mean = Math.max(0, Math.min(1, (sum / Math.max(1, samples) - low) / (high - low)));
  return { mean, black: black / Math.max(1, samples), white: white / Math.max(1, samples) };
};
