import type { Extent } from '../picture/extent.ts';
import type { MapView } from './draw-map.ts';

const SMALLEST_RADIUS_PX = 9;
const MARGIN_PX = 3;
/** Light on dark, so that it is seen on any ground. */
const STROKES = [
  { colour: '#10161d', widthPx: 5 },
  { colour: '#fff', widthPx: 2.5 },
] as const;

/** Rings cells that are chosen. Places are in world pixels, each the middle of a cell and its size; `context` draws in CSS pixels. */
export const ringCells = (context: CanvasRenderingContext2D, places: readonly Extent[], { scale, offset }: MapView): void => {
  for (const { x, y, width, height } of places) {
    const radius = Math.max(SMALLEST_RADIUS_PX, (Math.hypot(width, height) * scale) / 2 + MARGIN_PX);
    for (const { colour, widthPx } of STROKES) {
      context.strokeStyle = colour;
      context.lineWidth = widthPx;
      context.beginPath();
      context.arc(x * scale + offset.x, y * scale + offset.y, radius, 0, 2 * Math.PI);
      context.stroke();
    }
  }
};
