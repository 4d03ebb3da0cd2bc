import type { Detection } from '../../domain/detection.ts';
import type { Motion } from './motion.ts';

/** A detection as the filter takes it: middle and size in px, and which of its sides the frame's edge may have cut. */
export type Measured = Detection & {
  readonly x: number;
  readonly y: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly cutX: 'low' | 'high' | 'both' | undefined;
  readonly cutY: 'low' | 'high' | 'both' | undefined;
};

/** A box that ends so near to the frame's edge may go on beyond it: pixels, and share of its size. */
const EDGE_PX = 2;
const EDGE_SHARE = 0.05;

const cutAt = (low: number, high: number, size: number): Measured['cutX'] => {
  const near = Math.max(EDGE_PX, EDGE_SHARE * (high - low));
  if (low <= near) return high >= size - near ? 'both' : 'low';
  return high >= size - near ? 'high' : undefined;
};

/** The middle of the whole cell along one axis, of which one end is seen. */
const middle = (low: number, high: number, cut: Measured['cutX'], full: number): number => {
  if (cut === 'low') return high - full / 2;
  if (cut === 'high') return low + full / 2;
  return (low + high) / 2;
};

/** Nothing is guessed to be larger than so many times what is seen of it. */
const MOST_GUESSED = 1.8;

/** Diameter of a disc of which a cap is seen: from its height, and its width, which is the diameter itself once half of the disc is seen. */
const discOf = (height: number, width: number): number =>
  height >= width / 2 ? Math.max(height, width) : Math.min(height + width ** 2 / (4 * Math.max(1, height)), MOST_GUESSED * width);

/** Takes a detection at its word; where the frame's edge cuts one axis, the cell is taken to be round. */
export const measure = (detection: Detection, frameWidthPx: number, frameHeightPx: number): Measured => {
  const [x0, y0, x1, y1] = detection.box;
  const cutX = cutAt(x0, x1, frameWidthPx);
  const cutY = cutAt(y0, y1, frameHeightPx);
  const seenWidth = x1 - x0;
  const seenHeight = y1 - y0;
  const widthPx = cutX !== undefined && cutY === undefined ? discOf(seenWidth, seenHeight) : seenWidth;
  const heightPx = cutY !== undefined && cutX === undefined ? discOf(seenHeight, seenWidth) : seenHeight;
  return { ...detection, x: middle(x0, x1, cutX, widthPx), y: middle(y0, y1, cutY, heightPx), widthPx, heightPx, cutX, cutY };
};

/** The same detection read with the size that the track is known to have, where the edge cuts it. */
export const measureAs = (measured: Measured, motion: Motion): Measured => {
  const { box, cutX, cutY } = measured;
  if (cutX === undefined && cutY === undefined) return measured;
  const widthPx = cutX === undefined ? measured.widthPx : Math.max(box[2] - box[0], motion.widthPx);
  const heightPx = cutY === undefined ? measured.heightPx : Math.max(box[3] - box[1], motion.heightPx);
  return { ...measured, x: middle(box[0], box[2], cutX, widthPx), y: middle(box[1], box[3], cutY, heightPx), widthPx, heightPx };
};
