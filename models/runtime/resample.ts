import type { Plane } from '../../domain/frame.ts';
import { rowSampler } from './row-sampler.ts';

/** An I420 picture or anything with its planes: BT.601, limited range unless `fullRange`. */
export type I420Picture = {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly y: Plane;
  readonly u: Plane;
  readonly v: Plane;
  readonly fullRange: boolean;
};

/** A whole-pixel part of a picture; x, y, width and height even. */
export type Region = { readonly x: number; readonly y: number; readonly widthPx: number; readonly heightPx: number };

/** Where resampled RGB goes: rows of `stridePx` pixels, from pixel `offsetPx` on. */
export type RgbTarget = { readonly data: Uint8ClampedArray; readonly offsetPx: number; readonly stridePx: number };

export type RgbImage = { readonly data: Uint8Array | Uint8ClampedArray; readonly widthPx: number; readonly heightPx: number };

/** Length in pixels after scaling. */
export const scaledLength = (lengthPx: number, scale: number): number => Math.max(1, Math.round(lengthPx * scale));

const HALF_UNIT = 1 << 13;

/** BT.601 (ITU-R BT.601-7, 2.5): luma offset and gain, and the chroma gains of each colour, in units of 2^-14. */
const conversion = (fullRange: boolean) => {
  const unit = 2 ** 14;
  const chroma = (fullRange ? 1 : 255 / 224) * unit;
  return {
    lumaFrom: fullRange ? 0 : 16,
    luma: Math.round((fullRange ? 1 : 255 / 219) * unit),
    vToRed: Math.round(1.402 * chroma),
    uToGreen: Math.round(0.344136 * chroma),
    vToGreen: Math.round(0.714136 * chroma),
    uToBlue: Math.round(1.772 * chroma),
  };
};

/** Exactly one half: the mean of four luma samples meets the one chroma sample that lies on them. */
const halve = (picture: I420Picture, region: Region, target: RgbTarget): void => {
  const { lumaFrom, luma, vToRed, uToGreen, vToGreen, uToBlue } = conversion(picture.fullRange);
  const { data: y, stridePx: yStride } = picture.y;
  const { data: u, stridePx: uStride } = picture.u;
  const { data: v, stridePx: vStride } = picture.v;
  const { data } = target;
  const widthPx = region.widthPx >> 1;
  const heightPx = region.heightPx >> 1;
  for (let row = 0; row < heightPx; row++) {
    let above = (region.y + 2 * row) * yStride + region.x;
    let below = above + yStride;
    let uAt = ((region.y >> 1) + row) * uStride + (region.x >> 1);
    let vAt = ((region.y >> 1) + row) * vStride + (region.x >> 1);
    let to = 3 * (target.offsetPx + row * target.stridePx);
    for (let column = 0; column < widthPx; column++) {
      const sum = y[above]! + y[above + 1]! + y[below]! + y[below + 1]!;
      // The sum of four in units of 2^-14 stays below 2^26.
      const light = (((sum - 4 * lumaFrom) * luma) >> 2) + HALF_UNIT;
      const blue = u[uAt]! - 128;
      const red = v[vAt]! - 128;
      data[to] = (light + vToRed * red) >> 14;
      data[to + 1] = (light - uToGreen * blue - vToGreen * red) >> 14;
      data[to + 2] = (light + uToBlue * blue) >> 14;
      above += 2;
      below += 2;
      uAt++;
      vAt++;
      to += 3;
    }
  }
};

/**
 * Writes a region of an I420 picture as RGB at `widthPx` × `heightPx` into `target`: the mean over the covered area when
 * shrinking, linear when enlarging. Borrows the picture.
 */
export const resampleI420 = (
  picture: I420Picture,
  region: Region,
  to: { readonly widthPx: number; readonly heightPx: number },
  target: RgbTarget,
): void => {
  if (to.widthPx * 2 === region.widthPx && to.heightPx * 2 === region.heightPx) {
    halve(picture, region, target);
    return;
  }
  const { lumaFrom, luma, vToRed, uToGreen, vToGreen, uToBlue } = conversion(picture.fullRange);
  const half = { widthPx: region.widthPx >> 1, heightPx: region.heightPx >> 1 };
  const part = (plane: Plane, x: number, y: number) => ({
    data: plane.data,
    offset: y * plane.stridePx + x,
    stride: plane.stridePx,
    channels: 1 as const,
  });
  const lumaRow = rowSampler(part(picture.y, region.x, region.y), region, to);
  const uRow = rowSampler(part(picture.u, region.x >> 1, region.y >> 1), half, to);
  const vRow = rowSampler(part(picture.v, region.x >> 1, region.y >> 1), half, to);
  const { data } = target;
  for (let row = 0; row < to.heightPx; row++) {
    const y = lumaRow(row);
    const u = uRow(row);
    const v = vRow(row);
    let out = 3 * (target.offsetPx + row * target.stridePx);
    for (let column = 0; column < to.widthPx; column++) {
      const light = (y[column]! - lumaFrom) * luma + HALF_UNIT;
      const blue = u[column]! - 128;
      const red = v[column]! - 128;
      data[out] = (light + vToRed * red) >> 14;
      data[out + 1] = (light - uToGreen * blue - vToGreen * red) >> 14;
      data[out + 2] = (light + uToBlue * blue) >> 14;
      out += 3;
    }
  }
};

/**
 * A whole RGB image at `scale`, by the arithmetic of `resampleI420`, so that training, evaluation and serving see the same pixels
 * but for the chroma that I420 does not hold. Gives a new image of `scaledLength` sides.
 */
export const resampleRgb = (image: RgbImage, scale: number): RgbImage & { readonly data: Uint8ClampedArray } => {
  const to = { widthPx: scaledLength(image.widthPx, scale), heightPx: scaledLength(image.heightPx, scale) };
  const data = new Uint8ClampedArray(to.widthPx * to.heightPx * 3);
  if (to.widthPx === image.widthPx && to.heightPx === image.heightPx) data.set(image.data);
  else {
    const row = rowSampler({ data: image.data, offset: 0, stride: image.widthPx * 3, channels: 3 }, image, to);
    const length = to.widthPx * 3;
    for (let y = 0; y < to.heightPx; y++) {
      const colours = row(y);
      // Numbers one by one: handing over the row at once takes several times as long, its type being another.
      for (let x = 0, at = y * length; x < length; x++, at++) data[at] = colours[x]!;
    }
  }
  return { data, ...to };
};
