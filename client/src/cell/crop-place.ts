import { type Box, boxHeight, boxWidth } from '../../../domain/geometry.ts';

/** A crop shows a quarter of the box more on each side, and so many pixels at least; it is no longer than this. */
const MARGIN_SHARE = 0.25;
const LEAST_MARGIN_PX = 8;
const MOST_SIDE_PX = 384;
/** Crops begin and end on even pixels. */
const SLACK_PX = 4;

const wholePx = (side: number): number => Math.min(MOST_SIDE_PX, side + 2 * Math.max(LEAST_MARGIN_PX, side * MARGIN_SHARE));

/**
 * Where a crop of so many pixels lies, in camera pixels from the corner of its cell's box: around the middle of the box. Undefined where an edge of the
 * field cut it, as it is not known which.
 */
export const cropPlace = (
  box: Box,
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
): { readonly x: number; readonly y: number; readonly widthPx: number; readonly heightPx: number } | undefined => {
  const [width, height] = [boxWidth(box), boxHeight(box)];
  const isCut = widthPx < wholePx(width) * 0.9 - SLACK_PX || heightPx < wholePx(height) * 0.9 - SLACK_PX;
  return isCut ? undefined : { x: (width - widthPx) / 2, y: (height - heightPx) / 2, widthPx, heightPx };
};
