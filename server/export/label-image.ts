import { moveOutline, type Outline } from '../../domain/outline.ts';
import { fillOutline } from '../../models/segment/fill-outline.ts';

/** A shape to paint: its polygon in pixels of the picture, its number (from 1) and its class (from 0). */
export type LabelledShape = { readonly polygon: Outline; readonly label: number; readonly classIndex: number; readonly areaPx2: number };

/** Which shape each pixel belongs to, and of which class it is: 0 is nobody, `classIndex + 1` a class. */
export type LabelImage = {
  readonly labels: Uint16Array;
  readonly classes: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
};

/** Numbers that 16 bits hold. */
export const MOST_LABELS = 65_535;

const extentOf = (polygon: Outline, widthPx: number, heightPx: number): readonly [number, number, number, number] => {
  let [x0, y0, x1, y1] = [widthPx, heightPx, 0, 0];
  for (let i = 0; i < polygon.length; i += 2) {
    x0 = Math.min(x0, polygon[i]!);
    x1 = Math.max(x1, polygon[i]!);
    y0 = Math.min(y0, polygon[i + 1]!);
    y1 = Math.max(y1, polygon[i + 1]!);
  }
  return [Math.max(0, Math.floor(x0)), Math.max(0, Math.floor(y0)), Math.min(widthPx, Math.ceil(x1)), Math.min(heightPx, Math.ceil(y1))];
};

/**
 * Paints shapes into a picture of numbers and one of classes: a pixel belongs to the shape that its centre lies in, of several to the smallest, so that
 * a platelet over a red cell is seen. Consumes nothing; what lies outside the picture is left out.
 */
export const paintLabels = (shapes: readonly LabelledShape[], widthPx: number, heightPx: number): LabelImage => {
  const labels = new Uint16Array(widthPx * heightPx);
  const classes = new Uint8Array(widthPx * heightPx);
  for (const { polygon, label, classIndex } of shapes.toSorted((a, b) => b.areaPx2 - a.areaPx2 || b.label - a.label)) {
    const [x0, y0, x1, y1] = extentOf(polygon, widthPx, heightPx);
    const [width, height] = [x1 - x0, y1 - y0];
    if (width <= 0 || height <= 0) continue;
    const data = new Uint8Array(width * height);
    fillOutline({ data, widthPx: width, heightPx: height }, [moveOutline(polygon, 1, { x: -x0, y: -y0 })]);
    for (let i = 0; i < data.length; i++) {
      if (data[i] === 0) continue;
      const at = (y0 + Math.floor(i / width)) * widthPx + x0 + (i % width);
      labels[at] = label;
      classes[at] = classIndex + 1;
    }
  }
  return { labels, classes, widthPx, heightPx };
};

/** How many pixels each number has, by number. */
export const pixelsOfLabels = (labels: Uint16Array, most: number): Uint32Array => {
  const pixels = new Uint32Array(most + 1);
  for (const label of labels) pixels[label]!++;
  return pixels;
};
