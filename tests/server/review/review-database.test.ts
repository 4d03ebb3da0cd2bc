import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cellQuery } from '../../../domain/cell-record.ts';
import { type Change, correctionQuery, reviewState } from '../../../domain/review.ts';
import { openReviewWriter } from '../../../server/review/review-writer.ts';
import { DATABASE_FILE } from '../../../server/sessions/session-folder.ts';
import { openSessionReader } from '../../../server/sessions/session-reader.ts';
import { APPLICATION_ID, MIGRATIONS } from '../../../server/sessions/session-schema.ts';
import { correctedSession } from './corrected-session.ts';

let home = '';
let { folder, doing, stepping, cell } = {} as ReturnType<typeof correctedSession>;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'smearscope-review-'));
  ({ folder, doing, stepping, cell } = correctedSession(home));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

describe('a database that cannot take a change', () => {
  test('is said, and nothing of the change is kept', () => {
    const other = new DatabaseSync(join(folder, DATABASE_FILE));
    other.exec('BEGIN IMMEDIATE');
    {
      using writer = openReviewWriter(folder, { patienceMs: 20 });
      const change: Change = { kind: 'delete', cells: [1] };
      expect(() => writer.change({ reading: 1, by: 'Reader A', change }, 1)).toThrow(
        /^the session is being written by another process, .*: try again$/,
      );
      other.exec('ROLLBACK');
      expect(writer.change({ reading: 1, by: 'Reader A', change }, 1).n).toBe(1);
    }
    other.close();
  });
});

describe('a session of an earlier version', () => {
  test('is read as it is, and gets its tables from the first correction', () => {
    const path = join(folder, DATABASE_FILE);
    renameSync(path, `${path}.now`);
    const database = new DatabaseSync(path);
    const versions = MIGRATIONS.findIndex((entry) => entry.includes('reviewed_cells'));
    for (const entry of MIGRATIONS.slice(0, versions)) database.exec(entry);
    database.exec(
      `PRAGMA journal_mode = WAL; PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${versions}; ATTACH '${path}.now' AS now`,
    );
    for (const table of ['facts', 'cells', 'keyframes']) database.exec(`INSERT INTO main.${table} SELECT * FROM now.${table}`);
    database.close();
    using reader = openSessionReader(folder);
    expect(reviewState.parse(reader.review(1))).toMatchObject({ version: 1, head: 0, counts: { RBC: { counted: 89, n: 89 } } });
    expect(reader.cells(cellQuery.parse({ reading: 1 })).total).toBe(99);
    expect(reader.story(1, 1)).toMatchObject({ corrections: [] });
    expect(reader.corrections(correctionQuery.parse({}))).toEqual({ total: 0, corrections: [] });
    expect(reader.signatures()).toEqual([]);
    doing({ kind: 'delete', cells: [1] });
    // The same reader, open all the while.
    expect(reader.cells(cellQuery.parse({ reading: 1 })).total).toBe(98);
    expect(reader.review(1).head).toBe(1);
  });
});

describe('a cell whose number came to mean another one', () => {
  test('is not what was corrected', () => {
    doing({ kind: 'reclassify', cells: [100], class: 'WBC' });
    // A killed camera went on from a map that did not know the cell, and counted another one in its place.
    const database = new DatabaseSync(join(folder, DATABASE_FILE));
    database.exec('UPDATE cells SET first_seen_ms = 99999, class_index = 0 WHERE id = 100');
    database.close();
    expect(cell(100)).toMatchObject({ class: 'RBC' });
    expect(doing({ kind: 'mark', cells: [100], uncertain: true }).cells[0]).toMatchObject({ class: 'RBC', uncertain: true });
    expect(stepping('undo').cells[0]).not.toHaveProperty('uncertain');
  });
});
