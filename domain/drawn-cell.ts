import { type CellDrawing, unpackOutline } from './cell-drawing.ts';
import type { CountedCell } from './count-document.ts';
import { drawnShape } from './drawn-shape.ts';
import type { Box } from './geometry.ts';

/** What the document of a count says of a cell's drawing; `box` is the cell's, in the pixels that corners are given in. */
export const drawnCell = (
  drawing: CellDrawing | undefined,
  box: Box,
  umPerPx: number,
): Pick<CountedCell, 'outline' | 'nucleus' | 'shape'> => {
  if (drawing === undefined) return {};
  const corners = (packed: readonly number[]): number[] =>
    unpackOutline(packed, { x: box[0], y: box[1] }).map((value) => Math.round(100 * value) / 100);
  return {
    outline: corners(drawing.outline),
    ...(drawing.nucleus === undefined ? {} : { nucleus: corners(drawing.nucleus) }),
    shape: drawnShape(drawing, umPerPx),
  };
};
