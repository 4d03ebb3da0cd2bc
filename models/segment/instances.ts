import { depthPieces } from './depth-pieces.ts';
import { insideDistance } from './distance-transform.ts';

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

/** Against a usual whole cell of the picture: smaller ones are specks. */
const SPECK_SHARE = 0.15;
/** Of what the picture's edge cuts, less than this of a usual cell is nobody's cell. */
const LEAST_CUT_SHARE = 0.5;

type Size = { readonly widthPx: number; readonly heightPx: number };

/** Numbers the pieces anew without those that are too small, in place. */
const dropPieces = ({ labels, count }: Labels, isKept: (label: number) => boolean): Labels => {
  let kept = 0;
  const anew = Int32Array.from({ length: count + 1 }, (_, label) => (label > 0 && isKept(label) ? ++kept : 0));
  for (let pixel = 0; pixel < labels.length; pixel++) labels[pixel] = anew[labels[pixel]!]!;
  return { labels, count: kept };
};

/** Pixels of each piece, and of what is none at 0. */
export const areasOf = ({ labels, count }: Labels): Uint32Array => {
  const areas = new Uint32Array(count + 1);
  for (const label of labels) areas[label]!++;
  return areas;
};

/** Without specks, and without what the edge leaves too little of. */
const usualCells = (found: Labels, { widthPx, heightPx }: Size): Labels => {
  const areas = areasOf(found);
  const isCut = new Uint8Array(found.count + 1);
  for (let pixel = 0; pixel < found.labels.length; pixel++) {
    const [x, y] = [pixel % widthPx, Math.floor(pixel / widthPx)];
    if (x < 2 || y < 2 || x >= widthPx - 2 || y >= heightPx - 2) isCut[found.labels[pixel]!] = 1;
  }
  const whole = [...areas.subarray(1)].filter((_, at) => isCut[at + 1] === 0).sort((a, b) => b - a);
  // Specks may outnumber cells: the usual cell is the middle one of what makes up most of the area.
  const most = whole.reduce((sum, area) => sum + area, 0);
  let sum = 0;
  const usual =
    whole.find((area) => {
      sum += area;
      return sum >= most / 2;
    }) ?? 0;
  return dropPieces(found, (label) => areas[label]! >= (isCut[label] === 1 ? LEAST_CUT_SHARE : SPECK_SHARE) * usual);
};

/** Leaves one pixel between cells that touch, in place. */
const leaveGaps = ({ labels }: Labels, widthPx: number): void => {
  const differs = (label: number, neighbour: number | undefined): boolean =>
    neighbour !== undefined && neighbour !== 0 && neighbour !== label;
  // A pixel is compared with later ones only, so that what is cleared does not matter.
  for (let pixel = 0; pixel < labels.length; pixel++) {
    const label = labels[pixel]!;
    if (label === 0) continue;
    const right = pixel % widthPx < widthPx - 1 ? labels[pixel + 1] : undefined;
    if (differs(label, right) || differs(label, labels[pixel + widthPx])) labels[pixel] = 0;
  }
};

/**
 * Cells of a picture from two maps of probabilities: `cell`, what belongs to any cell, and `core`, what lies well within one. Cores are parted where they are
 * narrow and grow through the foreground; a piece of foreground without a core is one cell if it is large enough. Specks are left out, and cells of which the
 * picture's edge leaves less than half. Between cells that touch one pixel stays free.
 */
export const partCells = (
  cell: (pixel: number) => number,
  core: (pixel: number) => number,
  size: Size,
  { leastCorePx, leastCellPx }: InstanceOptions,
): Labels => {
  const { widthPx, heightPx } = size;
  const isCell = (pixel: number): boolean => cell(pixel) >= 0.5;
  const cores = Uint8Array.from({ length: widthPx * heightPx }, (_, pixel) => (isCell(pixel) && core(pixel) >= 0.5 ? 1 : 0));
  const parted = depthPieces(insideDistance(cores, widthPx, heightPx), widthPx);
  const areas = areasOf(parted);
  const found = dropPieces(parted, (label) => areas[label]! >= leastCorePx);
  growLabels(found, isCell, widthPx);
  const { labels } = found;
  const rest = connectedPieces((pixel) => labels[pixel] === 0 && isCell(pixel), widthPx, heightPx, leastCellPx);
  for (let pixel = 0; pixel < labels.length; pixel++) if (rest.labels[pixel]! > 0) labels[pixel] = found.count + rest.labels[pixel]!;
  const cells = usualCells({ labels, count: found.count + rest.count }, size);
  leaveGaps(cells, widthPx);
  return cells;
};
