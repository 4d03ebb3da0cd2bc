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

/** Farther out than this, squared and in halves of the box, nothing is the cell's. */
const FARTHEST = 1.7;
const NOBODY = -1;

/** Points of a map that a cell may cover: from column and row to column and row. */
type Reach = { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number };

const reachOf = (box: Box, { width, height, stride }: MaskMap): Reach => {
  const [mx, my] = [MARGIN * boxWidth(box) + stride, MARGIN * boxHeight(box) + stride];
  return {
    x0: Math.max(0, Math.floor((box[0] - mx) / stride)),
    y0: Math.max(0, Math.floor((box[1] - my) / stride)),
    x1: Math.min(width, Math.ceil((box[2] + mx) / stride)),
    y1: Math.min(height, Math.ceil((box[3] + my) / stride)),
  };
};

/** For each point the box in whose ellipse it lies farthest in. */
const ownersOf = (boxes: readonly Box[], reaches: readonly Reach[], { width, height, stride }: MaskMap): Int32Array => {
  const owners = new Int32Array(width * height).fill(NOBODY);
  const nearest = new Float32Array(width * height).fill(FARTHEST);
  boxes.forEach((box, index) => {
    const { x0, y0, x1, y1 } = reaches[index]!;
    const outward = (point: number, low: number, high: number): number => (((2 * point + 1) * stride - low - high) / (high - low)) ** 2;
    const across = Float32Array.from({ length: Math.max(0, x1 - x0) }, (_, x) => outward(x0 + x, box[0], box[2]));
    for (let y = y0; y < y1; y++) {
      const down = outward(y, box[1], box[3]);
      for (let x = x0, at = y * width + x0; x < x1; x++, at++) {
        const out = across[x - x0]! + down;
        if (out >= nearest[at]!) continue;
        nearest[at] = out;
        owners[at] = index;
      }
    }
  });
  return owners;
};

/**
 * Draws the cells of one input: a point of the foreground belongs to the box in whose ellipse it lies farthest in, so that cells that touch are parted between
 * their middles. `nucleated` says which boxes are looked at for a nucleus. `undefined` for a box in which the network draws nothing.
 */
export const outlineCells = (map: MaskMap, boxes: readonly Box[], nucleated: (index: number) => boolean): (CellOutline | undefined)[] => {
  const { data, offset, width, planes, stride } = map;
  const unit = data instanceof Uint8Array ? 1 / 255 : 1;
  const reaches = boxes.map((box) => reachOf(box, map));
  const owners = ownersOf(boxes, reaches, map);
  return reaches.map(({ x0, y0, x1, y1 }, index) => {
    if (x1 - x0 < 2 || y1 - y0 < 2) return undefined;
    // With a rim of nothing, so that lines close.
    const [wide, high] = [x1 - x0 + 2, y1 - y0 + 2];
    const cell = { width: wide, height: high, values: new Float32Array(wide * high) };
    const pointOf = (row: number): number => (y0 + row - 1) * width + x0;
    for (let row = 1; row < high - 1; row++)
      for (let point = pointOf(row), at = row * wide + 1; at < (row + 1) * wide - 1; point++, at++)
        if (owners[point] === index) cell.values[at] = data[offset + point * planes]! * unit;
    const toInput = (line: readonly number[]): number[] =>
      simplifyOutline(line, TOLERANCE).map((value, at) => (value - 0.5 + (at % 2 === 0 ? x0 : y0)) * stride);
    const line = traceOutline(cell, LEVEL);
    if (line === undefined) return undefined;
    const outline = toInput(line);
    if (planes < 2 || !nucleated(index)) return { outline };
    const dark = { ...cell, values: new Float32Array(wide * high) };
    let [covered, darkened] = [0, 0];
    for (let row = 1; row < high - 1; row++)
      for (let point = pointOf(row), at = row * wide + 1; at < (row + 1) * wide - 1; point++, at++) {
        if (cell.values[at]! < LEVEL) continue;
        covered++;
        dark.values[at] = data[offset + point * planes + 1]! * unit;
        if (dark.values[at]! >= LEVEL) darkened++;
      }
    if (darkened < LEAST_NUCLEUS * covered) return { outline };
    const inner = traceOutline(dark, LEVEL);
    return inner === undefined ? { outline } : { outline, nucleus: toInput(inner) };
  });
};
