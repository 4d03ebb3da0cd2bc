import type { DatabaseSync } from 'node:sqlite';
import sharp from 'sharp';
import { cropStretch } from '../sessions/cut-crop.ts';
import { keyframePictureFile } from '../sessions/session-folder.ts';
import { boxOf, hasReview } from './reviewed-rows.ts';

const QUALITY = 85;

/**
 * The picture of a cell that a reader made, cut from the large picture of a field that shows it: the one that it lies deepest in.
 * `undefined` where there is no such cell, or no such picture is kept.
 */
export const cutMadeCell = async (database: DatabaseSync, folder: string, cell: number): Promise<Uint8Array | undefined> => {
  if (!hasReview(database)) return undefined;
  const made = database.prepare('SELECT * FROM reviewed_cells WHERE cell = ? AND made IS NOT NULL').get(cell);
  if (made === undefined) return undefined;
  const [x0, y0, x1, y1] = boxOf(made);
  const fields = database
    .prepare(
      `SELECT id, x, y, width_px, height_px FROM keyframes WHERE island = ?1 AND x <= ?2 AND x + width_px >= ?2 AND y <= ?3 AND y + height_px >= ?3
       ORDER BY min(?4 - x, x + width_px - ?6, ?5 - y, y + height_px - ?7) DESC LIMIT 4`,
    )
    .all(Number(made['island']), (x0 + x1) / 2, (y0 + y1) / 2, x0, y0, x1, y1);
  for (const { id, x, y, width_px: width, height_px: height } of fields) {
    const [left, widthPx] = cropStretch(x0 - Number(x), x1 - Number(x), Number(width));
    const [top, heightPx] = cropStretch(y0 - Number(y), y1 - Number(y), Number(height));
    if (widthPx < 4 || heightPx < 4) continue;
    try {
      return await sharp(keyframePictureFile(folder, Number(id)))
        .extract({ left, top, width: widthPx, height: heightPx })
        .jpeg({ quality: QUALITY })
        .toBuffer();
    } catch {
      // Another field may be kept where this one is not.
    }
  }
  return undefined;
};
