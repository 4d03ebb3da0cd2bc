import type { CellDrawing } from '../../domain/cell-drawing.ts';
import type { Frame } from '../../domain/frame.ts';
import { type Box, iou } from '../../domain/geometry.ts';
import type { Outline } from '../../domain/outline.ts';
import type { Cell, Sighted } from './cell.ts';
import { drawCell } from './draw-cell.ts';

/** A cell's drawing with how good the sighting was that it was taken from, 0 to 1. */
export type KeptDrawing = { readonly cell: number; readonly quality: number; readonly drawing: CellDrawing };

/**
 * How the cells of a slide map are drawn, each from the best sighting that showed it whole. A drawing hangs on its cell's box, and so moves with it, from
 * keyframe to keyframe and from island to island. Nothing that is counted follows from it. Where the network draws nothing it stays empty.
 */
export type CellDrawings = {
  /** Takes what a look showed, after the map took it in; `cells` are the map's, by id. Borrows the frame; without one no pallor is measured. */
  observe(sighted: readonly Sighted[], cells: readonly Cell[], frame: Frame | undefined): void;
  of(cell: number): CellDrawing | undefined;
  /** Rises with each drawing that is new or better. */
  readonly version: number;
  /** Cells that were drawn, or drawn better, since a version. */
  since(version: number): Iterable<number>;
  /** All of them. */
  readonly kept: Iterable<KeptDrawing>;
  /** Takes saved ones into an empty book. */
  restore(kept: Iterable<KeptDrawing>): void;
  reset(): void;
};

/** What can be read of them alone. */
export type DrawingsNow = Pick<CellDrawings, 'of' | 'version' | 'since'>;

/** A sighting this much better replaces the one before: drawings that change often are of use to nobody. */
const CLEARLY_BETTER = 1.15;

const boundsOf = (outline: Outline): Box => {
  const bounds: [number, number, number, number] = [outline[0]!, outline[1]!, outline[0]!, outline[1]!];
  for (let i = 2; i < outline.length; i += 2) {
    bounds[0] = Math.min(bounds[0], outline[i]!);
    bounds[1] = Math.min(bounds[1], outline[i + 1]!);
    bounds[2] = Math.max(bounds[2], outline[i]!);
    bounds[3] = Math.max(bounds[3], outline[i + 1]!);
  }
  return bounds;
};

export const createCellDrawings = (scale: { readonly classes: readonly string[]; readonly umPerPx: number }): CellDrawings => {
  let book = new Map<number, KeptDrawing>();
  /** Cells in the order in which they were drawn, those since `base`. */
  let drawn: number[] = [];
  let base = 0;

  return {
    observe: (sighted, cells, frame) => {
      for (const one of sighted) {
        const { cell, cut, outline, score, box } = one;
        if (outline === undefined || cut || cells[cell - 1]?.state === 'withdrawn') continue;
        // An outline that leaves its box or fills it badly is worth less, however sure the network is of the cell.
        const quality = score * iou(boundsOf(outline), box);
        const before = book.get(cell);
        if (before !== undefined && quality < CLEARLY_BETTER * before.quality) continue;
        const drawing = drawCell(one, scale, frame);
        if (drawing === undefined) continue;
        book.set(cell, { cell, quality, drawing });
        drawn.push(cell);
      }
    },
    of: (cell) => book.get(cell)?.drawing,
    get version() {
      return base + drawn.length;
    },
    since: (version) => new Set(drawn.slice(Math.max(0, version - base))),
    get kept() {
      return book.values();
    },
    restore: (kept) => {
      for (const one of kept) {
        book.set(one.cell, one);
        drawn.push(one.cell);
      }
    },
    reset: () => {
      base += drawn.length;
      drawn = [];
      book = new Map();
    },
  };
};
