import { type Box, boxHeight, boxWidth } from '../../domain/geometry.ts';
import type { LabelledBox } from '../datasets/labelled-field.ts';
import type { Raster } from '../train/picture.ts';
import { fillHoles } from './fill-holes.ts';
import { otsuThreshold } from './otsu.ts';
import { createPlanes, type Planes, setPlane } from './planes.ts';

/** What boxes alone tell of the cells' outlines, for the planes whole cell and nucleus. */
export type BoxMaskOptions = {
  /** Classes with a nucleus to be told apart. */
  readonly nucleated: readonly number[];
};

export const CELL_PLANE = 0;
export const NUCLEUS_PLANE = 1;

/** Squares in which the light of empty glass is looked for. */
const GLASS_SQUARE_PX = 48;
/** Share of a square's pixels that are darker than its glass. */
const GLASS_SHARE = 0.9;
/** A blurred edge lies where half of the density is reached. */
const EDGE_SHARE = 0.4;
/** Density that is taken to be a cell's in a field without any box. */
const USUAL_DENSITY = 0.25;
/** Boxes are drawn a little tight or wide. */
const BOX_MARGIN_PX = 2;

const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? 0;

/** Light of empty glass in green around each pixel, from the brightest of each square, smoothed. */
const glassLight = ({ data, widthPx, heightPx }: Raster): ((x: number, y: number) => number) => {
  const columns = Math.ceil(widthPx / GLASS_SQUARE_PX);
  const rows = Math.ceil(heightPx / GLASS_SQUARE_PX);
  const first: number[] = [];
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const values: number[] = [];
      for (let y = row * GLASS_SQUARE_PX; y < Math.min(heightPx, (row + 1) * GLASS_SQUARE_PX); y += 2)
        for (let x = column * GLASS_SQUARE_PX; x < Math.min(widthPx, (column + 1) * GLASS_SQUARE_PX); x += 2)
          values.push(data[(y * widthPx + x) * 3 + 1]!);
      first.push(quantile(values, GLASS_SHARE));
    }
  // A square full of cells shows no glass: the brightest neighbour speaks for it.
  const light = first.map((_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    const around: number[] = [];
    for (let r = Math.max(0, row - 1); r <= Math.min(rows - 1, row + 1); r++)
      for (let c = Math.max(0, column - 1); c <= Math.min(columns - 1, column + 1); c++) around.push(first[r * columns + c]!);
    return quantile(around, 0.75);
  });
  const clamped = (value: number, most: number): number => Math.min(most, Math.max(0, value));
  return (x, y) => {
    const u = clamped((x + 0.5) / GLASS_SQUARE_PX - 0.5, columns - 1);
    const v = clamped((y + 0.5) / GLASS_SQUARE_PX - 0.5, rows - 1);
    const [c, r] = [Math.min(columns - 1, Math.floor(u)), Math.min(rows - 1, Math.floor(v))];
    const [c1, r1] = [Math.min(columns - 1, c + 1), Math.min(rows - 1, r + 1)];
    const upper = light[r * columns + c]! * (1 - u + c) + light[r * columns + c1]! * (u - c);
    const lower = light[r1 * columns + c]! * (1 - u + c) + light[r1 * columns + c1]! * (u - c);
    return upper * (1 - v + r) + lower * (v - r);
  };
};

/** Optical density in green against the glass around, each pixel with its eight neighbours. */
export const opticalDensity = (picture: Raster): Float32Array => {
  const { data, widthPx, heightPx } = picture;
  const glass = glassLight(picture);
  const density = new Float32Array(widthPx * heightPx);
  for (let y = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++) {
      let sum = 0;
      let count = 0;
      for (let v = Math.max(0, y - 1); v <= Math.min(heightPx - 1, y + 1); v++)
        for (let u = Math.max(0, x - 1); u <= Math.min(widthPx - 1, x + 1); u++) {
          sum += data[(v * widthPx + u) * 3 + 1]!;
          count++;
        }
      density[y * widthPx + x] = Math.max(0, Math.log((glass(x, y) + 1) / (sum / count + 1)));
    }
  return density;
};

const within = ([x0, y0, x1, y1]: Box, widthPx: number, heightPx: number, marginPx: number): [number, number, number, number] => [
  Math.max(0, Math.floor(x0 - marginPx)),
  Math.max(0, Math.floor(y0 - marginPx)),
  Math.min(widthPx, Math.ceil(x1 + marginPx)),
  Math.min(heightPx, Math.ceil(y1 + marginPx)),
];

/** How far out a pixel lies in the ellipse of a box, squared: 1 on the ellipse. */
const outward = (box: Box, x: number, y: number): number => {
  const u = (x + 0.5 - (box[0] + box[2]) / 2) / (boxWidth(box) / 2 + BOX_MARGIN_PX);
  const v = (y + 0.5 - (box[1] + box[3]) / 2) / (boxHeight(box) / 2 + BOX_MARGIN_PX);
  return u * u + v * v;
};
/** Cells are not quite round. */
const REACH = 1.35;
const CORE = 0.7;

/** Density of most of what lies well within a box. */
const coreDensity = (density: Float32Array, box: Box, widthPx: number, heightPx: number): number => {
  const [x0, y0, x1, y1] = within(box, widthPx, heightPx, 0);
  const values: number[] = [];
  for (let y = y0; y < y1; y++) for (let x = x0; x < x1; x++) if (outward(box, x, y) <= CORE) values.push(density[y * widthPx + x]!);
  return quantile(values, 0.5);
};

/**
 * Planes from boxes alone: what is darker than the glass around it and lies in a box is cell, holes (central pallor) filled; what is dark and lies in no box is
 * left open, since nobody said what it is; the darker part of a nucleated cell is its nucleus. Boxes in pixels of the picture.
 */
export const boxMasks = (picture: Raster, boxes: readonly LabelledBox[], { nucleated }: BoxMaskOptions): Planes => {
  const { widthPx, heightPx } = picture;
  const planes = createPlanes(2, widthPx, heightPx);
  const density = opticalDensity(picture);
  const cores = boxes.map(({ box }) => coreDensity(density, box, widthPx, heightPx));
  const plain = cores.filter((_, at) => !nucleated.includes(boxes[at]!.classIndex));
  const usual = plain.length > 0 ? quantile(plain, 0.5) : USUAL_DENSITY;
  const cell = new Uint8Array(widthPx * heightPx);
  boxes.forEach(({ box, classIndex }, index) => {
    const [x0, y0, x1, y1] = within(box, widthPx, heightPx, BOX_MARGIN_PX);
    const [wide, high] = [x1 - x0, y1 - y0];
    if (wide <= 2 || high <= 2) return;
    // A nucleus is far darker than the cell around it.
    const threshold = EDGE_SHARE * Math.min(cores[index]!, usual);
    const mask = new Uint8Array(wide * high);
    for (let y = 0; y < high; y++)
      for (let x = 0; x < wide; x++)
        if (density[(y0 + y) * widthPx + x0 + x]! > threshold && outward(box, x0 + x, y0 + y) <= REACH) mask[y * wide + x] = 1;
    fillHoles(mask, wide, high);
    const isNucleated = nucleated.includes(classIndex);
    const inner = (at: number): number => (y0 + Math.floor(at / wide)) * widthPx + x0 + (at % wide);
    const own = Float32Array.from(mask, (set, at) => (set === 0 ? -1 : density[inner(at)]!));
    const dark = isNucleated ? otsuThreshold(own, (at) => own[at]! >= 0) : undefined;
    for (let at = 0; at < mask.length; at++) {
      if (mask[at] === 0) continue;
      cell[inner(at)] = 1;
      setPlane(planes, CELL_PLANE, inner(at), 255);
      if (dark !== undefined && own[at]! > dark) setPlane(planes, NUCLEUS_PLANE, inner(at), 255);
    }
  });
  for (let at = 0; at < cell.length; at++) if (cell[at] === 1 || density[at]! <= EDGE_SHARE * usual) setPlane(planes, 2, at, 255);
  return planes;
};
