import type { Plane } from '../../domain/frame.ts';
import { type Box, overlapOfSmaller } from '../../domain/geometry.ts';

/** Every so many-th sample is looked at. */
const STEP = 4;
/** The picture is cut into so many blocks, for each of which the glass has its own brightness. */
const ACROSS = 8;
const DOWN = 5;
/** Glass is what this share of a block is darker than, in the brightest look at it. */
const GLASS_RANK = 0.95;
/** What is darker than this share of the glass is covered. */
const COVERED = 0.9;
const BLACK = 16;
/** Cells that share this much of the smaller one lie over each other. */
const OVERLAP = 0.25;

/** Brightness of the bare glass in each part of the picture: lamps and lenses light a field unevenly. */
export type GlassLevels = { readonly levels: Float32Array };

export const unknownGlass = (): GlassLevels => ({ levels: new Float32Array(ACROSS * DOWN) });

/** Takes in the brightest of one more sharp picture. Borrows the plane. */
export const learnGlass = ({ levels }: GlassLevels, { data, stridePx, widthPx, heightPx }: Plane): GlassLevels => {
  const learned = Float32Array.from(levels);
  const bins = new Int32Array(256);
  for (let row = 0; row < DOWN; row++) {
    for (let column = 0; column < ACROSS; column++) {
      bins.fill(0);
      let samples = 0;
      const right = Math.floor(((column + 1) * widthPx) / ACROSS);
      const bottom = Math.floor(((row + 1) * heightPx) / DOWN);
      for (let y = Math.floor((row * heightPx) / DOWN); y < bottom; y += STEP)
        for (let x = Math.floor((column * widthPx) / ACROSS); x < right; x += STEP) {
          bins[data[y * stridePx + x]!]!++;
          samples++;
        }
      let level = 255;
      for (let above = (1 - GLASS_RANK) * samples; level > 0 && above > bins[level]!; level--) above -= bins[level]!;
      const i = row * ACROSS + column;
      learned[i] = Math.max(learned[i]!, level);
    }
  }
  return { levels: learned };
};

/** Tells of boxes within a picture which share of them something lies on, 0 to 1. Borrows the plane until it returns. */
export const measureCover = ({ levels }: GlassLevels, { data, stridePx, widthPx, heightPx }: Plane): ((box: Box) => number) => {
  const columns = Math.ceil(widthPx / STEP);
  const rows = Math.ceil(heightPx / STEP);
  const across = columns + 1;
  /** Covered samples above and to the left of each. */
  const sums = new Uint32Array(across * (rows + 1));
  for (let row = 0; row < rows; row++) {
    const y = row * STEP;
    const block = Math.min(DOWN - 1, Math.floor((y * DOWN) / heightPx)) * ACROSS;
    for (let column = 0, inRow = 0; column < columns; column++) {
      const x = column * STEP;
      const glass = levels[block + Math.min(ACROSS - 1, Math.floor((x * ACROSS) / widthPx))]! - BLACK;
      if (data[y * stridePx + x]! - BLACK < COVERED * glass) inRow++;
      sums[(row + 1) * across + column + 1] = sums[row * across + column + 1]! + inRow;
    }
  }
  return ([x0, y0, x1, y1]) => {
    const [left, right] = [x0, x1].map((x) => Math.min(columns, Math.max(0, Math.round(x / STEP)))) as [number, number];
    const [top, bottom] = [y0, y1].map((y) => Math.min(rows, Math.max(0, Math.round(y / STEP)))) as [number, number];
    const samples = (right - left) * (bottom - top);
    if (samples <= 0) return 0;
    const at = (row: number, column: number): number => sums[row * across + column]!;
    return (at(bottom, right) - at(top, right) - at(bottom, left) + at(top, left)) / samples;
  };
};

/** Share of cells that lie over another, 0 to 1. */
export const overlapShare = (boxes: readonly Box[]): number => {
  const over = boxes.filter((box) => boxes.some((other) => other !== box && overlapOfSmaller(box, other) >= OVERLAP));
  return boxes.length === 0 ? 0 : over.length / boxes.length;
};
