import type { KeyframePage, KeyframeQuery, RecordedKeyframe } from '../../domain/recorded-keyframe.ts';
import { openSessionToRead } from './session-database.ts';

/** The fields of a session's slide map, where they lie now. Throws a `data` fault where the folder holds no session. */
export const readKeyframes = (folder: string, { from, limit, pictures }: KeyframeQuery): KeyframePage => {
  using database = openSessionToRead(folder);
  const rows = database
    .prepare(
      `SELECT id, island, x, y, width_px AS widthPx, height_px AS heightPx${pictures ? ', picture' : ''} FROM keyframes WHERE id >= ? ORDER BY id LIMIT ?`,
    )
    .all(from, limit + 1);
  const keyframes = rows.slice(0, limit).map(({ picture, ...keyframe }): RecordedKeyframe => {
    const told = keyframe as unknown as RecordedKeyframe;
    return picture instanceof Uint8Array ? { ...told, picture: Buffer.from(picture).toString('base64') } : told;
  });
  const next = rows[limit];
  return { keyframes, ...(next ? { next: Number(next['id']) } : {}) };
};
