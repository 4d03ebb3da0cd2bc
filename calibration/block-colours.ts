import type { Frame, Plane } from '../domain/frame.ts';

/** Blocks that light is measured in: the finest that a 16:9 picture of 640 pixels still fills well. */
export const LIGHT_COLUMNS = 64;
export const LIGHT_ROWS = 36;

/** Means of the three planes in equal blocks, row after row. */
export type BlockColours = { readonly y: Float32Array; readonly u: Float32Array; readonly v: Float32Array };

const means = ({ data, stridePx, widthPx, heightPx }: Plane): Float32Array => {
  const sums = new Float32Array(LIGHT_COLUMNS * LIGHT_ROWS);
  for (let row = 0, block = 0; row < LIGHT_ROWS; row++) {
    const y0 = Math.floor((row * heightPx) / LIGHT_ROWS);
    const y1 = Math.max(y0 + 1, Math.floor(((row + 1) * heightPx) / LIGHT_ROWS));
    for (let column = 0; column < LIGHT_COLUMNS; column++, block++) {
      const x0 = Math.floor((column * widthPx) / LIGHT_COLUMNS);
      const x1 = Math.max(x0 + 1, Math.floor(((column + 1) * widthPx) / LIGHT_COLUMNS));
      let sum = 0;
      for (let y = y0; y < y1; y++) for (let x = x0; x < x1; x++) sum += data[y * stridePx + x]!;
      sums[block] = sum / ((y1 - y0) * (x1 - x0));
    }
  }
  return sums;
};

export const blockColours = ({ y, u, v }: Frame): BlockColours => ({ y: means(y), u: means(u), v: means(v) });
