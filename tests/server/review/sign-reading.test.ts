import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Change, SignRequest } from '../../../domain/review.ts';
import { reviewState, signatureList } from '../../../domain/review.ts';
import { openReviewWriter } from '../../../server/review/review-writer.ts';
import { DATABASE_FILE } from '../../../server/sessions/session-folder.ts';
import { openSessionReader } from '../../../server/sessions/session-reader.ts';
import { makeReviewSession } from './review-session.ts';

let home = '';
let folder = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'smearscope-sign-'));
  ({ folder } = makeReviewSession(home, 60));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

const doing = (change: Change, reading: 1 | 2 = 1, by = 'Reader A') => {
  using writer = openReviewWriter(folder);
  return writer.change({ reading, by, change }, 100).review;
};
const signing = (asked: Partial<SignRequest> = {}, at = 200) => {
  using writer = openReviewWriter(folder);
  return reviewState.parse(writer.sign({ reading: 1, by: 'Reader A', role: 'reader', ...asked }, at));
};
const signatures = () => {
  using reader = openSessionReader(folder);
  return signatureList.parse({ signatures: reader.signatures() }).signatures;
};
/** Changes the file behind the program's back. */
const tamper = (sql: string): void => {
  const database = new DatabaseSync(join(folder, DATABASE_FILE));
  for (const name of ['corrections_stay', 'corrections_hold', 'signatures_stay', 'signatures_hold']) database.exec(`DROP TRIGGER ${name}`);
  database.exec(sql);
  database.close();
};

describe('a signature', () => {
  test('locks a version; the next change begins the next one', () => {
    expect(doing({ kind: 'delete', cells: [1] })).toMatchObject({ version: 1, locked: false });
    const signed = signing({ comment: 'well spread' });
    expect(signed).toMatchObject({ version: 1, signedVersion: 1, locked: true });
    expect(signed.signatures).toMatchObject([
      {
        n: 1,
        by: 'Reader A',
        role: 'reader',
        comment: 'well spread',
        version: 1,
        head: 1,
        counts: { RBC: 53, WBC: 5, Platelets: 1 },
        model: 'tiny 1',
      },
    ]);
    expect(() => signing({ by: 'reader a' })).toThrow(
      /^version 1 is signed by Reader A as reader already: a change begins the next version$/,
    );
    expect(signing({ by: 'Reader C', role: 'supervisor' }).signatures).toHaveLength(2);
    expect(doing({ kind: 'delete', cells: [2] })).toMatchObject({ version: 2, signedVersion: 1, locked: false });
    expect(signing({}, 300)).toMatchObject({ version: 2, signedVersion: 2, locked: true });
    expect(signatures().map(({ version, counts: { RBC }, broken }) => [version, RBC, broken])).toEqual([
      [1, 53, undefined],
      [1, 53, undefined],
      [2, 52, undefined],
    ]);
  });

  test('of an untouched session says that it is right as counted', () => {
    expect(signing()).toMatchObject({ version: 1, head: 0, locked: true });
    expect(signatures()).toMatchObject([{ head: 0, counts: { RBC: 54, WBC: 5, Platelets: 1 } }]);
  });

  test('is of the reading that its role reads', () => {
    expect(() => signing({ role: 'second reader' })).toThrow(/^reading 1 is the first reader’s: /);
    expect(() => signing({ reading: 2, by: 'Reader B' })).toThrow(/^reading 2 is the second reader’s: /);
    signing();
    expect(() => signing({ reading: 2, role: 'second reader' })).toThrow(/^Reader A made the first reading/);
    expect(signing({ reading: 2, role: 'second reader', by: 'Reader B' }).locked).toBe(true);
  });

  test.each<[string, string, (string | undefined)[]]>([
    [
      'a count in it',
      `UPDATE signatures SET document = replace(document, '"RBC":53', '"RBC":54') WHERE n = 1`,
      ['the signature itself was altered', undefined],
    ],
    ['who signed', "UPDATE signatures SET by = 'Eve' WHERE n = 1", ['the signature itself was altered', undefined]],
    [
      'a correction',
      "UPDATE corrections SET by = 'Eve' WHERE n = 1",
      ['the corrections that it covers were altered', 'the corrections that it covers were altered'],
    ],
    ['a later correction', 'UPDATE corrections SET at = 1 WHERE n = 2', [undefined, 'the corrections that it covers were altered']],
    [
      'a counted cell',
      'UPDATE cells SET class_index = 1 WHERE id = 9',
      ['what was counted changed after it was signed', 'what was counted changed after it was signed'],
    ],
    ['a signature that is gone', 'DELETE FROM signatures WHERE n = 1', ['the signature before it was altered or taken out']],
  ])('says what was altered: %s', (_name, sql, broken) => {
    doing({ kind: 'delete', cells: [1] });
    signing();
    doing({ kind: 'delete', cells: [2] });
    signing({}, 300);
    expect(signatures().map((one) => one.broken)).toEqual([undefined, undefined]);
    tamper(sql);
    expect(signatures().map((one) => one.broken)).toEqual(broken);
  });

  test('covers the history alone: the tables that follow from it may be made anew', () => {
    doing({ kind: 'delete', cells: [1] });
    signing();
    tamper('DELETE FROM reviewed_cells; DELETE FROM correction_cells');
    {
      using writer = openReviewWriter(folder);
      writer.rebuild();
    }
    expect(signatures()).toMatchObject([{ counts: { RBC: 53 } }]);
    expect(signatures()[0]).not.toHaveProperty('broken');
  });
});
