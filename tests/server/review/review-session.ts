import type { CellRow, SessionBatch } from '../../../server/sessions/session-batch.ts';
import { openSessionToWrite } from '../../../server/sessions/session-database.ts';
import { newSessionId, sessionFolder } from '../../../server/sessions/session-folder.ts';
import { createSessionWriter } from '../../../server/sessions/session-writer.ts';

export const CLASSES = ['RBC', 'WBC', 'Platelets'];

/** Cells of a session made for tests lie in a grid on one island, twenty in a row, ten pixels wide with gaps of ten. */
export const cellAt = (id: number, more: Partial<CellRow> = {}): CellRow => {
  const x = ((id - 1) % 20) * 20;
  const y = Math.floor((id - 1) / 20) * 20;
  return {
    id,
    classIndex: id % 50 === 0 ? 2 : id % 10 === 0 ? 1 : 0,
    score: ((id * 37) % 1000) / 1000,
    state: 'counted',
    island: 1,
    box: [x, y, x + 10, y + 10],
    sightings: 1,
    firstSeenMs: id * 10,
    lastSeenMs: id * 10 + 5,
    ...more,
  };
};

export type MadeSession = { readonly id: string; readonly folder: string };

/** A session with so many cells, the fields of the map 400 px wide and 200 px high below each other. */
export const makeReviewSession = (dataDir: string, cells: number, more: Partial<SessionBatch> = {}): MadeSession => {
  const id = newSessionId();
  const folder = sessionFolder(dataDir, id)!;
  const database = openSessionToWrite(folder);
  const writer = createSessionWriter(database);
  writer.begin(1000);
  const rows = Math.ceil(cells / 20) * 20;
  const fields = Math.max(1, Math.ceil(rows / 200));
  writer.write(
    {
      facts: {
        id,
        camera: 'main',
        source: 'simulate:',
        specimen: 'smear',
        classes: CLASSES,
        model: { name: 'tiny', version: '1', sha256: 'f'.repeat(64) },
        engine: 'onnx:cpu',
        umPerPx: 0.1,
        settings: {},
        program: '0',
        startedAt: 1000,
        endedAt: 2000,
        kept: false,
        flags: [],
        counts: [cells, 0, 0],
      },
      frames: Array.from({ length: fields }, (_, i) => ({
        id: i,
        atMs: i * 100,
        state: 'sharp',
        sharpness: 1,
        placement: { island: 1, x: 0, y: i * 200, confidence: 1 },
        keyframe: i + 1,
        anchor: undefined,
      })),
      tracks: [],
      sightings: [],
      cells: Array.from({ length: cells }, (_, i) => cellAt(i + 1)),
      ledger: [],
      events: [],
      keyframes: Array.from({ length: fields }, (_, i) => ({ id: i + 1, island: 1, x: 0, y: i * 200, widthPx: 400, heightPx: 200 })),
      videos: [],
      videoFrames: [],
      ...more,
    },
    [],
  );
  database.close();
  return { id, folder };
};
