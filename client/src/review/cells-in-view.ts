import type { Box, Point } from '../../../domain/geometry.ts';
import type { FrameCell } from '../../../domain/recording.ts';

const areaOf = ([x0, y0, x1, y1]: Box): number => (x1 - x0) * (y1 - y0);

/** The smallest cell around a point: where boxes overlap, the smaller is harder to hit. */
export const cellUnder = (cells: readonly FrameCell[], { x, y }: Point): FrameCell | undefined =>
  cells
    .filter(({ box }) => x >= box[0] && x < box[2] && y >= box[1] && y < box[3])
    .reduce<FrameCell | undefined>((best, cell) => (best && areaOf(best.box) <= areaOf(cell.box) ? best : cell), undefined);

/** Cells whose middle lies within a box. */
export const cellsWithin = (cells: readonly FrameCell[], [x0, y0, x1, y1]: Box): readonly FrameCell[] =>
  cells.filter(({ box }) => {
    const x = (box[0] + box[2]) / 2;
    const y = (box[1] + box[3]) / 2;
    return x >= x0 && x < x1 && y >= y0 && y < y1;
  });

/** The cell after (or before) another as one reads a page: by rows as high as a cell, then from left to right. */
export const neighbourCell = (cells: readonly FrameCell[], from: number | undefined, by: 1 | -1): FrameCell | undefined => {
  if (cells.length === 0) return undefined;
  const heights = cells.map(({ box }) => box[3] - box[1]).toSorted((a, b) => a - b);
  const row = Math.max(1, heights[heights.length >> 1]!);
  const ordered = cells.toSorted((a, b) => Math.floor(a.box[1] / row) - Math.floor(b.box[1] / row) || a.box[0] - b.box[0]);
  const at = ordered.findIndex(({ id }) => id === from);
  if (at === -1) return by > 0 ? ordered[0] : ordered.at(-1);
  return ordered[(at + by + ordered.length) % ordered.length];
};

/** A box of a usual cell's size around a point. */
export const usualBox = (cells: readonly FrameCell[], { x, y }: Point): Box => {
  const sides = cells.map(({ box }) => Math.sqrt(areaOf(box))).toSorted((a, b) => a - b);
  const half = (sides[sides.length >> 1] ?? 60) / 2;
  return [x - half, y - half, x + half, y + half];
};
