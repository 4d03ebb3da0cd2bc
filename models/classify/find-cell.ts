import type { Box } from '../../domain/geometry.ts';
import { opticalDensity } from '../segment/box-masks.ts';
import { otsuThreshold } from '../segment/otsu.ts';
import type { Raster } from '../train/picture.ts';

/** The darkest thing near the middle of a picture: a nucleus, or a platelet. `mask` is 1 on it, row after row; `box` in pixels, around all of it. */
export type FoundCell = { readonly mask: Uint8Array; readonly box: Box };

/** Pieces of a nucleus lie within this share of the picture's shorter side from its middle. */
const REACH = 0.25;
/** Smaller pieces are grains and dirt. */
const LEAST_SHARE = 0.08;

/** Numbers the connected pieces of a mask (four neighbours), from 1, with their pixels. */
const pieces = (mask: Uint8Array, widthPx: number): { readonly labels: Uint16Array; readonly sizes: number[] } => {
  const labels = new Uint16Array(mask.length);
  const sizes = [0];
  const stack: number[] = [];
  for (let seed = 0; seed < mask.length; seed++) {
    if (mask[seed] === 0 || labels[seed] !== 0) continue;
    const label = sizes.length;
    let size = 0;
    stack.push(seed);
    labels[seed] = label;
    while (stack.length > 0) {
      const at = stack.pop()!;
      size++;
      const x = at % widthPx;
      for (const next of [x > 0 ? at - 1 : -1, x < widthPx - 1 ? at + 1 : -1, at - widthPx, at + widthPx])
        if (next >= 0 && next < mask.length && mask[next] === 1 && labels[next] === 0) {
          labels[next] = label;
          stack.push(next);
        }
    }
    sizes.push(size);
  }
  return { labels, sizes };
};

/**
 * Finds what is stained darkest near the middle: optical density parted from the glass by Otsu's threshold, then what is darker than the rest of the cells
 * by another. `undefined` where nothing is.
 */
export const findCell = (picture: Raster): FoundCell | undefined => {
  const { widthPx, heightPx } = picture;
  const density = opticalDensity(picture);
  const [middleX, middleY] = [widthPx / 2, heightPx / 2];
  const reach = (REACH * Math.min(widthPx, heightPx)) ** 2;
  const isNear = (at: number): boolean => ((at % widthPx) - middleX) ** 2 + (Math.floor(at / widthPx) - middleY) ** 2 <= reach;
  const first = otsuThreshold(density);
  if (first === undefined) return undefined;
  const second = otsuThreshold(density, (at) => density[at]! > first);
  if (second === undefined) return undefined;
  const dark = Uint8Array.from(density, (value) => (value > second ? 1 : 0));
  const { labels, sizes } = pieces(dark, widthPx);
  const near = new Map<number, number>();
  for (let at = 0; at < labels.length; at++) if (labels[at] !== 0 && isNear(at)) near.set(labels[at]!, (near.get(labels[at]!) ?? 0) + 1);
  const largest = Math.max(0, ...near.values());
  // What lies mostly outside belongs to a neighbour.
  const kept = new Set(
    [...near].filter(([label, inside]) => inside >= LEAST_SHARE * largest && inside > sizes[label]! / 2).map(([label]) => label),
  );
  if (kept.size === 0) return undefined;
  const mask = new Uint8Array(labels.length);
  const box: [number, number, number, number] = [widthPx, heightPx, 0, 0];
  for (let at = 0; at < labels.length; at++) {
    if (!kept.has(labels[at]!)) continue;
    mask[at] = 1;
    const [x, y] = [at % widthPx, Math.floor(at / widthPx)];
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x + 1);
    box[3] = Math.max(box[3], y + 1);
  }
  return { mask, box };
};
