import type { Box } from '../../domain/geometry.ts';
import type { ExportKeyframe } from './export-source.ts';

/** An island on the stitched slide: what is added to a place on the island to get the pixel of the picture, and its rectangle there. */
export type LaidIsland = { readonly island: number; readonly dx: number; readonly dy: number; readonly box: Box };

/** One picture that shows every island, in whole pixels. How islands lie to each other is not known: they stand beside one another. */
export type SlideLayout = { readonly widthPx: number; readonly heightPx: number; readonly islands: ReadonlyMap<number, LaidIsland> };

const GAP_PX = 64;

/** Lays the islands out in rows, in the order of their numbers, none wider than the widest or a square of all. The same keyframes give the same layout. */
export const layOutSlide = (keyframes: readonly ExportKeyframe[]): SlideLayout => {
  const extents = new Map<number, [number, number, number, number]>();
  for (const { island, x, y, widthPx, heightPx } of keyframes) {
    const own = extents.get(island);
    const [x0, y0, x1, y1] = own ?? [x, y, x, y];
    extents.set(island, [
      Math.min(x0, Math.floor(x)),
      Math.min(y0, Math.floor(y)),
      Math.max(x1, Math.ceil(x) + widthPx),
      Math.max(y1, Math.ceil(y) + heightPx),
    ]);
  }
  const sorted = [...extents].sort(([a], [b]) => a - b);
  const area = sorted.reduce((sum, [, [x0, y0, x1, y1]]) => sum + (x1 - x0) * (y1 - y0), 0);
  const widest = Math.max(0, ...sorted.map(([, [x0, , x1]]) => x1 - Math.floor(x0)));
  const rowPx = Math.max(widest, Math.ceil(Math.sqrt(area)));
  const islands = new Map<number, LaidIsland>();
  let [left, top, bottom, right] = [0, 0, 0, 0];
  for (const [island, [x, y, farX, farY]] of sorted) {
    const [x0, y0] = [Math.floor(x), Math.floor(y)];
    const [width, height] = [farX - x0, farY - y0];
    if (left > 0 && left + width > rowPx) [left, top] = [0, bottom + GAP_PX];
    islands.set(island, { island, dx: left - x0, dy: top - y0, box: [left, top, left + width, top + height] });
    bottom = Math.max(bottom, top + height);
    right = Math.max(right, left + width);
    left += width + GAP_PX;
  }
  return { widthPx: right, heightPx: bottom, islands };
};
