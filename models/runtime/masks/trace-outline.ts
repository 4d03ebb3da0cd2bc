/** Values on a grid, row after row: the value of a point stands for its middle. */
export type Grid = { readonly width: number; readonly height: number; readonly at: (x: number, y: number) => number };

/** Where the level is crossed between two neighbouring points. */
const crossing = (from: number, to: number, level: number): number => {
  const share = (level - from) / (to - from);
  return Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0.5;
};

/**
 * The longest closed line along which a grid has the value `level`, by marching squares (Lorensen and Cline, 1987, in two dimensions) with linear interpolation;
 * beyond the grid lies nothing. Corners in grid points, (0, 0) the middle of the first; `undefined` where no value reaches the level.
 */
export const traceOutline = (grid: Grid, level: number): number[] | undefined => {
  const { width, height } = grid;
  const value = (x: number, y: number): number => (x < 0 || y < 0 || x >= width || y >= height ? 0 : grid.at(x, y));
  const across = width + 1;
  // Each square between four points is passed once by each line; an edge is named by its square and side: 0 above, 1 left.
  const next = new Map<number, number>();
  const edge = (x: number, y: number, side: 0 | 1): number => 2 * ((y + 1) * (across + 1) + x + 1) + side;
  for (let y = -1; y < height; y++)
    for (let x = -1; x < width; x++) {
      const inside =
        (value(x, y) >= level ? 1 : 0) |
        (value(x + 1, y) >= level ? 2 : 0) |
        (value(x + 1, y + 1) >= level ? 4 : 0) |
        (value(x, y + 1) >= level ? 8 : 0);
      if (inside === 0 || inside === 15) continue;
      const above = edge(x, y, 0);
      const left = edge(x, y, 1);
      const below = edge(x, y + 1, 0);
      const right = edge(x + 1, y, 1);
      // Lines go with the inside on their right hand.
      const lines: Readonly<Record<number, readonly (readonly [number, number])[]>> = {
        1: [[left, above]],
        2: [[above, right]],
        3: [[left, right]],
        4: [[right, below]],
        6: [[above, below]],
        7: [[left, below]],
        8: [[below, left]],
        9: [[below, above]],
        11: [[below, right]],
        12: [[right, left]],
        13: [[right, above]],
        14: [[above, left]],
        // Two corners opposite each other are taken as apart: touching cells stay two.
        5: [
          [left, above],
          [right, below],
        ],
        10: [
          [above, right],
          [below, left],
        ],
      };
      for (const [from, to] of lines[inside]!) next.set(from, to);
    }
  const place = (name: number): [number, number] => {
    const at = Math.floor(name / 2);
    const x = (at % (across + 1)) - 1;
    const y = Math.floor(at / (across + 1)) - 1;
    return name % 2 === 0 ? [x + crossing(value(x, y), value(x + 1, y), level), y] : [x, y + crossing(value(x, y), value(x, y + 1), level)];
  };
  let longest: number[] | undefined;
  while (next.size > 0) {
    const first = next.keys().next().value!;
    const line: number[] = [];
    for (let at: number | undefined = first; at !== undefined; ) {
      line.push(...place(at));
      const to: number | undefined = next.get(at);
      next.delete(at);
      at = to === first ? undefined : to;
    }
    if (line.length >= 6 && line.length > (longest?.length ?? 0)) longest = line;
  }
  return longest;
};
