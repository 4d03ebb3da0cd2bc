import type { Random } from '../../../domain/random.ts';

/**
 * Light lost with the square of the distance from a point that may lie outside the canvas, since a canvas is a part of a field:
 * `depth` is the share lost in the furthest corner. RGB in place.
 */
export const applyVignette = (random: Random, pixels: Float32Array, widthPx: number, depth: number): void => {
  const heightPx = pixels.length / 3 / widthPx;
  const x0 = random.between(-0.25, 1.25) * widthPx;
  const y0 = random.between(-0.25, 1.25) * heightPx;
  const square = (value: number): number => value * value;
  const furthest = Math.max(square(x0), square(widthPx - x0)) + Math.max(square(y0), square(heightPx - y0));
  const lost = depth / furthest;
  const across = Float32Array.from({ length: widthPx }, (_, x) => square(x + 0.5 - x0) * lost);
  let at = 0;
  for (let y = 0; y < heightPx; y++) {
    const kept = 1 - square(y + 0.5 - y0) * lost;
    for (let x = 0; x < widthPx; x++, at += 3) {
      const factor = kept - across[x]!;
      pixels[at]! *= factor;
      pixels[at + 1]! *= factor;
      pixels[at + 2]! *= factor;
    }
  }
};

/** Adds normal noise. */
export const addNoise = (random: Random, pixels: Float32Array, deviation: number): void => {
  const table = Float32Array.from({ length: 4093 }, () => random.normal() * deviation);
  let at = random.integer(table.length);
  for (let i = 0; i < pixels.length; i++) {
    const value = pixels[i]! + table[at]!;
    pixels[i] = value < 0 ? 0 : value > 255 ? 255 : value;
    // A stride that shares no factor with the table's length, moved on at each wrap, hides the repetition.
    at += 1 + (i & 1);
    if (at >= table.length) at -= table.length - (i % 61);
  }
};
