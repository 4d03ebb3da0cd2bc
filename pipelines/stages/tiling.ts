import type { Tile } from '../../domain/detection.ts';

/** Starts of `length`-long pieces that cover `size`, each sharing at least `overlap` with the next. */
const starts = (size: number, longest: number, overlap: number): { length: number; at: number[] } => {
  if (size <= longest) return { length: size, at: [0] };
  const count = Math.ceil((size - overlap) / (longest - overlap));
  const length = Math.min(longest, Math.ceil((size + (count - 1) * overlap) / count));
  return { length, at: Array.from({ length: count }, (_, i) => Math.round((i * (size - length)) / (count - 1))) };
};

/**
 * Covers a frame with equal tiles, as small as their number allows. Whatever lies whole in the frame and is no larger than the
 * overlap lies whole in a tile.
 */
export const tileFrame = (widthPx: number, heightPx: number, tiling: { readonly tilePx: number; readonly overlapPx: number }): Tile[] => {
  const tilePx = Math.max(16, Math.floor(tiling.tilePx));
  const overlapPx = Math.min(Math.ceil(tiling.overlapPx), Math.floor(tilePx / 2));
  const x = starts(widthPx, tilePx, overlapPx);
  const y = starts(heightPx, tilePx, overlapPx);
  return y.at.flatMap((top) => x.at.map((left) => ({ box: [left, top, left + x.length, top + y.length] as const })));
};
