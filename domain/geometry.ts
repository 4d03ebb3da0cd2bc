/**
 * Axis-aligned boxes and points, in pixels unless a name says otherwise.
 * A box is `[x0, y0, x1, y1]`, half open: its width is `x1 - x0`.
 */
export type Box = readonly [x0: number, y0: number, x1: number, y1: number];

export type Point = { readonly x: number; readonly y: number };

export const boxWidth = (box: Box): number => box[2] - box[0];

export const boxHeight = (box: Box): number => box[3] - box[1];

/** Area in square pixels; 0 for an empty or inverted box. */
export const boxArea = (box: Box): number => Math.max(0, boxWidth(box)) * Math.max(0, boxHeight(box));

export const boxCentre = (box: Box): Point => ({ x: (box[0] + box[2]) / 2, y: (box[1] + box[3]) / 2 });

export const translateBox = (box: Box, by: Point): Box => [box[0] + by.x, box[1] + by.y, box[2] + by.x, box[3] + by.y];

export const scaleBox = (box: Box, factor: number): Box => [box[0] * factor, box[1] * factor, box[2] * factor, box[3] * factor];

/** Shrinks the box by `margin` on each side; a negative margin grows it. */
export const insetBox = (box: Box, margin: number): Box => [box[0] + margin, box[1] + margin, box[2] - margin, box[3] - margin];

/** The common part of two boxes, or `undefined` where they do not overlap. */
export const intersectBoxes = (a: Box, b: Box): Box | undefined => {
  const x0 = Math.max(a[0], b[0]);
  const y0 = Math.max(a[1], b[1]);
  const x1 = Math.min(a[2], b[2]);
  const y1 = Math.min(a[3], b[3]);
  return x1 > x0 && y1 > y0 ? [x0, y0, x1, y1] : undefined;
};

/** Area of the common part, in square pixels. Allocates nothing. */
export const overlapArea = (a: Box, b: Box): number => {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  return width > 0 && height > 0 ? width * height : 0;
};

/** Intersection over union, 0 to 1; 0 where both boxes are empty. */
export const iou = (a: Box, b: Box): number => {
  const common = overlapArea(a, b);
  const union = boxArea(a) + boxArea(b) - common;
  return union > 0 ? common / union : 0;
};

/** Intersection over the smaller box, 0 to 1: 1 where one box holds the other. */
export const overlapOfSmaller = (a: Box, b: Box): number => {
  const smaller = Math.min(boxArea(a), boxArea(b));
  return smaller > 0 ? overlapArea(a, b) / smaller : 0;
};

export const containsBox = (outer: Box, inner: Box): boolean =>
  inner[0] >= outer[0] && inner[1] >= outer[1] && inner[2] <= outer[2] && inner[3] <= outer[3];

/** The smallest box that holds both. */
export const uniteBoxes = (a: Box, b: Box): Box => [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
