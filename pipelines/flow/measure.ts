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

/** A box that ends so near to the frame's edge may go on beyond it: pixels, and share of its longer side, as networks end boxes short of the edge. */
const EDGE_PX = 2;
const EDGE_SHARE = 0.1;

const cutAt = (low: number, high: number, size: number, near: number): Measured['cutX'] => {
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
  const seenWidth = x1 - x0;
  const seenHeight = y1 - y0;
  const near = Math.max(EDGE_PX, EDGE_SHARE * Math.max(seenWidth, seenHeight));
  const cutX = cutAt(x0, x1, frameWidthPx, near);
  const cutY = cutAt(y0, y1, frameHeightPx, near);
  const widthPx = cutX !== undefined && cutY === undefined ? discOf(seenWidth, seenHeight) : seenWidth;
  const heightPx = cutY !== undefined && cutX === undefined ? discOf(seenHeight, seenWidth) : seenHeight;
  return { ...detection, x: middle(x0, x1, cutX, widthPx), y: middle(y0, y1, cutY, heightPx), widthPx, heightPx, cutX, cutY };
};

/** A side that the edge cuts: the known one, or where that was a guess too, what is guessed now that more is seen. */
const fullSide = (seen: number, guessed: number, known: number, isWhole: boolean): number =>
  Math.max(seen, isWhole || guessed === seen ? known : guessed);

/** The same detection read with the size that the track is known to have, where the edge cuts it. */
export const measureAs = (measured: Measured, motion: Motion): Measured => {
  const { box, cutX, cutY } = measured;
  if (cutX === undefined && cutY === undefined) return measured;
  const widthPx = cutX === undefined ? measured.widthPx : fullSide(box[2] - box[0], measured.widthPx, motion.widthPx, motion.wholeX);
  const heightPx = cutY === undefined ? measured.heightPx : fullSide(box[3] - box[1], measured.heightPx, motion.heightPx, motion.wholeY);
  return { ...measured, x: middle(box[0], box[2], cutX, widthPx), y: middle(box[1], box[3], cutY, heightPx), widthPx, heightPx };
};
