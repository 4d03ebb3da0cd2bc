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
/** Handles of a curve are this share of the way between the corners around. */
const TENSION = 1 / 6;

/**
 * The outline as a smooth curve through its corners (Catmull and Rom, 1974), as an SVG path. A handle is never longer than a third of its own side,
 * so that corners at uneven distances make no loops.
 */
export const smoothPath = (outline: Outline): string => {
  const corners = outline.length / 2;
  const at = (i: number): [number, number] => {
    const n = (i + corners) % corners;
    return [outline[2 * n]!, outline[2 * n + 1]!];
  };
  const words = [`M${at(0).join(' ')}`];
  for (let i = 0; i < corners; i++) {
    const [before, from, to, after] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    const side = Math.hypot(to[0] - from[0], to[1] - from[1]) / 3;
    const handle = (a: readonly [number, number], b: readonly [number, number]): [number, number] => {
      const [x, y] = [(b[0] - a[0]) * TENSION, (b[1] - a[1]) * TENSION];
      const share = Math.min(1, side / Math.max(1e-6, Math.hypot(x, y)));
      return [x * share, y * share];
    };
    const [first, second] = [handle(before, to), handle(from, after)];
    const numbers = [from[0] + first[0], from[1] + first[1], to[0] - second[0], to[1] - second[1], to[0], to[1]];
    words.push(`C${numbers.map((value) => value.toFixed(2)).join(' ')}`);
  }
  return `${words.join('')}Z`;
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
