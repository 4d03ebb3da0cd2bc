import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cellQuery } from '../../../domain/cell-record.ts';
import { type Change, correctionPage, correctionQuery, FIRST_REVIEWED_ID, reviewedStory } from '../../../domain/review.ts';
import { openReviewWriter } from '../../../server/review/review-writer.ts';
import { DATABASE_FILE } from '../../../server/sessions/session-folder.ts';
import { openSessionReader } from '../../../server/sessions/session-reader.ts';
import { correctedSession } from './corrected-session.ts';

let home = '';
let { folder, doing, stepping, cell, counts } = {} as ReturnType<typeof correctedSession>;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'smearscope-review-'));
  ({ folder, doing, stepping, cell, counts } = correctedSession(home));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

describe('a change', () => {
  test('of the class names the class as counted, which stays', () => {
    const { n, cells, review } = doing({ kind: 'reclassify', cells: [1, 2], class: 'WBC' });
    expect(n).toBe(1);
    expect(cells).toMatchObject([
      { id: 1, class: 'WBC', classIndex: 1, was: 'RBC', correction: 'reclassified', state: 'counted' },
      { id: 2, class: 'WBC' },
    ]);
    expect(review).toMatchObject({
      by: 'Reader A',
      version: 1,
      head: 1,
      undo: '2 cells → WBC',
      changes: 1,
      counts: { RBC: { counted: 89, n: 87 }, WBC: { counted: 8, n: 10 }, Platelets: { counted: 2, n: 2 } },
      locked: false,
    });
    expect(review.counts['WBC']).toMatchObject({ low: 4.8, high: 18.4, share: { value: expect.closeTo(10 / 99, 9) } });
    expect(cell(1, 'counted')).toMatchObject({ class: 'RBC' });
    expect(cell(1, 2)).toMatchObject({ class: 'RBC' });
    expect(cell(1, 'counted')).not.toHaveProperty('correction');
  });

  test('to the class that it was counted as is a word of the reader too, and no correction', () => {
    expect(doing({ kind: 'reclassify', cells: [1], class: 'RBC' }).cells[0]).not.toHaveProperty('correction');
    // The camera thinks again; the reader has said what it is.
    const database = new DatabaseSync(join(folder, DATABASE_FILE));
    database.exec('UPDATE cells SET class_index = 1 WHERE id = 1');
    database.close();
    expect(cell(1)).toMatchObject({ class: 'RBC', was: 'WBC', correction: 'reclassified' });
  });

  test('that deletes leaves a withdrawn cell', () => {
    expect(doing({ kind: 'delete', cells: [10] }).cells).toMatchObject([
      { id: 10, state: 'withdrawn', correction: 'deleted', class: 'WBC' },
    ]);
    expect(counts()).toEqual({ RBC: 89, WBC: 7, Platelets: 2 });
  });

  test('that adds makes a cell with a number of its own', () => {
    const { cells } = doing({ kind: 'add', class: 'Platelets', island: 1, box: [12, 1, 18, 8] });
    expect(cells).toMatchObject([
      {
        id: FIRST_REVIEWED_ID,
        class: 'Platelets',
        score: 1,
        state: 'counted',
        correction: 'added',
        box: [12, 1, 18, 8],
        widthUm: 0.6,
        sightings: 0,
      },
    ]);
    expect(counts()).toEqual({ RBC: 89, WBC: 8, Platelets: 3 });
  });

  test('that splits takes the cell away and makes its parts', () => {
    const { cells } = doing({
      kind: 'split',
      cell: 1,
      into: [
        { class: 'RBC', box: [0, 0, 5, 10] },
        { class: 'WBC', box: [5, 0, 10, 10] },
      ],
    });
    expect(cells.map(({ id, state, correction }) => [id, state, correction])).toEqual([
      [1, 'withdrawn', 'split'],
      [FIRST_REVIEWED_ID, 'counted', 'split'],
      [FIRST_REVIEWED_ID + 1, 'counted', 'split'],
    ]);
    expect(counts()).toEqual({ RBC: 89, WBC: 9, Platelets: 2 });
    expect(cells[1]).toMatchObject({ firstSeenMs: 10, lastSeenMs: 15 });
  });

  test('that merges takes the class of most and the box around them', () => {
    const { cells } = doing({ kind: 'merge', cells: [9, 10, 11] });
    expect(cells.at(-1)).toMatchObject({ class: 'RBC', box: [160, 0, 210, 10], correction: 'merged', firstSeenMs: 90, lastSeenMs: 115 });
    expect(cells.slice(0, 3).every(({ state, correction }) => state === 'withdrawn' && correction === 'merged')).toBe(true);
    expect(counts()).toEqual({ RBC: 88, WBC: 7, Platelets: 2 });
  });

  test('that marks, and one of whole fields', () => {
    expect(doing({ kind: 'mark', cells: [3, 4], uncertain: true }).review.uncertain).toBe(2);
    expect(doing({ kind: 'mark', cells: [3], uncertain: false }).review.uncertain).toBe(1);
    const { cells, review } = doing({ kind: 'reviewed', keyframes: [1], reviewed: true });
    expect([cells, review.reviewedKeyframes]).toEqual([[], [1]]);
    expect(stepping('undo').review.reviewedKeyframes).toEqual([]);
    using reader = openSessionReader(folder);
    expect(reader.cells(cellQuery.parse({ reading: 1, uncertain: true })).cells.map(({ id }) => id)).toEqual([4]);
  });

  test.each<[string, Change, RegExp]>([
    ['no such cell', { kind: 'delete', cells: [1, 777] }, /^no cell 777 in this reading: /],
    ['no such class', { kind: 'reclassify', cells: [1], class: 'Yeast' }, /^no class Yeast: this session has RBC, WBC, Platelets$/],
    ['taken back by the count', { kind: 'mark', cells: [99], uncertain: true }, /^cell 99 was taken back by the count: /],
    [
      'outside of the map',
      { kind: 'add', class: 'RBC', island: 1, box: [9000, 0, 9010, 10] },
      /^the box 9000, 0, 9010, 10 lies outside of what was seen/,
    ],
    ['on no island', { kind: 'add', class: 'RBC', island: 7, box: [0, 0, 10, 10] }, /lies outside of what was seen of island 7/],
    [
      'parts elsewhere',
      {
        kind: 'split',
        cell: 1,
        into: [
          { class: 'RBC', box: [0, 0, 5, 10] },
          { class: 'RBC', box: [200, 0, 210, 10] },
        ],
      },
      /^the box 200, 0, 210, 10 lies outside of cell 1: /,
    ],
    ['other islands', { kind: 'merge', cells: [1, 98] }, /^cells 1 and 98 lie on different pieces of the map: /],
    ['one twice', { kind: 'merge', cells: [1, 1] }, /^one cell alone cannot be merged: /],
    ['no such field', { kind: 'reviewed', keyframes: [1, 44], reviewed: true }, /^no field 44 in this session: /],
  ])('is refused whole in one line: %s', (_name, change, line) => {
    expect(() => doing(change)).toThrow(line);
    using reader = openSessionReader(folder);
    expect(reader.corrections(correctionQuery.parse({})).total).toBe(0);
  });

  test('of a deleted cell is refused until that is undone', () => {
    doing({ kind: 'delete', cells: [5] });
    expect(() => doing({ kind: 'reclassify', cells: [5], class: 'WBC' })).toThrow(/^cell 5 is deleted already: undo that first$/);
    stepping('undo');
    expect(doing({ kind: 'reclassify', cells: [5], class: 'WBC' }).cells).toHaveLength(1);
  });

  test('is refused where somebody else was faster', () => {
    doing({ kind: 'delete', cells: [5] });
    using writer = openReviewWriter(folder);
    const change: Change = { kind: 'delete', cells: [6] };
    expect(() => writer.change({ reading: 1, by: 'Reader B', change, head: 0 }, 1)).toThrow(
      /^reading 1 was changed since \(entry 1, not 0\): /,
    );
    expect(writer.change({ reading: 1, by: 'Reader B', change, head: 1 }, 7000).review.by).toBe('Reader B');
  });

  test('of the other reading is another person’s', () => {
    doing({ kind: 'delete', cells: [5] });
    expect(() => doing({ kind: 'delete', cells: [5] }, { reading: 2, by: 'READER A' })).toThrow(
      /^READER A made the first reading of this session: /,
    );
    expect(doing({ kind: 'delete', cells: [5] }, { reading: 2, by: 'Reader B' }).n).toBe(2);
    expect(() => doing({ kind: 'delete', cells: [6] }, { by: 'Reader B' })).toThrow(/^Reader B made the second reading/);
  });
});

describe('undo and redo', () => {
  test('are entries of the history', () => {
    doing({ kind: 'reclassify', cells: [1], class: 'WBC' });
    doing({ kind: 'reclassify', cells: [1], class: 'Platelets' });
    const undone = stepping('undo', 'Reader B');
    expect(undone).toMatchObject({
      n: 3,
      cells: [{ id: 1, class: 'WBC' }],
      review: { undo: '1 cell → WBC', redo: '1 cell → Platelets', head: 3 },
    });
    expect(stepping('undo').cells).toMatchObject([{ id: 1, class: 'RBC' }]);
    expect(() => stepping('undo')).toThrow(/^nothing to undo in reading 1/);
    expect(stepping('redo').cells).toMatchObject([{ id: 1, class: 'WBC' }]);
    using reader = openSessionReader(folder);
    const page = correctionPage.parse(reader.corrections(correctionQuery.parse({ limit: 4 })));
    expect(page.total).toBe(5);
    expect(page.corrections.map(({ n, kind, by, of, undone: gone }) => [n, kind, by, of, gone])).toEqual([
      [5, 'redo', 'Reader A', 1, false],
      [4, 'undo', 'Reader A', 1, false],
      [3, 'undo', 'Reader B', 2, false],
      [2, 'reclassify', 'Reader A', undefined, true],
    ]);
    expect(reader.corrections(correctionQuery.parse({ cursor: page.next })).corrections.map(({ n }) => n)).toEqual([1]);
  });

  test('a new change ends what could be redone, and its cells get new numbers', () => {
    const add: Change = { kind: 'add', class: 'WBC', island: 1, box: [12, 1, 18, 8] };
    expect(doing(add).cells[0]?.id).toBe(FIRST_REVIEWED_ID);
    stepping('undo');
    expect(cell(FIRST_REVIEWED_ID)).toBeUndefined();
    expect(stepping('redo').cells[0]?.id).toBe(FIRST_REVIEWED_ID);
    stepping('undo');
    const again = doing(add).cells[0]!.id;
    expect(again).toBeGreaterThan(FIRST_REVIEWED_ID);
    expect(() => stepping('redo')).toThrow(/^nothing to redo/);
  });
});

describe('the story of a cell', () => {
  test('tells what was done to it, and of a made one where it came from', () => {
    doing({ kind: 'mark', cells: [1, 2], uncertain: true });
    doing({ kind: 'merge', cells: [1, 2] });
    using reader = openSessionReader(folder);
    const story = reviewedStory.parse(reader.story(1, 1));
    expect(story.corrections.map(({ kind, by, text }) => [kind, by, text])).toEqual([
      ['mark', 'Reader A', '2 cells marked uncertain'],
      ['merge', 'Reader A', '2 cells merged into one'],
    ]);
    expect(story.cell).toMatchObject({ state: 'withdrawn', correction: 'merged', uncertain: true });
    expect(reviewedStory.parse(reader.story(FIRST_REVIEWED_ID, 1))).toMatchObject({
      cell: { correction: 'merged' },
      corrections: [{ made: [FIRST_REVIEWED_ID] }],
    });
    expect(reader.story(1, 2)).toMatchObject({ cell: { state: 'counted' }, corrections: [] });
    expect(reader.story(FIRST_REVIEWED_ID, 2)).toBeUndefined();
  });
});
