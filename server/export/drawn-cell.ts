import { unpackOutline } from '../../domain/cell-drawing.ts';
import type { CellRecord } from '../../domain/cell-record.ts';
import { type CellShape, shapeOf } from '../../domain/cell-shape.ts';
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

/** Measures of a drawn cell. Lengths and areas say nothing where the scale is not known. */
export const drawnShape = (cell: CellRecord, umPerPx: number | undefined): CellShape | undefined => {
  const outline = outlineOf(cell);
  if (outline === undefined) return undefined;
  if (cell.shape !== undefined) return cell.shape;
  const nucleus = nucleusOf(cell);
  const area = outlineArea(outline);
  return {
    ...shapeOf(outline, umPerPx ?? 1),
    ...(cell.drawing?.pallor === undefined ? {} : { pallor: cell.drawing.pallor }),
    ...(nucleus === undefined || area === 0 ? {} : { nucleusShare: Math.min(1, outlineArea(nucleus) / area) }),
  };
};
