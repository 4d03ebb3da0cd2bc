import { type Box, boxArea, iou, overlapOfSmaller, translateBox } from '../../domain/geometry.ts';
import { type Found, sharedIou } from '../stages/merge-tiles.ts';
import type { Cell } from './cell.ts';

/** Boxes as alike as this are one cell; touching cells stay two. */
const SAME_IOU = 0.35;
/** A box that lies in another to this share, and is not much smaller, is the same cell badly framed. */
const WITHIN_SHARE = 0.85;
const WITHIN_AREA = 0.35;
/** Box of a cell on its island, in camera pixels. */
export const placeOf = ({ keyframe, box }: Cell): Box => translateBox(box, keyframe);

const whole = (a: Box, b: Box): number => {
  const same = iou(a, b);
  if (same >= SAME_IOU) return same;
  const small = Math.min(boxArea(a), boxArea(b)) / Math.max(boxArea(a), boxArea(b));
  return small >= WITHIN_AREA && overlapOfSmaller(a, b) >= WITHIN_SHARE ? SAME_IOU : 0;
};

/** How well a detection (on the island) fits a cell: 0, or from `SAME_IOU` to 1. Cut ones are compared where both could be seen. */
export const fit = (found: Found, box: Box, visible: Box, cell: Cell, place: Box): number => {
  if (!found.cut && cell.visible === undefined) return whole(box, place);
  const cellVisible = cell.visible && translateBox(cell.visible, cell.keyframe);
  const same = sharedIou(box, found.cut ? visible : undefined, place, cellVisible);
  return same >= SAME_IOU ? same : 0;
};
