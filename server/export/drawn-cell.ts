import { unpackOutline } from '../../domain/cell-drawing.ts';
import type { CellRecord } from '../../domain/cell-record.ts';
import type { CellShape } from '../../domain/cell-shape.ts';
import { drawnShape } from '../../domain/drawn-shape.ts';
import { type Outline, outlineArea } from '../../domain/outline.ts';

const cornerOf = ({ box: [x, y] }: CellRecord): { readonly x: number; readonly y: number } => ({ x, y });

/** Outline of a cell in camera pixels on its island; `undefined` where the model drew none. */
export const outlineOf = (cell: CellRecord): Outline | undefined =>
  cell.drawing === undefined ? undefined : unpackOutline(cell.drawing.outline, cornerOf(cell));

/** Outline of its nucleus, likewise. */
export const nucleusOf = (cell: CellRecord): Outline | undefined =>
  cell.drawing?.nucleus === undefined ? undefined : unpackOutline(cell.drawing.nucleus, cornerOf(cell));

/** Area of a drawn cell in squares of a camera pixel. */
export const drawnArea = ({ drawing }: CellRecord): number | undefined =>
  drawing && outlineArea(unpackOutline(drawing.outline, { x: 0, y: 0 }));

/** What a box encloses, as an outline. */
export const boxOutline = ([x0, y0, x1, y1]: CellRecord['box']): Outline => [x0, y0, x1, y0, x1, y1, x0, y1];

const ELLIPSE_CORNERS = 48;

/** The ellipse within a box: nearer to what a cell looks like than the box itself. */
export const boxEllipse = ([x0, y0, x1, y1]: CellRecord['box']): Outline =>
  Array.from({ length: ELLIPSE_CORNERS }, (_, i) => (2 * Math.PI * i) / ELLIPSE_CORNERS).flatMap((angle) => [
    (x0 + x1) / 2 + (Math.cos(angle) * (x1 - x0)) / 2,
    (y0 + y1) / 2 + (Math.sin(angle) * (y1 - y0)) / 2,
  ]);

/** Measures of a drawn cell. Lengths and areas say nothing where the scale is not known. */
export const shapeOfCell = ({ drawing, shape }: CellRecord, umPerPx: number | undefined): CellShape | undefined =>
  drawing === undefined ? undefined : (shape ?? drawnShape(drawing, umPerPx ?? 1));
