import type { DatabaseSync } from 'node:sqlite';
import { type CellDrawing, MOST_OUTLINE_NUMBERS } from '../../domain/cell-drawing.ts';
import type { CellRecord } from '../../domain/cell-record.ts';
import { drawnShape } from '../../domain/drawn-shape.ts';

/** The drawing of a cell of a session, where it has one. */
export type DrawingOf = (cell: number) => CellDrawing | undefined;

/** Corners as they lie in a session: 16-bit numbers, little-endian. */
export const packCorners = (corners: readonly number[]): Uint8Array => new Uint8Array(Int16Array.from(corners).buffer);

/** None of what is no outline. */
export const unpackCorners = (blob: unknown): number[] => {
  if (!(blob instanceof Uint8Array) || blob.length % 2 !== 0 || blob.length > 2 * MOST_OUTLINE_NUMBERS) return [];
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  return Array.from({ length: blob.length / 2 }, (_, i) => view.getInt16(2 * i, true));
};

/** Whether the session can hold drawings: one of an earlier version cannot. */
export const hasDrawings = (database: DatabaseSync): boolean =>
  database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'drawings'").get() !== undefined;

/** Reads drawings; sessions of before have none. */
export const createDrawingReader = (database: DatabaseSync): DrawingOf => {
  if (!hasDrawings(database)) return () => undefined;
  const row = database.prepare('SELECT outline, nucleus, pallor FROM drawings WHERE cell = ?');
  return (cell) => {
    const found = row.get(cell);
    if (found === undefined) return undefined;
    const [outline, nucleus, pallor] = [unpackCorners(found['outline']), unpackCorners(found['nucleus']), found['pallor']];
    if (outline.length < 6) return undefined;
    return { outline, ...(nucleus.length < 6 ? {} : { nucleus }), ...(typeof pallor === 'number' ? { pallor } : {}) };
  };
};

/** What a cell's record says of its drawing; measures where the scale is known. */
export const drawnPart = (drawing: CellDrawing | undefined, umPerPx: number | undefined): Pick<CellRecord, 'drawing' | 'shape'> =>
  drawing === undefined ? {} : { drawing, ...(umPerPx === undefined ? {} : { shape: drawnShape(drawing, umPerPx) }) };
