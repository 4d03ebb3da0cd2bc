import { fillHoles } from '../fill-holes.ts';
import { connectedPieces } from '../instances.ts';
import { otsuThreshold } from '../otsu.ts';
import type { Drawer } from './drawer.ts';
import { regionsOfLabels } from './region.ts';

/** Smaller pieces are specks. */
const LEAST_CELL_UM2 = 4;

/** What needs no network: all that is darker in green than the threshold of its picture (Otsu, 1979), holes filled; each piece is a cell. */
export const otsuDrawer: Drawer = {
  classes: [],
  draw: async ({ data, widthPx, heightPx }, umPerPx) => {
    const green = Float32Array.from({ length: widthPx * heightPx }, (_, at) => data[at * 3 + 1]!);
    const threshold = otsuThreshold(green) ?? 0;
    const mask = Uint8Array.from(green, (value) => (value <= threshold ? 1 : 0));
    fillHoles(mask, widthPx, heightPx);
    const pieces = connectedPieces((pixel) => mask[pixel] === 1, widthPx, heightPx, LEAST_CELL_UM2 / umPerPx ** 2);
    return {
      shares: new Map([['cell', Float32Array.from(mask)]]),
      cells: regionsOfLabels(pieces, widthPx).map((region) => ({ region, classIndex: 0, score: 1, counted: true })),
    };
  },
  [Symbol.asyncDispose]: async () => {},
};
