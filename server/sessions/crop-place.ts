import type { DatabaseSync } from 'node:sqlite';
import type { CellStory } from '../../domain/cell-record.ts';
import { type Box, boxCentre } from '../../domain/geometry.ts';
import { boxOf } from '../review/reviewed-rows.ts';

/**
 * Reads where the picture of a cell lies: in camera pixels from the corner of the cell's `box`, whose middle is that of the sighting the picture is of.
 * `undefined` for a picture of a sighting that showed the cell in part.
 */
export const createCropPlaces = (database: DatabaseSync): ((cell: number, box: Box) => CellStory['crop']) => {
  const row = database.prepare(
    `SELECT k.x0 AS left, k.y0 AS top, k.width_px AS width_px, k.height_px AS height_px, s.x0, s.y0, s.x1, s.y1
     FROM crops k JOIN sightings s ON s.cell = k.cell AND s.frame = k.frame WHERE k.cell = ? AND s.cut = 0`,
  );
  return (cell, box) => {
    const found = row.get(cell);
    if (found === undefined) return undefined;
    const [seen, own] = [boxCentre(boxOf(found)), boxCentre(box)];
    return {
      x: Number(found['left']) - seen.x + own.x - box[0],
      y: Number(found['top']) - seen.y + own.y - box[1],
      widthPx: Number(found['width_px']),
      heightPx: Number(found['height_px']),
    };
  };
};
