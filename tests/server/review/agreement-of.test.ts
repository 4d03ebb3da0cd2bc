import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { agreement, agreementQuery } from '../../../domain/agreement.ts';
import { cohenKappa } from '../../../domain/cohen-kappa.ts';
import { type Change, FIRST_REVIEWED_ID } from '../../../domain/review.ts';
import { openReviewWriter } from '../../../server/review/review-writer.ts';
import { openSessionReader } from '../../../server/sessions/session-reader.ts';
import { makeReviewSession } from './review-session.ts';

let home = '';
let folder = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'smearscope-agreement-'));
  // Three fields of 200 cells.
  ({ folder } = makeReviewSession(home, 600));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

const doing = (reading: 1 | 2, ...changes: Change[]): void => {
  using writer = openReviewWriter(folder);
  for (const change of changes) writer.change({ reading, by: reading === 1 ? 'Reader A' : 'Reader B', change }, 100);
};
const compared = (over: 'all' | 'reviewed' = 'all') => {
  using reader = openSessionReader(folder);
  return agreement.parse(reader.agreement(agreementQuery.parse({ over })));
};

test('two readings are laid beside each other cell by cell and field by field', () => {
  doing(
    1,
    { kind: 'reclassify', cells: [1, 2, 3], class: 'WBC' },
    { kind: 'delete', cells: [4, 5] },
    { kind: 'add', class: 'Platelets', island: 1, box: [12, 12, 18, 18] },
    {
      kind: 'split',
      cell: 7,
      into: [
        { class: 'RBC', box: [120, 0, 127, 10] },
        { class: 'RBC', box: [127, 0, 130, 10] },
      ],
    },
    { kind: 'reviewed', keyframes: [1, 2], reviewed: true },
  );
  doing(
    2,
    { kind: 'reclassify', cells: [1], class: 'WBC' },
    { kind: 'delete', cells: [4] },
    { kind: 'add', class: 'WBC', island: 1, box: [12, 12, 18, 19] },
    { kind: 'reviewed', keyframes: [1, 3], reviewed: true },
  );
  const result = compared();
  expect(result.by).toEqual({ first: 'Reader A', second: 'Reader B' });
  // 600 counted, one added by both, one more by the split.
  expect(result).toMatchObject({ cells: 602, agreed: 597, differing: 5, labels: ['RBC', 'WBC', 'Platelets', 'no cell'] });
  expect(result.differences).toEqual([
    { cell: 2, first: 'WBC', second: 'RBC', island: 1, box: [20, 0, 30, 10] },
    { cell: 3, first: 'WBC', second: 'RBC', island: 1, box: [40, 0, 50, 10] },
    { cell: 5, second: 'RBC', island: 1, box: [80, 0, 90, 10] },
    // Numbers of made cells go up in steps of twenty, over both readings.
    { cell: FIRST_REVIEWED_ID, other: FIRST_REVIEWED_ID + 40, first: 'Platelets', second: 'WBC', island: 1, box: [12, 12, 18, 18] },
    { cell: FIRST_REVIEWED_ID + 21, first: 'RBC', island: 1, box: [127, 0, 130, 10] },
  ]);
  expect(result.confusion).toEqual([
    [535, 0, 0, 1],
    [2, 49, 0, 0],
    [0, 1, 12, 0],
    [1, 0, 0, 1],
  ]);
  expect(result.kappa).toEqual(cohenKappa(result.confusion));
  // RBC: the first counts two less for WBC, one less deleted, one more split, in the first field; the others agree.
  expect(result.blandAltman['RBC']).toMatchObject({
    fields: 3,
    mean: expect.closeTo(-2 / 3, 9),
    points: [{ field: 1, first: 176, second: 178 }, { field: 2 }, { field: 3 }],
  });
  expect(compared('reviewed')).toMatchObject({ over: 'reviewed', cells: 202, differing: 5, blandAltman: {} });
});

test('two readings that change nothing agree', () => {
  {
    using writer = openReviewWriter(folder);
    writer.sign({ reading: 1, by: 'Reader A', role: 'reader' }, 1);
    writer.sign({ reading: 2, by: 'Reader B', role: 'second reader' }, 2);
  }
  expect(compared()).toMatchObject({ cells: 600, agreed: 600, differing: 0, differences: [], kappa: { value: expect.closeTo(1, 9) } });
});

test('without a second reading there is nothing to compare', () => {
  expect(() => compared()).toThrow(/has no first reading: /);
  doing(1, { kind: 'delete', cells: [1] });
  expect(() => compared()).toThrow(/has no second reading: its second reader corrects or signs it first$/);
});
