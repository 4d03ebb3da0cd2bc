import type { Plane } from '../../domain/frame.ts';

/** Light as a lamp out of the middle and a camera without white balance give it, in place, in planes of limited range. */
export type DimLight = (y: Plane, u: Plane, v: Plane) => void;

const BLACK = 16;
/** Where the lamp is brightest, as a share of the picture's sides. */
const LAMP = [0.42, 0.56] as const;
/** What red, green and blue lose to a cast of 1, warm and cold. */
const WARM_LOSS = [0, 0.35, 1] as const;
const COLD_LOSS = [1, 0.25, 0] as const;

/**
 * Dims pictures of one size by `shade` (the share of light lost in the corner farthest from the lamp, a little more of it in blue) and gives them a colour cast
 * (above 0 warm, below 0 cold), in every colour by its definition (BT.601), pixel by pixel. `undefined` where there is nothing to do.
 */
export const unevenLight = (
  widthPx: number,
  heightPx: number,
  { shade, cast }: { readonly shade: number; readonly cast: number },
): DimLight | undefined => {
  if (shade === 0 && cast === 0) return undefined;
  const farthest = Math.max(LAMP[0], 1 - LAMP[0]) ** 2 + Math.max(LAMP[1], 1 - LAMP[1]) ** 2;
  const chromaWidth = widthPx >> 1;
  const gains = new Float32Array(chromaWidth * (heightPx >> 1) * 3);
  for (let row = 0, at = 0; row < heightPx >> 1; row++)
    for (let column = 0; column < chromaWidth; column++)
      for (let colour = 0; colour < 3; colour++) {
        const away = ((column + 0.5) / chromaWidth - LAMP[0]) ** 2 + ((2 * row + 1) / heightPx - LAMP[1]) ** 2;
        gains[at++] =
          (1 - (shade * (1 + 0.08 * (colour - 1)) * away) / farthest) * (1 - Math.abs(cast) * (cast > 0 ? WARM_LOSS : COLD_LOSS)[colour]!);
      }
  return (y, u, v) => {
    for (let row = 0, g = 0; row < u.heightPx; row++)
      for (let column = 0; column < chromaWidth; column++, g += 3) {
        const c = row * u.stridePx + column;
        const blue = (u.data[c]! - 128) * (1.772 / 224);
        const red = (v.data[c]! - 128) * (1.402 / 224);
        const green = (-0.114 * blue - 0.299 * red) / 0.587;
        let chromaU = 0;
        let chromaV = 0;
        for (let i = 0; i < 4; i++) {
          const at = (2 * row + (i >> 1)) * y.stridePx + 2 * column + (i & 1);
          const light = (y.data[at]! - BLACK) / 219;
          const r = (light + red) * gains[g]!;
          const b = (light + blue) * gains[g + 2]!;
          const dimmed = 0.299 * r + 0.587 * (light + green) * gains[g + 1]! + 0.114 * b;
          y.data[at] = Math.max(0, Math.min(255, BLACK + 219 * dimmed + 0.5));
          chromaU += b - dimmed;
          chromaV += r - dimmed;
        }
        u.data[c] = Math.max(0, Math.min(255, 128.5 + (chromaU * 28) / 0.886));
        v.data[c] = Math.max(0, Math.min(255, 128.5 + (chromaV * 28) / 0.701));
      }
  };
};
