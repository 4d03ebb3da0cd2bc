import { type Box, boxHeight, boxWidth } from '../../../domain/geometry.ts';
import { simplifyOutline } from '../../../domain/outline.ts';
import { traceOutline } from './trace-outline.ts';

/** What the network says of each point of one input: probability of each plane as a byte, `[height, width, planes]`. */
export type MaskMap = {
  readonly data: Uint8Array | Float32Array;
  readonly offset: number;
  readonly width: number;
  readonly height: number;
  readonly planes: number;
  /** Input pixels between neighbouring points. */
  readonly stride: number;
};

/** Outline of a cell and of its nucleus, in input pixels. */
export type CellOutline = { readonly outline: number[]; readonly nucleus?: number[] };

/** Cells reach a little beyond their boxes. */
const MARGIN = 0.12;
const LEVEL = 0.5;
/** Corners of an outline lie no farther off than this, in points of the map. */
const TOLERANCE = 0.35;
/** A nucleus that fills less of its cell is a speck. */
const LEAST_NUCLEUS = 0.08;

/** How far out in the ellipse of its box a point lies, squared. */
const outward = (box: Box, x: number, y: number): number => {
  const u = (2 * x - box[0] - box[2]) / boxWidth(box);
  const v = (2 * y - box[1] - box[3]) / boxHeight(box);
  return u * u + v * v;
};

/**
 * Draws the cells of one input: a point of the foreground belongs to the box in whose ellipse it lies farthest in, so that cells that touch are parted between
 * their middles. `nucleated` says which boxes are looked at for a nucleus. `undefined` for a box in which the network draws nothing.
 */
export const outlineCells = (map: MaskMap, boxes: readonly Box[], nucleated: (index: number) => boolean): (CellOutline | undefined)[] => {
  const { data, offset, width, height, planes, stride } = map;
  const full = data instanceof Uint8Array ? 255 : 1;
  const middle = (point: number): number => (point + 0.5) * stride;
  const reach = boxes.map((box): [number, number, number, number] => {
    const [mx, my] = [MARGIN * boxWidth(box) + stride, MARGIN * boxHeight(box) + stride];
    return [
      Math.max(0, Math.floor((box[0] - mx) / stride)),
      Math.max(0, Math.floor((box[1] - my) / stride)),
      Math.min(width, Math.ceil((box[2] + mx) / stride)),
      Math.min(height, Math.ceil((box[3] + my) / stride)),
    ];
  });
  const overlapping = boxes.map((_, i) =>
    boxes.flatMap((_, j) =>
      i !== j && reach[i]![0] < reach[j]![2] && reach[j]![0] < reach[i]![2] && reach[i]![1] < reach[j]![3] && reach[j]![1] < reach[i]![3]
        ? [j]
        : [],
    ),
  );
  return boxes.map((box, i) => {
    const [x0, y0, x1, y1] = reach[i]!;
    if (x1 - x0 < 2 || y1 - y0 < 2) return undefined;
    const rivals = overlapping[i]!.map((j) => boxes[j]!);
    const share = (plane: number, x: number, y: number): number => data[offset + ((y0 + y) * width + x0 + x) * planes + plane]! / full;
    const own = new Float32Array((x1 - x0) * (y1 - y0));
    for (let y = 0; y < y1 - y0; y++)
      for (let x = 0; x < x1 - x0; x++) {
        const [px, py] = [middle(x0 + x), middle(y0 + y)];
        const mine = outward(box, px, py);
        if (mine > 1.7 || rivals.some((rival) => outward(rival, px, py) < mine)) continue;
        own[y * (x1 - x0) + x] = share(0, x, y);
      }
    const grid = { width: x1 - x0, height: y1 - y0, at: (x: number, y: number) => own[y * (x1 - x0) + x]! };
    const toInput = (line: readonly number[]): number[] =>
      simplifyOutline(line, TOLERANCE).map((value, at) => middle(value + (at % 2 === 0 ? x0 : y0)));
    const line = traceOutline(grid, LEVEL);
    if (line === undefined) return undefined;
    const outline = toInput(line);
    if (planes < 2 || !nucleated(i)) return { outline };
    let covered = 0;
    let dark = 0;
    for (let at = 0; at < own.length; at++) {
      if (own[at]! < LEVEL) continue;
      covered++;
      if (share(1, at % (x1 - x0), Math.floor(at / (x1 - x0))) >= LEVEL) dark++;
    }
    if (dark < LEAST_NUCLEUS * covered) return { outline };
    const inner = traceOutline({ ...grid, at: (x, y) => (grid.at(x, y) >= LEVEL ? share(1, x, y) : 0) }, LEVEL);
    return inner === undefined ? { outline } : { outline, nucleus: toInput(inner) };
  });
};
