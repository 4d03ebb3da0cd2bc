import { type CellDrawing, unpackOutline } from './cell-drawing.ts';
import { type CellShape, shapeOf } from './cell-shape.ts';
import { outlineArea } from './outline.ts';

const CORNER = { x: 0, y: 0 };

/** Measures of a cell as it is drawn, in µm, to the thousandth. */
export const drawnShape = ({ outline, nucleus, pallor }: CellDrawing, umPerPx: number): CellShape => {
  const own = unpackOutline(outline, CORNER);
  const share = nucleus === undefined ? undefined : Math.min(1, outlineArea(unpackOutline(nucleus, CORNER)) / outlineArea(own));
  const measures = {
    ...shapeOf(own, umPerPx),
    ...(pallor === undefined ? {} : { pallor }),
    ...(share === undefined || Number.isNaN(share) ? {} : { nucleusShare: share }),
  };
  const known = Object.entries(measures).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, Math.round(1000 * value) / 1000] as const],
  );
  return Object.fromEntries(known) as CellShape;
};
