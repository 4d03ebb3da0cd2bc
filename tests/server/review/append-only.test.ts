import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openReviewWriter } from '../../../server/review/review-writer.ts';
import { DATABASE_FILE } from '../../../server/sessions/session-folder.ts';
import { cellAt, makeReviewSession } from './review-session.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'smearscope-append-'));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

test('the history of corrections cannot be changed in place', () => {
  const { folder } = makeReviewSession(home, 3, { cells: [cellAt(1, {}), cellAt(2, {}), cellAt(3, {})] });
  {
    using writer = openReviewWriter(folder);
    writer.change({ reading: 1, by: 'Reader A', change: { kind: 'delete', cells: [1] } }, 1);
  }
  const database = new DatabaseSync(join(folder, DATABASE_FILE));
  expect(() => database.exec("UPDATE corrections SET by = 'Reader B'")).toThrow(/never changed/);
  expect(() => database.exec('DELETE FROM corrections')).toThrow(/never deleted/);
  database.close();
});
