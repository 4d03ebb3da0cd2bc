import { type CellDrawing, MOST_OUTLINE_NUMBERS, packOutline } from '../../domain/cell-drawing.ts';
import type { Frame } from '../../domain/frame.ts';
import { type Box, iou } from '../../domain/geometry.ts';
import type { Outline } from '../../domain/outline.ts';
import type { Cell, Sighted } from './cell.ts';
import { measurePallor } from './measure-pallor.ts';

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
/** Of a corner, in the unit that it is packed in. */
const LARGEST = 32_767;

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

const packed = (outline: Outline | undefined, box: Box): number[] | undefined => {
  if (outline === undefined || outline.length < 6 || outline.length > MOST_OUTLINE_NUMBERS) return undefined;
  const corners = packOutline(outline, { x: box[0], y: box[1] });
  return corners.every((value) => Math.abs(value) <= LARGEST) ? corners : undefined;
};

/** The class whose cells have a paler middle. */
const RED_CLASS = 'RBC';

export const createCellDrawings = (classes: readonly string[]): CellDrawings => {
  const redClass = classes.indexOf(RED_CLASS);
  let book = new Map<number, KeptDrawing>();
  /** Cells in the order in which they were drawn, those since `base`. */
  let drawn: number[] = [];
  let base = 0;

  const draw = ({ box, outline, nucleus, classIndex }: Sighted & { readonly outline: Outline }, frame: Frame | undefined) => {
    const own = packed(outline, box);
    if (own === undefined) return undefined;
    const inner = packed(nucleus, box);
    const pallor = classIndex === redClass && frame !== undefined ? measurePallor(frame.y, outline) : undefined;
    return {
      outline: own,
      ...(inner === undefined ? {} : { nucleus: inner }),
      ...(pallor === undefined ? {} : { pallor: Math.round(pallor * 1000) / 1000 }),
    };
  };

  return {
    observe: (sighted, cells, frame) => {
      for (const one of sighted) {
        const { cell, cut, outline, score, box } = one;
        if (outline === undefined || cut || cells[cell - 1]?.state === 'withdrawn') continue;
        // An outline that leaves its box or fills it badly is worth less, however sure the network is of the cell.
        const quality = score * iou(boundsOf(outline), box);
        const before = book.get(cell);
        if (before !== undefined && quality < CLEARLY_BETTER * before.quality) continue;
        const drawing = draw({ ...one, outline }, frame);
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
