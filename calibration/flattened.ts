import type { Plane } from '../domain/frame.ts';
import { betweenBlocks } from '../domain/gain-map.ts';
import { smoothSurface } from './smooth-surface.ts';

/** A picture without its slow light: how far each sample lies above (or below) the smooth surface, as a share of it; row after row. */
export type Flattened = { readonly data: Float32Array; readonly widthPx: number; readonly heightPx: number };

const COLUMNS = 32;
const ROWS = 18;

/** Blocks' means of a plane, each from about a hundred samples. */
const blockMeans = ({ data, stridePx, widthPx, heightPx }: Plane): Float32Array =>
  Float32Array.from({ length: COLUMNS * ROWS }, (_, block) => {
    const x0 = Math.floor(((block % COLUMNS) * widthPx) / COLUMNS);
    const x1 = Math.floor((((block % COLUMNS) + 1) * widthPx) / COLUMNS);
    const y0 = Math.floor((Math.floor(block / COLUMNS) * heightPx) / ROWS);
    const y1 = Math.floor(((Math.floor(block / COLUMNS) + 1) * heightPx) / ROWS);
    let sum = 0;
    let n = 0;
    for (let y = y0; y < y1; y += 2) for (let x = x0; x < x1; x++, n++) sum += data[y * stridePx + x]!;
    return sum / Math.max(1, n);
  });

/** Blurs along one axis by (1, 2, 1)/4, in place. */
const blurAlong = (data: Float32Array, lines: number, samples: number, lineStep: number, sampleStep: number): void => {
  for (let line = 0; line < lines; line++) {
    let at = line * lineStep;
    let before = data[at]!;
    for (let i = 0; i + 1 < samples; i++, at += sampleStep) {
      const present = data[at]!;
      data[at] = (before + 2 * present + data[at + sampleStep]!) / 4;
      before = present;
    }
  }
};

/** The picture blurred by a Gaussian of about 1.2 px, in place: gradients of bare pixels have no true direction. */
export const soften = (picture: Flattened): Flattened => {
  const { data, widthPx, heightPx } = picture;
  for (let pass = 0; pass < 3; pass++) {
    blurAlong(data, heightPx, widthPx, widthPx, 1);
    blurAlong(data, widthPx, heightPx, 1, widthPx);
  }
  return picture;
};

/** Divides a luma plane by the smooth surface under it. */
export const flatten = (plane: Plane): Flattened => {
  const { data, stridePx, widthPx, heightPx } = plane;
  const surface = smoothSurface(blockMeans(plane), COLUMNS, ROWS);
  const across = Array.from({ length: widthPx }, (_, x) => betweenBlocks(x, widthPx, COLUMNS));
  const flat = new Float32Array(widthPx * heightPx);
  const line = new Float32Array(COLUMNS);
  for (let y = 0; y < heightPx; y++) {
    const { before: row, beyond: down } = betweenBlocks(y, heightPx, ROWS);
    for (let i = 0; i < COLUMNS; i++) {
      const upper = surface[row * COLUMNS + i]!;
      line[i] = upper + down * (surface[(row + 1) * COLUMNS + i]! - upper);
    }
    for (let x = 0; x < widthPx; x++) {
      const { before, beyond } = across[x]!;
      const light = line[before]! + beyond * (line[before + 1]! - line[before]!);
      flat[y * widthPx + x] = data[y * stridePx + x]! / Math.max(1, light) - 1;
    }
  }
  return { data: flat, widthPx, heightPx };
};
