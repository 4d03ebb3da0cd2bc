import type { Point } from '../../domain/geometry.ts';

/**
 * A line that crossings are counted at, from one point to another, in pixels of the frame. Crossed `forward` is from the right hand to the left
 * of somebody who walks along it: to the right over a line drawn from top to bottom.
 */
export type CrossingLine = readonly [x0: number, y0: number, x1: number, y1: number];

export type Direction = 'forward' | 'backward';

/** Which side of the endless line a place is on, and how far, in pixels: positive on the right hand. */
const offLine = ([x0, y0, x1, y1]: CrossingLine, { x, y }: Point): number =>
  ((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)) / Math.max(1e-9, Math.hypot(x1 - x0, y1 - y0));

/** Where a cell last stood clear of a line. */
export type LineStand = { readonly off: number; readonly at: Point };

/** Whether the way from one place to another leads through the line between its ends. */
const meetsBetweenEnds = (line: CrossingLine, from: LineStand, to: LineStand): boolean => {
  const [x0, y0, x1, y1] = line;
  const share = from.off / (from.off - to.off);
  const x = from.at.x + share * (to.at.x - from.at.x);
  const y = from.at.y + share * (to.at.y - from.at.y);
  const along = ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / Math.max(1e-9, (x1 - x0) ** 2 + (y1 - y0) ** 2);
  return along >= 0 && along <= 1;
};

/**
 * Moves a cell on to a place. It has crossed once it is clear of the line by `clearPx` on the other side, so that one that trembles on the line is
 * not counted again and again.
 */
export const stepOver = (
  line: CrossingLine,
  before: LineStand | undefined,
  at: Point,
  clearPx: number,
): { readonly stand: LineStand | undefined; readonly crossed: Direction | undefined } => {
  const off = offLine(line, at);
  const stand = { off, at };
  if (Math.abs(off) < clearPx) return { stand: before, crossed: undefined };
  if (before === undefined || before.off > 0 === off > 0) return { stand, crossed: undefined };
  if (!meetsBetweenEnds(line, before, stand)) return { stand, crossed: undefined };
  return { stand, crossed: before.off > 0 ? 'forward' : 'backward' };
};
