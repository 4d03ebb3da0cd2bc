import { type Box, boxHeight, boxWidth } from '../../../domain/geometry.ts';
import type { Random } from '../../../domain/random.ts';

/** Whole, or with the probability `mosaic` in two or in four: several sites and scales lie in one canvas, and small zooms need small pieces. */
export const chooseRegions = (random: Random, widthPx: number, heightPx: number, mosaic: number): Box[] => {
  const kind = random.next();
  const x = Math.round((widthPx * random.between(0.3, 0.7)) / 4) * 4;
  const y = Math.round((heightPx * random.between(0.3, 0.7)) / 4) * 4;
  if (kind >= mosaic) return [[0, 0, widthPx, heightPx]];
  if (kind < mosaic / 2)
    return [
      [0, 0, x, heightPx],
      [x, 0, widthPx, heightPx],
    ];
  return [
    [0, 0, x, y],
    [x, 0, widthPx, y],
    [0, y, x, heightPx],
    [x, y, widthPx, heightPx],
  ];
};

/** A piece of a canvas laid over what is there, `area` of it at any place. */
export const choosePatch = (random: Random, widthPx: number, heightPx: number, area: readonly [number, number]): Box => {
  const side = Math.sqrt(random.between(...area));
  const squeeze = Math.exp(random.between(-0.3, 0.3));
  const wide = Math.min(widthPx, Math.max(8, Math.round(widthPx * side * squeeze)));
  const high = Math.min(heightPx, Math.max(8, Math.round((heightPx * side) / squeeze)));
  const x = random.integer(widthPx - wide + 1);
  const y = random.integer(heightPx - high + 1);
  return [x, y, x + wide, y + high];
};

/** What a picture may be enlarged beyond its range before another one takes a part of its region; and the least side of that part. */
const LENIENCE = 1.15;
const LEAST_SIDE_PX = 48;

/**
 * The part of a region, from its upper left corner, that a picture of `reach` (its size at its greatest zoom) can fill, and the parts
 * left for others: a small picture is not enlarged to a scale that no camera has.
 */
export const partition = (region: Box, reach: { widthPx: number; heightPx: number }): { part: Box; rest: Box[] } => {
  const cut = (low: number, high: number, reachPx: number): number =>
    high - low <= reachPx * LENIENCE || high - low < 2 * LEAST_SIDE_PX
      ? high
      : Math.max(low + LEAST_SIDE_PX, Math.min(low + Math.floor(reachPx), high - LEAST_SIDE_PX));
  const x = cut(region[0], region[2], reach.widthPx);
  const y = cut(region[1], region[3], reach.heightPx);
  const rest: Box[] = [
    [x, region[1], region[2], region[3]],
    [region[0], y, x, region[3]],
  ];
  return { part: [region[0], region[1], x, y], rest: rest.filter((box) => boxWidth(box) > 0 && boxHeight(box) > 0) };
};
