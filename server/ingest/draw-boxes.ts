import { classColour } from '../../domain/class-colours.ts';
import type { Plane } from '../../domain/frame.ts';
import type { Box } from '../../domain/geometry.ts';

/** A cell as it is drawn: its box in pixels of the picture. */
export type DrawnBox = { readonly classIndex: number; readonly box: Box };

const LINE_PX = 2;

/** BT.601, limited range. */
const yuvOf = (hex: string): readonly [number, number, number] => {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255) as [number, number, number];
  return [
    Math.round(16 + 65.481 * red + 128.553 * green + 24.966 * blue),
    Math.round(128 - 37.797 * red - 74.203 * green + 112 * blue),
    Math.round(128 + 112 * red - 93.786 * green - 18.214 * blue),
  ];
};

/** Fills a rectangle of a plane, as far as it lies in it; in samples of the plane. */
const fill = ({ data, stridePx, widthPx, heightPx }: Plane, [x0, y0, x1, y1]: Box, value: number): void => {
  const from = Math.max(0, Math.round(x0));
  const to = Math.min(widthPx, Math.round(x1));
  if (from >= to) return;
  for (let y = Math.max(0, Math.round(y0)); y < Math.min(heightPx, Math.round(y1)); y++)
    data.fill(value, y * stridePx + from, y * stridePx + to);
};

/** Draws the outlines of boxes into an I420 picture, in the colours of their classes. `scale` is the picture's size against that of the boxes. */
export const drawBoxes = (planes: readonly [Plane, Plane, Plane], boxes: readonly DrawnBox[], scale = 1): void => {
  for (const { classIndex, box } of boxes) {
    const colour = yuvOf(classColour(classIndex));
    planes.forEach((plane, at) => {
      const share = at === 0 ? scale : scale / 2;
      const line = at === 0 ? LINE_PX : LINE_PX / 2;
      const [x0, y0, x1, y1] = box.map((value) => value * share) as [number, number, number, number];
      const sides: readonly Box[] = [
        [x0, y0, x1, y0 + line],
        [x0, y1 - line, x1, y1],
        [x0, y0, x0 + line, y1],
        [x1 - line, y0, x1, y1],
      ];
      for (const side of sides) fill(plane, side, colour[at]!);
    });
  }
};
