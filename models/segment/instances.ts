/** Number of each pixel's cell, from 1; 0 where there is none. */
export type Labels = { readonly labels: Int32Array; readonly count: number };

/** Pieces of a mask that hang together over edges (4-connected), in reading order; those of fewer than `least` pixels are left out. */
export const connectedPieces = (mask: (pixel: number) => boolean, widthPx: number, heightPx: number, least = 1): Labels => {
  const labels = new Int32Array(widthPx * heightPx);
  const stack = new Int32Array(widthPx * heightPx);
  let count = 0;
  for (let start = 0; start < labels.length; start++) {
    if (labels[start] !== 0 || !mask(start)) continue;
    const label = ++count;
    labels[start] = label;
    stack[0] = start;
    // What was once on the stack stays there, so that a speck can be taken back.
    let [done, held] = [0, 1];
    const visit = (pixel: number): void => {
      if (labels[pixel] !== 0 || !mask(pixel)) return;
      labels[pixel] = label;
      stack[held++] = pixel;
    };
    while (done < held) {
      const pixel = stack[done++]!;
      const x = pixel % widthPx;
      if (x > 0) visit(pixel - 1);
      if (x < widthPx - 1) visit(pixel + 1);
      if (pixel >= widthPx) visit(pixel - widthPx);
      if (pixel < labels.length - widthPx) visit(pixel + widthPx);
    }
    if (held >= least) continue;
    for (let at = 0; at < held; at++) labels[stack[at]!] = -1;
    count--;
  }
  for (let pixel = 0; pixel < labels.length; pixel++) if (labels[pixel] === -1) labels[pixel] = 0;
  return { labels, count };
};

/** Grows labelled cores through a mask, all at the same pace, until they meet: cells that touch are parted where they are narrow. In place. */
export const growLabels = ({ labels }: Labels, mask: (pixel: number) => boolean, widthPx: number): void => {
  let edge: number[] = [];
  for (let pixel = 0; pixel < labels.length; pixel++) if (labels[pixel] !== 0) edge.push(pixel);
  while (edge.length > 0) {
    const next: number[] = [];
    for (const pixel of edge) {
      const x = pixel % widthPx;
      const reach = (neighbour: number): void => {
        if (labels[neighbour] !== 0 || !mask(neighbour)) return;
        labels[neighbour] = labels[pixel]!;
        next.push(neighbour);
      };
      if (x > 0) reach(pixel - 1);
      if (x < widthPx - 1) reach(pixel + 1);
      if (pixel >= widthPx) reach(pixel - widthPx);
      if (pixel < labels.length - widthPx) reach(pixel + widthPx);
    }
    edge = next;
  }
};

export type InstanceOptions = {
  /** Smallest core that makes a cell, in pixels. */
  readonly leastCorePx: number;
  /** Smallest piece of foreground without a core that is a cell all the same. */
  readonly leastCellPx: number;
};

/**
 * Cells of a picture from two maps of probabilities: `cell`, what belongs to any cell, and `core`, what lies well within one. Each piece of core grows through
 * the foreground; a piece of foreground without a core, as of a cell cut by the edge, is one cell if it is large enough.
 */
export const partCells = (
  cell: (pixel: number) => number,
  core: (pixel: number) => number,
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
  { leastCorePx, leastCellPx }: InstanceOptions,
): Labels => {
  const isCell = (pixel: number): boolean => cell(pixel) >= 0.5;
  const found = connectedPieces((pixel) => isCell(pixel) && core(pixel) >= 0.5, widthPx, heightPx, leastCorePx);
  growLabels(found, isCell, widthPx);
  const { labels } = found;
  const rest = connectedPieces((pixel) => labels[pixel] === 0 && isCell(pixel), widthPx, heightPx, leastCellPx);
  for (let pixel = 0; pixel < labels.length; pixel++) if (rest.labels[pixel]! > 0) labels[pixel] = found.count + rest.labels[pixel]!;
  return { labels, count: found.count + rest.count };
};
