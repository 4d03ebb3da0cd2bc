import type { Plane } from '../../domain/frame.ts';

const UNIT = 2 ** 14;
const HALF = UNIT / 2;
const weights = (...values: number[]): number[] => values.map((value) => Math.round(value * UNIT));
const [RED_TO_Y, GREEN_TO_Y, BLUE_TO_Y] = weights(0.299, 0.587, 0.114) as [number, number, number];
const [RED_TO_U, GREEN_TO_U, BLUE_TO_U] = weights(-0.168736, -0.331264, 0.5) as [number, number, number];
const [RED_TO_V, GREEN_TO_V, BLUE_TO_V] = weights(0.5, -0.418688, -0.081312) as [number, number, number];

/**
 * Writes RGB as full-range I420 (BT.601, as JPEG has it), chroma as the mean of four pixels. `stridePx` is the width of the RGB image;
 * what lies beyond the planes is left out.
 */
export const rgbToI420 = (rgb: Uint8Array, stridePx: number, y: Plane, u: Plane, v: Plane): void => {
  for (let row = 0; row < y.heightPx; row++) {
    let from = 3 * row * stridePx;
    const to = row * y.stridePx;
    for (let column = 0; column < y.widthPx; column++, from += 3) {
      y.data[to + column] = (RED_TO_Y * rgb[from]! + GREEN_TO_Y * rgb[from + 1]! + BLUE_TO_Y * rgb[from + 2]! + HALF) >> 14;
    }
  }
  for (let row = 0; row < u.heightPx; row++) {
    let above = 6 * row * stridePx;
    let below = above + 3 * stridePx;
    for (let column = 0; column < u.widthPx; column++, above += 6, below += 6) {
      const red = rgb[above]! + rgb[above + 3]! + rgb[below]! + rgb[below + 3]!;
      const green = rgb[above + 1]! + rgb[above + 4]! + rgb[below + 1]! + rgb[below + 4]!;
      const blue = rgb[above + 2]! + rgb[above + 5]! + rgb[below + 2]! + rgb[below + 5]!;
      u.data[row * u.stridePx + column] = Math.min(255, ((RED_TO_U * red + GREEN_TO_U * green + BLUE_TO_U * blue + 2 * UNIT) >> 16) + 128);
      v.data[row * v.stridePx + column] = Math.min(255, ((RED_TO_V * red + GREEN_TO_V * green + BLUE_TO_V * blue + 2 * UNIT) >> 16) + 128);
    }
  }
};
