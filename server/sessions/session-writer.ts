import type { DatabaseSync } from 'node:sqlite';
import type { LedgerEntry } from '../../domain/ledger.ts';
import type { MapKeyframe } from '../../domain/wire.ts';
import { CLEARLY_BETTER } from './choose-crops.ts';
import type { CellRow, DrawingRow, FrameRow, RestoredMap, SessionBatch, SessionState, SightingRow, TrackRow } from './session-batch.ts';
import { inTransaction } from './session-database.ts';
import { packCorners } from './stored-drawing.ts';

/** A crop that was encoded. */
export type StoredCrop = Omit<SessionBatch['crops'][number], 'planes' | 'fullRange'> & { readonly jpeg: Uint8Array };

/** Writes one session. Everything given at once is on disk when the call returns, or nothing of it is. */
export type SessionWriter = {
  /** Begins a run of the camera process. */
  begin(at: number): SessionState;
  /** Takes away what a restored map does not know any more. */
  trim(map: RestoredMap): void;
  write(batch: Omit<SessionBatch, 'crops'>, crops: readonly StoredCrop[]): void;
};

/** Between two runs the session's clock goes on by so much. */
const GAP_MS = 1000;

const number = (row: Record<string, unknown> | undefined, key: string): number => Number(row?.[key] ?? 0);

export const createSessionWriter = (database: DatabaseSync): SessionWriter => {
  const fact = database.prepare('INSERT OR REPLACE INTO facts VALUES (?, ?)');
  const noFact = database.prepare('DELETE FROM facts WHERE key = ?');
  const frame = database.prepare('INSERT OR REPLACE INTO frames VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const track = database.prepare('INSERT OR REPLACE INTO tracks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const sighting = database.prepare('INSERT OR REPLACE INTO sightings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const cell = database.prepare('INSERT OR REPLACE INTO cells VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const drawing = database.prepare('INSERT OR REPLACE INTO drawings VALUES (?, ?, ?, ?)');
  const entry = database.prepare('INSERT OR REPLACE INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const event = database.prepare('INSERT INTO events (at, level, text) VALUES (?, ?, ?)');
  const keyframe = database.prepare(
    `INSERT INTO keyframes VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (id) DO UPDATE
     SET island = ?2, x = ?3, y = ?4, width_px = ?5, height_px = ?6, picture = coalesce(?7, picture)`,
  );
  const crop = database.prepare(
    `INSERT INTO crops VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (cell) DO UPDATE
     SET version = version + 1, quality = ?2, frame = ?3, x0 = ?4, y0 = ?5, width_px = ?6, height_px = ?7, jpeg = ?8
     WHERE ?2 >= quality * ${CLEARLY_BETTER}`,
  );
  const video = database.prepare('INSERT OR REPLACE INTO videos VALUES (?, ?, ?, ?, ?, ?)');
  const videoFrame = database.prepare('INSERT OR REPLACE INTO video_frames VALUES (?, ?, ?)');

  const factOf = (key: string): unknown => {
    const row = database.prepare('SELECT value FROM facts WHERE key = ?').get(key);
    return row === undefined ? undefined : JSON.parse(String(Object.values(row)[0]));
  };
  const putFrame = ({ id, atMs, state, sharpness, placement: at, keyframe: made, anchor }: FrameRow): unknown => {
    const place = [at?.island ?? null, at?.x ?? null, at?.y ?? null, at?.confidence ?? null];
    return frame.run(id, atMs, state, sharpness, ...place, made ?? null, anchor?.keyframe ?? null, anchor?.x ?? null, anchor?.y ?? null);
  };
  const putTrack = ({ frame: on, track: of, classIndex, score, state, box }: TrackRow): unknown =>
    track.run(on, of, classIndex, score, state, ...box);
  const putSighting = ({ cell: of, frame: on, atMs, box, classIndex, score, cut }: SightingRow): unknown =>
    sighting.run(of, on, atMs, ...box, classIndex, score, cut ? 1 : 0);
  const putCell = ({ id, classIndex, score, state, island, box, sightings, firstSeenMs, lastSeenMs }: CellRow): unknown =>
    cell.run(id, classIndex, score, state, island, ...box, sightings, firstSeenMs, lastSeenMs);
  const putDrawing = ({ cell: of, drawing: { outline, nucleus, pallor } }: DrawingRow): unknown =>
    drawing.run(of, packCorners(outline), nucleus === undefined ? null : packCorners(nucleus), pallor ?? null);
  const putEntry = ({ n, atMs, kind, cell: of, class: name, was, other, island, box, reason }: LedgerEntry): unknown =>
    entry.run(n, atMs, kind, of, name, was ?? null, other ?? null, island, ...box, reason);
  const putKeyframe = ({ id, island, x, y, widthPx, heightPx, picture }: MapKeyframe): unknown =>
    keyframe.run(id, island, x, y, widthPx, heightPx, picture ?? null);

  return {
    begin: (at) => {
      const frames = database.prepare('SELECT max(id) AS id, max(at_ms) AS at_ms FROM frames').get();
      const continued = frames?.['id'] !== null && frames !== undefined;
      const nextFrame = continued ? number(frames, 'id') + 1 : 0;
      const nextMs = continued ? number(frames, 'at_ms') + GAP_MS : 0;
      const recorded = factOf('record');
      const interrupted = factOf('endedAt') === undefined && (recorded === 'video' || recorded === 'timelapse') ? recorded : undefined;
      const videos = number(database.prepare('SELECT max(video) AS video FROM videos').get(), 'video');
      const crashed = continued && factOf('endedAt') === undefined;
      inTransaction(database, () => {
        if (crashed)
          event.run(
            at,
            'warning',
            'the process that counted was ended from outside or broke down; counting goes on with what it had written',
          );
        database.prepare('INSERT INTO runs (first_frame, start_ms, at) VALUES (?, ?, ?)').run(nextFrame, nextMs, at);
        noFact.run('endedAt');
      });
      return { nextFrame, nextMs, videos, continued, ...(interrupted === undefined ? {} : { interrupted }) };
    },
    trim: ({ cells, ledger, keyframes }) =>
      inTransaction(database, () => {
        for (const [table, column, last] of [
          ['cells', 'id', cells],
          ['crops', 'cell', cells],
          ['drawings', 'cell', cells],
          ['sightings', 'cell', cells],
          ['ledger', 'n', ledger],
          ['keyframes', 'id', keyframes],
        ] as const)
          database.prepare(`DELETE FROM ${table} WHERE ${column} > ?`).run(last);
      }),
    write: (batch, crops) =>
      inTransaction(database, () => {
        for (const [key, value] of Object.entries(batch.facts)) fact.run(key, JSON.stringify(value));
        batch.frames.forEach(putFrame);
        batch.tracks?.forEach(putTrack);
        batch.sightings.forEach(putSighting);
        batch.cells.forEach(putCell);
        batch.drawings?.forEach(putDrawing);
        batch.ledger.forEach(putEntry);
        for (const { at, level, text } of batch.events) event.run(at, level, text);
        batch.keyframes.forEach(putKeyframe);
        for (const one of crops) crop.run(one.cell, one.quality, one.frame, one.x0, one.y0, one.widthPx, one.heightPx, one.jpeg);
        for (const one of batch.videos) video.run(one.video, one.file, one.codec, one.kind, one.widthPx, one.heightPx);
        for (const one of batch.videoFrames) videoFrame.run(one.frame, one.video, one.videoMs);
      }),
  };
};
