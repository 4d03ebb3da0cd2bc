import type { Point } from '../../../domain/geometry.ts';
import type { MapCell } from '../../../domain/wire.ts';
import type { Extent } from '../picture/extent.ts';
import type { Arrangement } from './arrange-islands.ts';

export type CellState = MapCell['state'];

/**
 * The cells of a map as they lie in its arrangement, for drawing and pointing: one place in each array for each cell. Centres and sizes in world
 * pixels, states as an index of `CELL_STATES`, scores in hundredths. Ordered by squares of the world, so that a view finds its own quickly.
 */
export type CellPlot = {
  readonly count: number;
  readonly ids: Uint32Array;
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly width: Float32Array;
  readonly height: Float32Array;
  readonly classIndex: Uint8Array;
  readonly state: Uint8Array;
  readonly score: Uint8Array;
  /** Of the squares: their side, how many in a row, in how many rows, and where the cells of each begin. */
  readonly square: number;
  readonly columns: number;
  readonly rows: number;
  readonly starts: Uint32Array;
  /** Farthest that a cell reaches from its middle. */
  readonly reach: number;
};

export const CELL_STATES = ['counted', 'waiting', 'excluded'] as const satisfies readonly CellState[];

const SQUARE_PX = 512;
const MOST_SQUARES = 250_000;

/** Side of a square, so that there are not too many of them on a large slide. */
const squareOf = ({ width, height }: Extent): number => Math.max(SQUARE_PX, Math.sqrt((width * height) / MOST_SQUARES));

export const plotCells = (cells: ReadonlyMap<number, MapCell>, { islands, world }: Arrangement): CellPlot => {
  const square = squareOf(world);
  const columns = Math.floor(world.width / square) + 1;
  const rows = Math.floor(world.height / square) + 1;
  const hold = (at: number, most: number): number => Math.min(most - 1, Math.max(0, Math.floor(at / square)));
  const placed: MapCell[] = [];
  const squares = new Uint32Array(cells.size);
  const starts = new Uint32Array(columns * rows + 1);
  for (const cell of cells.values()) {
    const shift = islands.get(cell.island)?.shift;
    if (!shift) continue;
    const at = hold(cell.y + shift.y, rows) * columns + hold(cell.x + shift.x, columns);
    squares[placed.length] = at;
    starts[at + 1] = starts[at + 1]! + 1;
    placed.push(cell);
  }
  for (let i = 1; i < starts.length; i++) starts[i] = starts[i]! + starts[i - 1]!;
  const count = placed.length;
  const plot = {
    count,
    ids: new Uint32Array(count),
    x: new Float32Array(count),
    y: new Float32Array(count),
    width: new Float32Array(count),
    height: new Float32Array(count),
    classIndex: new Uint8Array(count),
    state: new Uint8Array(count),
    score: new Uint8Array(count),
    columns,
    rows,
    starts,
    square,
    reach: 0,
  };
  const next = starts.slice();
  placed.forEach((cell, n) => {
    const at = squares[n]!;
    const i = next[at]!;
    next[at] = i + 1;
    const { shift } = islands.get(cell.island)!;
    plot.ids[i] = cell.id;
    plot.x[i] = cell.x + shift.x;
    plot.y[i] = cell.y + shift.y;
    plot.width[i] = cell.widthPx;
    plot.height[i] = cell.heightPx;
    plot.classIndex[i] = cell.classIndex;
    plot.state[i] = CELL_STATES.indexOf(cell.state);
    plot.score[i] = Math.round(cell.score * 100);
    plot.reach = Math.max(plot.reach, cell.widthPx / 2, cell.heightPx / 2);
  });
  return plot;
};

/** Calls back for each cell that may reach into a part of the world, and for some around it. */
export const eachCellWithin = (plot: CellPlot, { x, y, width, height }: Extent, visit: (i: number) => void): void => {
  const { square, columns, rows, starts, reach } = plot;
  const hold = (at: number, most: number): number => Math.min(most - 1, Math.max(0, Math.floor(at / square)));
  const left = hold(x - reach, columns);
  const right = hold(x + width + reach, columns);
  const bottom = hold(y + height + reach, rows);
  for (let row = hold(y - reach, rows); row <= bottom; row++) {
    const end = starts[row * columns + right + 1]!;
    for (let i = starts[row * columns + left]!; i < end; i++) visit(i);
  }
};

/** The smallest cell around a point of the world that is no farther from its box than `slack`; undefined where there is none. */
export const cellAt = (plot: CellPlot, { x, y }: Point, slack: number, shown: (i: number) => boolean): number | undefined => {
  let best: number | undefined;
  let least = Number.POSITIVE_INFINITY;
  eachCellWithin(plot, { x: x - slack, y: y - slack, width: 2 * slack, height: 2 * slack }, (i) => {
    const beyond = Math.max(Math.abs(x - plot.x[i]!) - plot.width[i]! / 2, Math.abs(y - plot.y[i]!) - plot.height[i]! / 2);
    if (beyond > slack || !shown(i)) return;
    // What the point is inside of goes before what is only near it.
    const cost = plot.width[i]! * plot.height[i]! * (beyond > 0 ? 1e6 : 1) + Math.max(0, beyond);
    if (cost >= least) return;
    least = cost;
    best = i;
  });
  return best === undefined ? undefined : plot.ids[best];
};
