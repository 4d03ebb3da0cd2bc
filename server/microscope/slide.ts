import type { Box } from '../../domain/geometry.ts';

/** A cell on a slide: box in slide pixels; ids from 1. */
export type SlideCell = { readonly id: number; readonly class: string; readonly box: Box };

/** A virtual slide: I420 planes (BT.601, limited range, even sides, rows without padding) and every cell on it. */
export type Slide = {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly umPerPx: number;
  readonly y: Uint8Array;
  readonly u: Uint8Array;
  readonly v: Uint8Array;
  readonly cells: readonly SlideCell[];
};

const luma = (red: number, green: number, blue: number): number => (16_829 * red + 33_039 * green + 6416 * blue + 1_081_344) >> 16;

/** RGB, 3 bytes a pixel, to I420 with chroma averaged over 2×2 pixels (ITU-R BT.601, limited range). */
export const toI420 = (rgb: Uint8Array, widthPx: number, heightPx: number): Pick<Slide, 'y' | 'u' | 'v'> => {
  const y = new Uint8Array(widthPx * heightPx);
  const u = new Uint8Array((widthPx * heightPx) / 4);
  const v = new Uint8Array(u.length);
  const below = 3 * widthPx;
  for (let row = 0, chroma = 0; row < heightPx; row += 2) {
    let at = row * widthPx;
    for (let i = 3 * at; at < (row + 1) * widthPx; at += 2, i += 6, chroma++) {
      const j = i + below;
      y[at] = luma(rgb[i]!, rgb[i + 1]!, rgb[i + 2]!);
      y[at + 1] = luma(rgb[i + 3]!, rgb[i + 4]!, rgb[i + 5]!);
      y[at + widthPx] = luma(rgb[j]!, rgb[j + 1]!, rgb[j + 2]!);
      y[at + widthPx + 1] = luma(rgb[j + 3]!, rgb[j + 4]!, rgb[j + 5]!);
      const red = rgb[i]! + rgb[i + 3]! + rgb[j]! + rgb[j + 3]!;
      const green = rgb[i + 1]! + rgb[i + 4]! + rgb[j + 1]! + rgb[j + 4]!;
      const blue = rgb[i + 2]! + rgb[i + 5]! + rgb[j + 2]! + rgb[j + 5]!;
      u[chroma] = (-9714 * red - 19_071 * green + 28_784 * blue + 33_685_504) >> 18;
      v[chroma] = (28_784 * red - 24_103 * green - 4681 * blue + 33_685_504) >> 18;
    }
  }
  return { y, u, v };
};
