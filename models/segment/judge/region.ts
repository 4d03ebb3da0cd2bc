import type { Box } from '../../../domain/geometry.ts';
import { moveOutline, type Outline } from '../../../domain/outline.ts';
import type { Outline as DatasetOutline } from '../../datasets/dataset.ts';
import { fillOutline } from '../fill-outline.ts';
import type { Labels } from '../instances.ts';

/** Pixels of a picture that are one cell: within whole pixels from (x, y) on those that are set, row after row. */
export type Region = {
  readonly x: number;
  readonly y: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly set: Uint8Array;
  readonly areaPx: number;
};

const areaOf = (set: Uint8Array): number => {
  let area = 0;
  for (let at = 0; at < set.length; at++) area += set[at]!;
  return area;
};

/** The labelled pieces, in the order of their numbers. */
export const regionsOfLabels = ({ labels, count }: Labels, widthPx: number): Region[] => {
  const bounds = Array.from({ length: count }, () => [widthPx, Number.MAX_SAFE_INTEGER, -1, -1] as [number, number, number, number]);
  for (let pixel = 0; pixel < labels.length; pixel++) {
    if (labels[pixel]! < 1) continue;
    const bound = bounds[labels[pixel]! - 1]!;
    const [x, y] = [pixel % widthPx, Math.floor(pixel / widthPx)];
    bound[0] = Math.min(bound[0], x);
    bound[1] = Math.min(bound[1], y);
    bound[2] = Math.max(bound[2], x);
    bound[3] = Math.max(bound[3], y);
  }
  return bounds.flatMap(([x0, y0, x1, y1], index) => {
    if (x1 < x0) return [];
    const [wide, high] = [x1 - x0 + 1, y1 - y0 + 1];
    const set = new Uint8Array(wide * high);
    for (let y = 0; y < high; y++)
      for (let x = 0; x < wide; x++) if (labels[(y0 + y) * widthPx + x0 + x] === index + 1) set[y * wide + x] = 1;
    return [{ x: x0, y: y0, widthPx: wide, heightPx: high, set, areaPx: areaOf(set) }];
  });
};

/** The set pixels of a mask of a whole picture within whole pixels; `undefined` where there are none. */
const regionIn = (mask: Uint8Array, maskWidthPx: number, [x, y, x1, y1]: Box): Region | undefined => {
  const [widthPx, heightPx] = [x1 - x, y1 - y];
  const set = new Uint8Array(widthPx * heightPx);
  for (let row = 0; row < heightPx; row++)
    for (let column = 0; column < widthPx; column++) if (mask[(y + row) * maskWidthPx + x + column] !== 0) set[row * widthPx + column] = 1;
  const areaPx = areaOf(set);
  return areaPx === 0 ? undefined : { x, y, widthPx, heightPx, set, areaPx };
};

/** Pixels within an outline as COCO writes it; `undefined` where there are none. Throws words for damaged ones. */
export const regionOfOutline = (outline: DatasetOutline, widthPx: number, heightPx: number): Region | undefined => {
  const mask = { data: new Uint8Array(widthPx * heightPx), widthPx, heightPx };
  if (!fillOutline(mask, outline)) throw new Error('the outline is damaged');
  const bounds: [number, number, number, number] = [widthPx, heightPx, 0, 0];
  for (let at = 0; at < mask.data.length; at++) {
    if (mask.data[at] === 0) continue;
    const [x, y] = [at % widthPx, Math.floor(at / widthPx)];
    bounds[0] = Math.min(bounds[0], x);
    bounds[1] = Math.min(bounds[1], y);
    bounds[2] = Math.max(bounds[2], x + 1);
    bounds[3] = Math.max(bounds[3], y + 1);
  }
  return bounds[2] === 0 ? undefined : regionIn(mask.data, widthPx, bounds);
};

/** Pixels whose middles lie within a closed outline, of a picture of that size; `undefined` where there are none. */
export const regionOfLine = (outline: Outline, widthPx: number, heightPx: number): Region | undefined => {
  const xs = outline.filter((_, at) => at % 2 === 0);
  const ys = outline.filter((_, at) => at % 2 === 1);
  const [x, y] = [Math.max(0, Math.floor(Math.min(...xs))), Math.max(0, Math.floor(Math.min(...ys)))];
  const [wide, high] = [Math.min(widthPx, Math.ceil(Math.max(...xs))) - x, Math.min(heightPx, Math.ceil(Math.max(...ys))) - y];
  if (!(wide > 0 && high > 0)) return undefined;
  const mask = { data: new Uint8Array(wide * high), widthPx: wide, heightPx: high };
  if (!fillOutline(mask, [moveOutline(outline, 1, { x: -x, y: -y })])) return undefined;
  const region = regionIn(mask.data, wide, [0, 0, wide, high]);
  return region === undefined ? undefined : { ...region, x, y };
};

/** Pixels of two regions. */
export const sharedPx = (a: Region, b: Region): number => {
  const [x0, y0] = [Math.max(a.x, b.x), Math.max(a.y, b.y)];
  const x1 = Math.min(a.x + a.widthPx, b.x + b.widthPx);
  const y1 = Math.min(a.y + a.heightPx, b.y + b.heightPx);
  let shared = 0;
  for (let y = y0; y < y1; y++) {
    const [fromA, fromB] = [(y - a.y) * a.widthPx - a.x, (y - b.y) * b.widthPx - b.x];
    for (let x = x0; x < x1; x++) shared += a.set[fromA + x]! & b.set[fromB + x]!;
  }
  return shared;
};

export const regionIou = (a: Region, b: Region): number => {
  const shared = sharedPx(a, b);
  return shared === 0 ? 0 : shared / (a.areaPx + b.areaPx - shared);
};

/** Sets the pixels of a region in a mask of the whole picture. */
export const paintRegion = ({ x, y, widthPx, heightPx, set }: Region, mask: Uint8Array, maskWidthPx: number): void => {
  for (let row = 0; row < heightPx; row++)
    for (let column = 0; column < widthPx; column++) if (set[row * widthPx + column] === 1) mask[(y + row) * maskWidthPx + x + column] = 1;
};
