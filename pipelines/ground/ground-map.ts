import type { Frame } from '../../domain/frame.ts';
import { type Box, boxArea, intersectBoxes, translateBox } from '../../domain/geometry.ts';
import type { GroundKind, GroundLimits } from '../../domain/ground.ts';
import type { Keyframe } from '../slide/keyframe-graph.ts';
import { learnGlass, measureCover, overlapShare, unknownGlass } from './look-at-ground.ts';

/** A square of an island, in camera pixels; `kind` where cells in it are not counted. */
export type GroundSquare = { readonly island: number; readonly box: Box; readonly kind: GroundKind | undefined };

/** Squares of ground looked at: `total` of them, and those of each kind. */
export type GroundTally = { readonly total: number; readonly kinds: Readonly<Record<GroundKind, number>> };

/** A field as far as its ground is concerned: its size, and which share of a box of it is covered, 0 to 1. */
export type GroundSight = { readonly widthPx: number; readonly heightPx: number; readonly cover: (box: Box) => number };

/** Which parts of the slide are fit for counting. */
export type GroundMap = {
  /** Learns from a sharp frame how bright the glass is, and says how covered its parts are. Borrows the frame until the next one is seen. */
  see(frame: Frame): GroundSight;
  /** Judges the ground under tiles of a sharp frame, and gives the squares they touch. `boxes` are cells, on the island. */
  look(
    sight: GroundSight,
    keyframe: Keyframe,
    corner: { readonly x: number; readonly y: number },
    tiles: readonly Box[],
    cells: (box: Box) => readonly Box[],
  ): GroundSquare[];
  /** Notes ground that was seen out of focus; it stays so until it is looked at. */
  blur(keyframe: Keyframe, field: Box): void;
  /** Squares of an island that touch a box and are not fit. */
  within(island: number, box: Box): GroundSquare[];
  /** All that are not fit. */
  readonly unfit: readonly GroundSquare[];
  readonly tally: GroundTally;
  readonly sidePx: number;
  /** Rises with each change of what is unfit. */
  readonly version: number;
  /** Lays squares out anew whose island became part of another; told how many islands there are. */
  follow(islands: number): void;
  reset(): void;
};

/** Side of a square, and of the neighbourhood by which it is judged. */
const SQUARE_UM = 25;
const AROUND_UM = 50;
/** With fewer cells than this nothing is said of overlap. */
const LEAST_CELLS = 8;
/** Cells that touch in a clump overlap too: it takes this much covered glass as well before they are taken to lie in layers. */
const LAYERS_COVER = 0.5;
/** A later look counts if it shows nearly as much of the neighbourhood as the best one. */
const AS_GOOD = 0.1;

/** The box moved into the field, or all of the field where that is smaller: a corner alone may show nothing but one large cell. */
const within = (box: Box, field: Box): Box => {
  const fit = (low: number, high: number, from: number, to: number): [number, number] => {
    if (high - low >= to - from) return [from, to];
    const by = Math.max(0, from - low) - Math.max(0, high - to);
    return [low + by, high + by];
  };
  const [x0, x1] = fit(box[0], box[2], field[0], field[2]);
  const [y0, y1] = fit(box[1], box[3], field[1], field[3]);
  return [x0, y0, x1, y1];
};

type Judged = {
  readonly keyframe: Keyframe;
  island: number;
  readonly atX: number;
  readonly atY: number;
  column: number;
  row: number;
  kind: GroundKind | undefined;
  view: number;
};

export const createGroundMap = (umPerPx: number, limits: GroundLimits): GroundMap => {
  const sidePx = SQUARE_UM / umPerPx;
  const marginPx = (AROUND_UM - SQUARE_UM) / 2 / umPerPx;
  let squares = new Map<string, Judged>();
  let glass = unknownGlass();
  let version = 0;
  let islands = 0;
  let tally = { total: 0, thick: 0, thin: 0, unfocused: 0 };

  const keyOf = (island: number, column: number, row: number): string => `${island} ${column} ${row}`;
  const boxOf = ({ column, row }: { readonly column: number; readonly row: number }): Box => [
    column * sidePx,
    row * sidePx,
    (column + 1) * sidePx,
    (row + 1) * sidePx,
  ];
  const eachIn = (box: Box, visit: (column: number, row: number) => void): void => {
    for (let row = Math.floor(box[1] / sidePx); row * sidePx < box[3]; row++)
      for (let column = Math.floor(box[0] / sidePx); column * sidePx < box[2]; column++) visit(column, row);
  };
  const count = (kind: GroundKind | undefined, by: number): void => {
    tally = { ...tally, total: tally.total + by, ...(kind === undefined ? {} : { [kind]: tally[kind] + by }) };
  };
  const put = (square: Judged): void => {
    const key = keyOf(square.island, square.column, square.row);
    const before = squares.get(key);
    if (before !== undefined) count(before.kind, -1);
    count(square.kind, 1);
    if (before?.kind !== square.kind) version++;
    squares.set(key, square);
  };
  const shown = ({ island, kind, ...at }: Judged): GroundSquare => ({ island, box: boxOf(at), kind });

  const judge = (cover: number, around: Box, cells: (box: Box) => readonly Box[]): GroundKind | undefined => {
    if (cover > limits.thickCover) return 'thick';
    if (cover < LAYERS_COVER) return undefined;
    const boxes = cells(around);
    return boxes.length >= LEAST_CELLS && overlapShare(boxes) > limits.thickOverlap ? 'thick' : undefined;
  };

  return {
    see: ({ widthPx, heightPx, y }) => {
      glass = learnGlass(glass, y);
      return { widthPx, heightPx, cover: measureCover(glass, y) };
    },
    look: ({ widthPx, heightPx, cover }, keyframe, corner, tiles, cells) => {
      const { island } = keyframe;
      const field: Box = [corner.x, corner.y, corner.x + widthPx, corner.y + heightPx];
      const isThin = cover([0, 0, widthPx, heightPx]) < limits.thinCover;
      const touched = new Map<string, Judged>();
      for (const tile of tiles)
        eachIn(translateBox(tile, corner), (column, row) => {
          const key = keyOf(island, column, row);
          if (touched.has(key)) return;
          const box = boxOf({ column, row });
          const wanted: Box = [box[0] - marginPx, box[1] - marginPx, box[2] + marginPx, box[3] + marginPx];
          const shown = intersectBoxes(wanted, field);
          const before = squares.get(key);
          if (shown === undefined) return;
          const view = boxArea(shown) / boxArea(wanted);
          const around = within(wanted, field);
          if (before === undefined || before.kind === 'unfocused' || view > before.view - AS_GOOD) {
            const kind = isThin ? 'thin' : judge(cover(translateBox(around, { x: -corner.x, y: -corner.y })), around, cells);
            const best = before === undefined || before.kind === 'unfocused' ? view : Math.max(view, before.view);
            put({ keyframe, island, atX: keyframe.x, atY: keyframe.y, column, row, kind, view: best });
          }
          touched.set(key, squares.get(key)!);
        });
      return [...touched.values()].map(shown);
    },
    blur: (keyframe, field) => {
      const { island } = keyframe;
      eachIn([field[0] + sidePx / 2, field[1] + sidePx / 2, field[2] - sidePx / 2, field[3] - sidePx / 2], (column, row) => {
        if (!squares.has(keyOf(island, column, row)))
          put({ keyframe, island, atX: keyframe.x, atY: keyframe.y, column, row, kind: 'unfocused', view: 0 });
      });
    },
    within: (island, box) => {
      const found: GroundSquare[] = [];
      eachIn(box, (column, row) => {
        const square = squares.get(keyOf(island, column, row));
        if (square?.kind !== undefined) found.push(shown(square));
      });
      return found;
    },
    get unfit() {
      return [...squares.values()].filter(({ kind }) => kind !== undefined).map(shown);
    },
    get tally() {
      const { total, ...kinds } = tally;
      return { total, kinds };
    },
    sidePx,
    get version() {
      return version;
    },
    follow: (now) => {
      const joined = now < islands;
      islands = now;
      if (!joined) return;
      const all = [...squares.values()];
      squares = new Map();
      tally = { total: 0, thick: 0, thin: 0, unfocused: 0 };
      version++;
      for (const { keyframe, atX, atY, column, row, kind, view, island } of all) {
        const moved = island !== keyframe.island;
        const across = moved ? column + Math.round((keyframe.x - atX) / sidePx) : column;
        const down = moved ? row + Math.round((keyframe.y - atY) / sidePx) : row;
        put({ keyframe, island: keyframe.island, atX: keyframe.x, atY: keyframe.y, column: across, row: down, kind, view });
      }
    },
    reset: () => {
      squares = new Map();
      glass = unknownGlass();
      tally = { total: 0, thick: 0, thin: 0, unfocused: 0 };
      version++;
    },
  };
};
