import { type CellDrawing, unpackOutline } from '../../../domain/cell-drawing.ts';
import type { Outline } from '../../../domain/outline.ts';

/** A drawn cell, ready for a canvas: camera pixels from the corner of its box, and how far it reaches in them. */
export type OutlinePaths = {
  readonly outline: Path2D;
  readonly nucleus: Path2D | undefined;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
};

const CORNER = { x: 0, y: 0 };

/**
 * The outline as a smooth curve, as an SVG path: through the middles of its sides and around its corners (quadratic B-spline), so that the steps of a mask
 * are not seen as corners of a cell.
 */
export const smoothPath = (outline: Outline): string => {
  const corners = outline.length / 2;
  const along = (i: number): string => `${outline[2 * i]!} ${outline[2 * i + 1]!}`;
  const middle = (i: number): string => {
    const next = (i + 1) % corners;
    return `${(outline[2 * i]! + outline[2 * next]!) / 2} ${(outline[2 * i + 1]! + outline[2 * next + 1]!) / 2}`;
  };
  const curves = Array.from({ length: corners }, (_, i) => `Q${along(i)} ${middle(i)}`);
  return `M${middle(corners - 1)}${curves.join('')}Z`;
};

const known = new WeakMap<CellDrawing, OutlinePaths>();

/** Paths of a drawing, made once for each. */
export const outlinePaths = (drawing: CellDrawing): OutlinePaths => {
  const ready = known.get(drawing);
  if (ready) return ready;
  const outline = unpackOutline(drawing.outline, CORNER);
  const xs = outline.filter((_, i) => i % 2 === 0);
  const ys = outline.filter((_, i) => i % 2 === 1);
  const paths = {
    outline: new Path2D(smoothPath(outline)),
    nucleus: drawing.nucleus && new Path2D(smoothPath(unpackOutline(drawing.nucleus, CORNER))),
    left: Math.min(...xs),
    top: Math.min(...ys),
    right: Math.max(...xs),
    bottom: Math.max(...ys),
  };
  known.set(drawing, paths);
  return paths;
};
