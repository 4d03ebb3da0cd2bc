import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CellQuery, cellPage, cellQuery } from '../../../domain/cell-record.ts';
import type { Change } from '../../../domain/review.ts';
import { openReviewWriter } from '../../../server/review/review-writer.ts';
import { openReview } from '../../../server/review/reviewed-cells.ts';
import { openSessionReader } from '../../../server/sessions/session-reader.ts';
import { cellAt, makeReviewSession } from './review-session.ts';

let home = '';
let folder = '';

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'smearscope-pages-'));
  const states = ['counted', 'counted', 'counted', 'waiting', 'excluded', 'withdrawn'] as const;
  const cells = Array.from({ length: 120 }, (_, i) => {
    const cell = cellAt(i + 1);
    return { ...cell, state: states[i % 6]!, box: [cell.box[0], cell.box[1], cell.box[2] + (i % 7), cell.box[3]] as typeof cell.box };
  });
  ({ folder } = makeReviewSession(home, 120, { cells }));
  const changes: Change[] = [
    { kind: 'reclassify', cells: [1, 7, 13, 4], class: 'WBC' },
    { kind: 'delete', cells: [19, 5, 62] },
    { kind: 'mark', cells: [1, 8, 25, 31, 20], uncertain: true },
    { kind: 'merge', cells: [37, 38] },
    {
      kind: 'split',
      cell: 43,
      into: [
        { class: 'RBC', box: [40, 40, 45, 50] },
        { class: 'Platelets', box: [45, 40, 50, 50] },
      ],
    },
    { kind: 'add', class: 'Platelets', island: 1, box: [3, 12, 9, 19] },
    { kind: 'delete', cells: [8] },
  ];
  using writer = openReviewWriter(folder);
  for (const change of changes) writer.change({ reading: 1, by: 'Reader A', change }, 1);
  const added = writer.change({ reading: 1, by: 'Reader A', change: { kind: 'add', class: 'WBC', island: 1, box: [12, 3, 19, 9] } }, 1)
    .cells[0]!.id;
  writer.change({ reading: 1, by: 'Reader A', change: { kind: 'mark', cells: [added], uncertain: true } }, 1);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('pages of cells of a reading', () => {
  const asked: Partial<CellQuery>[] = [1, 2, undefined].flatMap((reading) =>
    [
      {},
      { sort: 'score' },
      { sort: 'score', order: 'desc' },
      { sort: 'size' },
      { sort: 'size', order: 'asc', class: 'Platelets' },
      { class: 'WBC' },
      { class: 'WBC', sort: 'score' },
      { state: 'withdrawn' },
      { state: 'counted', class: 'RBC', sort: 'score' },
      { state: 'waiting', sort: 'size' },
      { uncertain: true },
      { uncertain: true, sort: 'score' },
      { uncertain: false, sort: 'score', state: 'counted' },
    ].map((query) => ({ ...query, ...(reading === undefined ? {} : { reading }) }) as Partial<CellQuery>),
  );

  test.each(asked)('hold each cell once, in order, with the right total: %j', (query) => {
    using review = openReview(folder, { reading: query.reading ?? 'counted' });
    using reader = openSessionReader(folder);
    const full = cellQuery.parse({ ...query, limit: 7 });
    const keyOf = ({ id, score, box }: { id: number; score: number; box: readonly number[] }): number =>
      full.sort === 'score' ? score : full.sort === 'size' ? (box[2]! - box[0]!) * (box[3]! - box[1]!) : id;
    const turn = (full.order ?? (full.sort === 'size' ? 'desc' : 'asc')) === 'asc' ? 1 : -1;
    const wanted = [...review.cells({ withdrawn: true })]
      .filter(
        (cell) =>
          (full.state === undefined ? cell.state !== 'withdrawn' : cell.state === full.state) &&
          (full.class === undefined || cell.class === full.class) &&
          (full.uncertain === undefined || (cell.uncertain ?? false) === full.uncertain),
      )
      .sort((a, b) => turn * (keyOf(a) - keyOf(b) || a.id - b.id));
    const seen: unknown[] = [];
    let cursor: string | undefined;
    do {
      const page = cellPage.parse(reader.cells({ ...full, cursor }));
      expect(page.total).toBe(wanted.length);
      seen.push(...page.cells);
      cursor = page.next;
    } while (cursor !== undefined);
    expect(seen).toEqual(wanted);
  });

  test('show what was done to them', () => {
    using reader = openSessionReader(folder);
    const { cells } = reader.cells(cellQuery.parse({ reading: 1, state: 'withdrawn', limit: 1000 }));
    expect(new Set(cells.map(({ correction }) => correction))).toEqual(new Set([undefined, 'deleted', 'merged', 'split']));
    expect(
      reader
        .cells(cellQuery.parse({ reading: 1, uncertain: 'true' }))
        .cells.map(({ id }) => id)
        .slice(0, 4),
    ).toEqual([1, 20, 25, 31]);
    const frame = reader.frames.frame(0)!;
    const inView = (reading?: 1 | 2): number => reader.cellsInView(frame, reading).cells.length;
    expect(inView(2)).toBe(inView());
    using review = openReview(folder);
    expect(review.reading).toBe(1);
    expect(inView(1)).toBe([...review.cells()].filter(({ box }) => box[1] < 200).length);
  });
});
