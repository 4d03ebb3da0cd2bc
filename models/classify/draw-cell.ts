import type { Random } from '../../domain/random.ts';
import type { Augmentation } from '../train/augment/augmentation.ts';
import type { Raster } from '../train/picture.ts';

/** A picture of a cell that is drawn from, with what its surroundings need. */
export type DrawnFrom = {
  readonly raster: Raster;
  readonly glass: readonly [number, number, number];
  /** How far the cell reaches from the picture's middle. */
  readonly reachPx: number;
};

/** How a cell is laid into its square: turned by any angle, mirrored, enlarged, shifted; beyond `reachPx` of the canvas' middle there is glass alone. */
export type CellPlacement = {
  readonly angle: number;
  readonly mirrored: boolean;
  readonly zoomX: number;
  readonly zoomY: number;
  readonly shiftX: number;
  readonly shiftY: number;
  /** Half sides of what is seen, in canvas pixels; infinite where nothing is cut. */
  readonly seenX: number;
  readonly seenY: number;
};

export const PLAIN_PLACEMENT: CellPlacement = {
  ...{ angle: 0, mirrored: false, zoomX: 1, zoomY: 1, shiftX: 0, shiftY: 0 },
  ...{ seenX: Number.POSITIVE_INFINITY, seenY: Number.POSITIVE_INFINITY },
};

export type CutClose = { readonly probability: number; readonly margin: readonly [number, number] };

/** Chooses a placement; turns are by any angle as often as quarter turns are asked for. */
export const chooseCellPlacement = (
  random: Random,
  { flips, quarterTurns, zoom, stretch }: Augmentation,
  { reachPx }: DrawnFrom,
  { probability, margin }: CutClose,
  shiftPx: number,
): CellPlacement => {
  const angle = random.next() < quarterTurns ? random.between(0, 2 * Math.PI) : 0;
  const mirrored = random.next() < flips;
  const size = Math.exp(random.between(Math.log(zoom[0]), Math.log(zoom[1])));
  const longer = Math.exp(random.between(-stretch, stretch));
  const shiftX = random.between(-shiftPx, shiftPx);
  const shiftY = random.between(-shiftPx, shiftPx);
  const isCut = random.next() < probability;
  const seen = (): number => (isCut ? reachPx * size * (1 + 2 * random.between(...margin)) : Number.POSITIVE_INFINITY);
  return { angle, mirrored, zoomX: size * longer, zoomY: size / longer, shiftX, shiftY, seenX: seen(), seenY: seen() };
};

/** Draws a cell onto a square canvas (RGB, whole numbers 0 to 255), bilinear; glass where the picture ends. */
export const drawCell = (canvas: Float32Array, sidePx: number, from: DrawnFrom, placement: CellPlacement): void => {
  const { data, widthPx, heightPx } = from.raster;
  const { angle, mirrored, zoomX, zoomY, shiftX, shiftY, seenX, seenY } = placement;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const sign = mirrored ? -1 : 1;
  const rowBytes = widthPx * 3;
  const middle = sidePx / 2;
  let to = 0;
  for (let v = 0; v < sidePx; v++)
    for (let u = 0; u < sidePx; u++, to += 3) {
      const [atX, atY] = [u + 0.5 - middle - shiftX, v + 0.5 - middle - shiftY];
      const [x, y] = [(sign * atX) / zoomX, atY / zoomY];
      const sourceX = widthPx / 2 + cos * x - sin * y - 0.5;
      const sourceY = heightPx / 2 + sin * x + cos * y - 0.5;
      const isOutside =
        sourceX < 0 || sourceY < 0 || sourceX > widthPx - 1 || sourceY > heightPx - 1 || Math.abs(atX) > seenX || Math.abs(atY) > seenY;
      if (isOutside) {
        canvas[to] = from.glass[0];
        canvas[to + 1] = from.glass[1];
        canvas[to + 2] = from.glass[2];
        continue;
      }
      const left = Math.min(widthPx - 2, Math.floor(sourceX));
      const above = Math.min(heightPx - 2, Math.floor(sourceY));
      const [across, down] = [sourceX - left, sourceY - above];
      const at = above * rowBytes + left * 3;
      for (let channel = 0; channel < 3; channel++) {
        const i = at + channel;
        const upper = data[i]! + (data[i + 3]! - data[i]!) * across;
        const lower = data[i + rowBytes]! + (data[i + rowBytes + 3]! - data[i + rowBytes]!) * across;
        canvas[to + channel] = (upper + (lower - upper) * down + 0.5) | 0;
      }
    }
};
