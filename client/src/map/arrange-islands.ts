import type { Point } from '../../../domain/geometry.ts';
import type { MapKeyframe } from '../../../domain/wire.ts';
import type { Extent } from '../picture/extent.ts';

/** Where a keyframe lies on its island. */
type Lying = Pick<MapKeyframe, 'island' | 'x' | 'y' | 'widthPx' | 'heightPx'>;

/** An island with where it is shown: add `shift` to its own coordinates. `extent` is in its own coordinates. */
export type PlacedIsland = { readonly island: number; readonly extent: Extent; readonly shift: Point };

export type Arrangement = { readonly islands: ReadonlyMap<number, PlacedIsland>; readonly world: Extent };

const GAP_SHARE = 0.35;

const extents = (keyframes: Iterable<Lying>): Map<number, Extent> => {
  const found = new Map<number, Extent>();
  for (const { island, x, y, widthPx, heightPx } of keyframes) {
    const so = found.get(island);
    const left = Math.min(so?.x ?? x, x);
    const top = Math.min(so?.y ?? y, y);
    const right = Math.max(so ? so.x + so.width : Number.NEGATIVE_INFINITY, x + widthPx);
    const bottom = Math.max(so ? so.y + so.height : Number.NEGATIVE_INFINITY, y + heightPx);
    found.set(island, { x: left, y: top, width: right - left, height: bottom - top });
  }
  return found;
};

/**
 * Puts islands side by side in rows, oldest first, so that the whole comes near `aspect` (width over height). Undefined for an empty map.
 */
export const arrangeIslands = (keyframes: Iterable<Lying>, aspect: number): Arrangement | undefined => {
  const all = [...extents(keyframes)].toSorted(([a], [b]) => a - b);
  if (all.length === 0) return undefined;
  const gap = GAP_SHARE * Math.min(...all.map(([, { width, height }]) => Math.min(width, height)));
  const area = all.reduce((sum, [, { width, height }]) => sum + (width + gap) * (height + gap), 0);
  const rowWidth = Math.max(Math.sqrt(area * aspect) * 1.05, ...all.map(([, { width }]) => width));
  const islands = new Map<number, PlacedIsland>();
  let x = 0;
  let y = 0;
  let rowHeight = 0;
  let widest = 0;
  for (const [island, extent] of all) {
    if (x > 0 && x + extent.width > rowWidth) {
      x = 0;
      y += rowHeight + gap;
      rowHeight = 0;
    }
    islands.set(island, { island, extent, shift: { x: x - extent.x, y: y - extent.y } });
    x += extent.width + gap;
    widest = Math.max(widest, x - gap);
    rowHeight = Math.max(rowHeight, extent.height);
  }
  return { islands, world: { x: 0, y: 0, width: widest, height: y + rowHeight } };
};
