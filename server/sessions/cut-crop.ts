import type { Frame, Plane } from '../../domain/frame.ts';
import { type Box, boxHeight, boxWidth } from '../../domain/geometry.ts';
import type { RawCrop } from './session-batch.ts';

/** What is shown around the cell, as a share of its box on each side, and at least in pixels. */
const MARGIN_SHARE = 0.25;
const LEAST_MARGIN_PX = 8;
/** Longest side of a crop. */
const MOST_SIDE_PX = 384;

/** A stretch of `lengthPx` at most, around the middle of `from`–`to`, with even ends within 0 and `size`. */
export const cropStretch = (from: number, to: number, size: number): readonly [start: number, lengthPx: number] => {
  const margin = Math.max(LEAST_MARGIN_PX, (to - from) * MARGIN_SHARE);
  const half = Math.min(MOST_SIDE_PX, to - from + 2 * margin) / 2;
  const middle = (from + to) / 2;
  const start = 2 * Math.max(0, Math.floor((middle - half) / 2));
  const end = 2 * Math.min(size >> 1, Math.ceil((middle + half) / 2));
  return [start, end - start];
};

const copyRows = (plane: Plane, x0: number, y0: number, widthPx: number, heightPx: number, to: Uint8Array, at: number): void => {
  const { data, stridePx } = plane;
  for (let row = 0; row < heightPx; row++) {
    const from = (y0 + row) * stridePx + x0;
    to.set(data.subarray(from, from + widthPx), at + row * widthPx);
  }
};

/** The pixels around a cell's box in a frame, as they are; `undefined` where hardly any lie within it. Borrows the frame. */
export const cutCrop = (frame: Frame, box: Box): Omit<RawCrop, 'cell' | 'quality'> | undefined => {
  if (boxWidth(box) <= 0 || boxHeight(box) <= 0) return undefined;
  const [x0, widthPx] = cropStretch(box[0], box[2], frame.widthPx);
  const [y0, heightPx] = cropStretch(box[1], box[3], frame.heightPx);
  if (widthPx < 4 || heightPx < 4) return undefined;
  const lumaBytes = widthPx * heightPx;
  const planes = new Uint8Array((lumaBytes * 3) / 2);
  copyRows(frame.y, x0, y0, widthPx, heightPx, planes, 0);
  copyRows(frame.u, x0 / 2, y0 / 2, widthPx / 2, heightPx / 2, planes, lumaBytes);
  copyRows(frame.v, x0 / 2, y0 / 2, widthPx / 2, heightPx / 2, planes, (lumaBytes * 5) / 4);
  return { frame: frame.id, x0, y0, widthPx, heightPx, fullRange: frame.fullRange, planes };
};
