/**
 * Tables of reviewing, an entry of the session's migrations. `corrections` and `signatures` are the record and are only ever appended to; the
 * other tables follow from it. `basis` says for each counted cell of a change when it was first seen and where it lay: an id alone does
 * not name a cell for ever, since a camera that was killed may count other cells under the ids that its restored map does not know.
 * A row of `reviewed_cells` holds what a reader says of a counted cell, or the whole of a cell that a reader made.
 */
export const REVIEW_TABLES = `
  CREATE TABLE corrections (
    n INTEGER PRIMARY KEY, at REAL NOT NULL, by TEXT NOT NULL, reading INTEGER NOT NULL, kind TEXT NOT NULL, target INTEGER, made INTEGER,
    change TEXT NOT NULL, basis TEXT NOT NULL
  );
  CREATE INDEX corrections_reading ON corrections (reading, n);
  CREATE INDEX corrections_by ON corrections (reading, by COLLATE NOCASE);
  CREATE INDEX corrections_made ON corrections (made) WHERE made IS NOT NULL;
  CREATE TABLE signatures (
    n INTEGER PRIMARY KEY, at REAL NOT NULL, by TEXT NOT NULL, reading INTEGER NOT NULL, role TEXT NOT NULL, version INTEGER NOT NULL,
    head INTEGER NOT NULL, document TEXT NOT NULL, sha256 TEXT NOT NULL
  );
  CREATE TABLE correction_steps (
    reading INTEGER NOT NULL, n INTEGER NOT NULL, undone INTEGER NOT NULL, PRIMARY KEY (reading, n)
  ) WITHOUT ROWID;
  CREATE TABLE correction_cells (
    reading INTEGER NOT NULL, cell INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (reading, cell, n)
  ) WITHOUT ROWID;
  CREATE TABLE reviewed_cells (
    reading INTEGER NOT NULL, cell INTEGER NOT NULL, class_index INTEGER, gone TEXT, made TEXT, uncertain INTEGER NOT NULL,
    island INTEGER, x0 REAL, y0 REAL, x1 REAL, y1 REAL, first_seen_ms REAL NOT NULL, last_seen_ms REAL, PRIMARY KEY (reading, cell)
  ) WITHOUT ROWID;
  CREATE INDEX reviewed_uncertain ON reviewed_cells (reading, cell) WHERE uncertain = 1;
  CREATE TABLE reviewed_fields (reading INTEGER NOT NULL, keyframe INTEGER NOT NULL, PRIMARY KEY (reading, keyframe)) WITHOUT ROWID;
  CREATE INDEX frames_keyframe ON frames (keyframe) WHERE keyframe IS NOT NULL;
  CREATE TRIGGER corrections_stay BEFORE DELETE ON corrections BEGIN SELECT raise(ABORT, 'corrections are never deleted'); END;
  CREATE TRIGGER corrections_hold BEFORE UPDATE ON corrections BEGIN SELECT raise(ABORT, 'corrections are never changed'); END;
  CREATE TRIGGER signatures_stay BEFORE DELETE ON signatures BEGIN SELECT raise(ABORT, 'signatures are never deleted'); END;
  CREATE TRIGGER signatures_hold BEFORE UPDATE ON signatures BEGIN SELECT raise(ABORT, 'signatures are never changed'); END;
`;
