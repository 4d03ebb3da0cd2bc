import type { Box } from '../../domain/geometry.ts';

export type TilePart = { readonly x: number; readonly y: number; readonly widthPx: number; readonly heightPx: number };

/** A box grown to even pixels, where chroma samples lie, within the frame. */
const grown = ([x0, y0, x1, y1]: Box, widthPx: number, heightPx: number): TilePart => {
  const x = Math.max(0, Math.floor(x0) & ~1);
  const y = Math.max(0, Math.floor(y0) & ~1);
  const right = Math.min(widthPx, (Math.ceil(x1) + 1) & ~1);
  const bottom = Math.min(heightPx, (Math.ceil(y1) + 1) & ~1);
  return { x, y, widthPx: right - x, heightPx: bottom - y };
};

const area = ({ widthPx, heightPx }: TilePart): number => widthPx * heightPx;

/** The parts of a frame that hold its tiles: one around them all where that is no more than they are by themselves. */
export const tileParts = (tiles: readonly Box[], widthPx: number, heightPx: number): TilePart[] => {
  const parts = tiles.map((tile) => grown(tile, widthPx, heightPx)).filter((part) => part.widthPx > 0 && part.heightPx > 0);
  if (parts.length < 2) return parts;
  const all = grown(
    [
      Math.min(...parts.map(({ x }) => x)),
      Math.min(...parts.map(({ y }) => y)),
      Math.max(...parts.map((part) => part.x + part.widthPx)),
      Math.max(...parts.map((part) => part.y + part.heightPx)),
    ],
    widthPx,
    heightPx,
  );
  return area(all) <= parts.reduce((sum, part) => sum + area(part), 0) ? [all] : parts;
};
