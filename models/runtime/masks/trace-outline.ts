/** Values on a grid, row after row, those of its rim 0: the value of a point stands for its middle. */
export type Grid = { readonly width: number; readonly height: number; readonly values: Float32Array };

/** Sides of a square between four points. */
const [ABOVE, LEFT, BELOW, RIGHT] = [0, 1, 2, 3];

/**
 * Lines through a square, from side to side, by which of its corners are inside (1 above left, 2 above right, 4 below right, 8 below left); they go with the
 * inside on their right hand. Of two corners opposite each other each is taken by itself: touching cells stay two.
 */
const LINES: readonly (readonly number[])[] = [
  [],
  [LEFT, ABOVE],
  [ABOVE, RIGHT],
  [LEFT, RIGHT],
  [RIGHT, BELOW],
  [LEFT, ABOVE, RIGHT, BELOW],
  [ABOVE, BELOW],
  [LEFT, BELOW],
  [BELOW, LEFT],
  [BELOW, ABOVE],
  [ABOVE, RIGHT, BELOW, LEFT],
  [BELOW, RIGHT],
  [RIGHT, LEFT],
  [RIGHT, ABOVE],
  [ABOVE, LEFT],
  [],
];

/**
 * The longest closed line along which a grid has the value `level`, by marching squares (Lorensen and Cline, 1987, in two dimensions) with linear interpolation.
 * Corners in grid points, (0, 0) the middle of the first; `undefined` where no value reaches the level.
 */
export const traceOutline = ({ width, height, values }: Grid, level: number): number[] | undefined => {
  // An edge is named by its square and side, above or left: twice the number of the point it begins at, and 1 for left. Each is passed once at most.
  const next = new Int32Array(2 * width * height);
  const firsts: number[] = [];
  const offsets = [0, 1, 2 * width, 3];
  for (let y = 0; y < height - 1; y++) {
    let at = y * width;
    let inside = (values[at]! >= level ? 2 : 0) | (values[at + width]! >= level ? 4 : 0);
    for (const end = at + width - 1; at < end; at++) {
      // The corners on the right are those on the left of the next square.
      inside = ((inside & 2) >> 1) | ((inside & 4) << 1) | (values[at + 1]! >= level ? 2 : 0) | (values[at + width + 1]! >= level ? 4 : 0);
      if (inside === 0 || inside === 15) continue;
      const lines = LINES[inside]!;
      for (let line = 0; line < lines.length; line += 2) {
        const from = 2 * at + offsets[lines[line]!]!;
        next[from] = 2 * at + offsets[lines[line + 1]!]! + 1;
        firsts.push(from);
      }
    }
  }
  let longest: number[] | undefined;
  for (const first of firsts) {
    if (next[first] === 0) continue;
    const line: number[] = [];
    for (let at = first; next[at] !== 0; ) {
      const point = at >> 1;
      const [x, y] = [point % width, Math.floor(point / width)];
      const isLeft = (at & 1) === 1;
      const from = values[point]!;
      const share = (level - from) / (values[point + (isLeft ? width : 1)]! - from);
      line.push(isLeft ? x : x + share, isLeft ? y + share : y);
      const to = next[at]! - 1;
      next[at] = 0;
      at = to;
    }
    if (line.length >= 6 && line.length > (longest?.length ?? 0)) longest = line;
  }
  return longest;
};
