import { areasOf, connectedPieces } from '../segment/instances.ts';
import type { Patch } from './paint-patch.ts';
import { thirdsFrom } from './thirds-from.ts';

type Size = { readonly widthPx: number; readonly heightPx: number };

/** Labels the parts of a mask that hang together over sides: 0 where it is not set, parts from 1; and how many pixels each has. */
export const labelParts = (
  mask: Uint8Array,
  { widthPx, heightPx }: Size,
): { readonly labels: Int32Array; readonly areas: readonly number[] } => {
  const parts = connectedPieces((pixel) => mask[pixel] !== 0, widthPx, heightPx);
  return { labels: parts.labels, areas: [0, ...areasOf(parts).subarray(1)] };
};

/** A mask (0, 1) without necks and whiskers thinner than twice `radiusPx`: of what is left, the part that holds most of `core`, grown back. */
export const openedPart = (mask: Uint8Array, core: Uint8Array, size: Size, radiusPx: number): Uint8Array => {
  const inside = thirdsFrom(
    mask.map((set) => 1 - set),
    size,
  );
  const eroded = mask.map((_, i) => (inside[i]! > 3 * radiusPx ? 1 : 0));
  const { labels, areas } = labelParts(eroded, size);
  const held = areas.map(() => 0);
  for (let i = 0; i < core.length; i++) if (core[i] !== 0 && labels[i] !== 0) held[labels[i]!]! += 1;
  const chosen = held.indexOf(Math.max(...held));
  if (chosen <= 0) return new Uint8Array(mask.length);
  const near = thirdsFrom(
    eroded.map((_, i) => (labels[i] === chosen ? 1 : 0)),
    size,
  );
  return mask.map((set, i) => (set !== 0 && near[i]! <= 3 * radiusPx + 2 ? 1 : 0));
};

/** Share of its convex hull that a mask fills: near 1 for one round cell, less for two that touch. */
export const solidity = (mask: Uint8Array, { widthPx, heightPx }: Size): number => {
  const points: [number, number][] = [];
  let area = 0;
  for (let y = 0; y < heightPx; y++) {
    const row = mask.subarray(y * widthPx, (y + 1) * widthPx);
    const first = row.indexOf(1);
    if (first < 0) continue;
    points.push([first, y], [row.lastIndexOf(1) + 1, y], [first, y + 1], [row.lastIndexOf(1) + 1, y + 1]);
    for (const set of row) area += set;
  }
  points.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (ordered: readonly [number, number][]): [number, number][] => {
    const chain: [number, number][] = [];
    for (const p of ordered) {
      for (let n = chain.length; n >= 2; n = chain.length) {
        const [a, b] = [chain[n - 2]!, chain[n - 1]!];
        if ((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]) > 0) break;
        chain.pop();
      }
      chain.push(p);
    }
    return chain.slice(0, -1);
  };
  const hull = [...half(points), ...half(points.toReversed())];
  const twice = hull.reduce((sum, [x, y], i) => {
    const [u, v] = hull[(i + 1) % hull.length]!;
    return sum + x * v - u * y;
  }, 0);
  return twice === 0 ? 0 : (2 * area) / Math.abs(twice);
};

/** Thirds of a pixel, to both sides of the outline, over which a cut-out fades. */
const FADE = 12;

/** A cut-out of the part of a picture that a mask (0, 1) covers, trimmed, its mask fading to both sides of the outline: half or more is the cell. */
export const cutOut = (rgb: Uint8Array, mask: Uint8Array, size: Size): Patch | undefined => {
  const outside = thirdsFrom(mask, size);
  const inside = thirdsFrom(
    mask.map((set) => 1 - set),
    size,
  );
  const soft = mask.map((_, i) => Math.max(0, Math.min(255, 128 + (127 * (inside[i]! - outside[i]!)) / FADE)));
  const { widthPx, heightPx } = size;
  let [x0, y0, x1, y1] = [widthPx, heightPx, 0, 0];
  for (let y = 0, i = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++, i++)
      if (soft[i]! > 0) [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x + 1), Math.max(y1, y + 1)];
  if (x1 <= x0) return undefined;
  const patch = { widthPx: x1 - x0, heightPx: y1 - y0 };
  const out = { ...patch, rgb: new Uint8Array(patch.widthPx * patch.heightPx * 3), mask: new Uint8Array(patch.widthPx * patch.heightPx) };
  for (let y = y0; y < y1; y++) {
    const from = y * widthPx + x0;
    out.mask.set(soft.subarray(from, from + patch.widthPx), (y - y0) * patch.widthPx);
    out.rgb.set(rgb.subarray(3 * from, 3 * (from + patch.widthPx)), 3 * (y - y0) * patch.widthPx);
  }
  return out;
};
