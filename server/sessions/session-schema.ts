import { REVIEW_TABLES } from '../review/review-schema.ts';

/** Marks a database as a session of this program (SQLite header, offset 68): "SMRS". */
export const APPLICATION_ID = 0x53_4d_52_53;

/**
 * How the database grew: entry n leads from version n to n + 1. Released entries never change; what is new is a further entry.
 * Times are ms: `at` on the wall clock, `at_ms` on the session's. Boxes of cells are in camera pixels on their island, of sightings within the frame.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE facts (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE runs (run INTEGER PRIMARY KEY, first_frame INTEGER NOT NULL, start_ms REAL NOT NULL, at REAL NOT NULL);
  CREATE TABLE frames (
    id INTEGER PRIMARY KEY, at_ms REAL NOT NULL, state TEXT NOT NULL, sharpness REAL NOT NULL,
    island INTEGER, x REAL, y REAL, confidence REAL, keyframe INTEGER
  );
  CREATE TABLE sightings (
    cell INTEGER NOT NULL, frame INTEGER NOT NULL, at_ms REAL NOT NULL, x0 REAL NOT NULL, y0 REAL NOT NULL, x1 REAL NOT NULL, y1 REAL NOT NULL,
    class_index INTEGER NOT NULL, score REAL NOT NULL, cut INTEGER NOT NULL, PRIMARY KEY (cell, frame)
  ) WITHOUT ROWID;
  CREATE TABLE cells (
    id INTEGER PRIMARY KEY, class_index INTEGER NOT NULL, score REAL NOT NULL, state TEXT NOT NULL, island INTEGER NOT NULL,
    x0 REAL NOT NULL, y0 REAL NOT NULL, x1 REAL NOT NULL, y1 REAL NOT NULL,
    sightings INTEGER NOT NULL, first_seen_ms REAL NOT NULL, last_seen_ms REAL NOT NULL
  );
  CREATE TABLE crops (
    cell INTEGER PRIMARY KEY, version INTEGER NOT NULL, quality REAL NOT NULL, frame INTEGER NOT NULL,
    x0 INTEGER NOT NULL, y0 INTEGER NOT NULL, width_px INTEGER NOT NULL, height_px INTEGER NOT NULL, jpeg BLOB NOT NULL
  );
  CREATE TABLE ledger (
    n INTEGER PRIMARY KEY, at_ms REAL NOT NULL, kind TEXT NOT NULL, cell INTEGER NOT NULL, class TEXT NOT NULL, was TEXT, other INTEGER,
    island INTEGER NOT NULL, x0 REAL NOT NULL, y0 REAL NOT NULL, x1 REAL NOT NULL, y1 REAL NOT NULL, reason TEXT NOT NULL
  );
  CREATE INDEX ledger_cell ON ledger (cell);
  CREATE INDEX ledger_other ON ledger (other) WHERE other IS NOT NULL;
  CREATE TABLE events (n INTEGER PRIMARY KEY, at REAL NOT NULL, level TEXT NOT NULL, text TEXT NOT NULL);
  CREATE TABLE keyframes (
    id INTEGER PRIMARY KEY, island INTEGER NOT NULL, x REAL NOT NULL, y REAL NOT NULL, width_px INTEGER NOT NULL, height_px INTEGER NOT NULL,
    picture BLOB
  );
  CREATE TABLE videos (
    video INTEGER PRIMARY KEY, file TEXT NOT NULL, codec TEXT NOT NULL, kind TEXT NOT NULL, width_px INTEGER NOT NULL, height_px INTEGER NOT NULL
  );
  CREATE TABLE video_frames (frame INTEGER PRIMARY KEY, video INTEGER NOT NULL, video_ms REAL NOT NULL);
  `,
  // Pages of the gallery in each of its orders, and their totals, for tens of thousands of cells.
  `
  CREATE INDEX cells_state ON cells (state, class_index);
  CREATE INDEX cells_score ON cells (score, id);
  CREATE INDEX cells_size ON cells ((x1 - x0) * (y1 - y0), id);
  `,
  // A frame's place moves with the keyframe that it was measured against; what was seen in one frame; cells that flow, frame by frame.
  `
  ALTER TABLE frames ADD COLUMN anchor INTEGER;
  ALTER TABLE frames ADD COLUMN anchor_x REAL;
  ALTER TABLE frames ADD COLUMN anchor_y REAL;
  CREATE INDEX frames_at ON frames (at_ms);
  CREATE INDEX sightings_frame ON sightings (frame);
  CREATE TABLE tracks (
    frame INTEGER NOT NULL, track INTEGER NOT NULL, class_index INTEGER NOT NULL, score REAL NOT NULL, state TEXT NOT NULL,
    x0 REAL NOT NULL, y0 REAL NOT NULL, x1 REAL NOT NULL, y1 REAL NOT NULL, PRIMARY KEY (frame, track)
  ) WITHOUT ROWID;
  `,
  REVIEW_TABLES,
  // How cells are drawn, from the corner of their boxes: 16-bit numbers, little-endian, in quarters of a camera pixel.
  `
  CREATE TABLE drawings (cell INTEGER PRIMARY KEY, outline BLOB NOT NULL, nucleus BLOB, pallor REAL);
  `,
];
