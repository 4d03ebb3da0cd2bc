import type { RgbImage } from '../../runtime/resample.ts';
import type { Region } from './region.ts';

/** A cell as it was drawn. */
export type DrawnCell = {
  readonly region: Region;
  readonly classIndex: number;
  readonly score: number;
  /** Reaches its class' threshold: counts as found. Others only tell precision at lower scores. */
  readonly counted: boolean;
};

/** What was drawn of a picture, in its own pixels: probability of each plane, pixel after pixel, and the cells. */
export type Drawing = { readonly shares: ReadonlyMap<string, Float32Array>; readonly cells: readonly DrawnCell[] };

/** Draws the cells of whole pictures: what `evaluate --task segment` judges. */
export type Drawer = AsyncDisposable & {
  /** Of the cells; empty where they are not told apart. */
  readonly classes: readonly string[];
  draw(picture: RgbImage, umPerPx: number): Promise<Drawing>;
};

/** One plane of maps `[rows, columns, planes]` at each pixel of a picture, linear between the points; `perPx`: map points for one pixel across and down. */
export const enlargePlane = (
  map: { readonly data: Float32Array; readonly columns: number; readonly rows: number; readonly planes: number; readonly plane: number },
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
  perPx: { readonly x: number; readonly y: number },
): Float32Array => {
  const { data, columns, rows, planes, plane } = map;
  const shares = new Float32Array(widthPx * heightPx);
  const spot = (at: number, per: number, count: number): [from: number, to: number, share: number] => {
    const place = Math.min(count - 1, Math.max(0, (at + 0.5) * per - 0.5));
    const from = Math.floor(place);
    return [from, Math.min(count - 1, from + 1), place - from];
  };
  const across = Array.from({ length: widthPx }, (_, x) => spot(x, perPx.x, columns));
  for (let y = 0; y < heightPx; y++) {
    const [above, below, down] = spot(y, perPx.y, rows);
    const value = (row: number, column: number): number => data[(row * columns + column) * planes + plane]!;
    for (let x = 0; x < widthPx; x++) {
      const [left, right, over] = across[x]!;
      const upper = value(above, left) * (1 - over) + value(above, right) * over;
      const lower = value(below, left) * (1 - over) + value(below, right) * over;
      shares[y * widthPx + x] = upper * (1 - down) + lower * down;
    }
  }
  return shares;
};
