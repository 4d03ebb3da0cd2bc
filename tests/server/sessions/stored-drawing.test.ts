import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packOutline } from '../../../domain/cell-drawing.ts';
import { cellPage, cellQuery, cellStory } from '../../../domain/cell-record.ts';
import { sizeDistribution, sizesQuery } from '../../../domain/size-distribution.ts';
import { openReviewWriter } from '../../../server/review/review-writer.ts';
import { openReview } from '../../../server/review/reviewed-cells.ts';
import { openSessionToWrite } from '../../../server/sessions/session-database.ts';
import { DATABASE_FILE } from '../../../server/sessions/session-folder.ts';
import { openSessionReader } from '../../../server/sessions/session-reader.ts';
import { createSessionWriter } from '../../../server/sessions/session-writer.ts';
import { ellipseIn } from '../../pipelines/drawing-engine.ts';
import { makeReviewSession } from '../review/review-session.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'smearscope-drawings-'));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

/** Forty cells of 10 px; those up to the thirtieth are drawn as circles of `sidePx`, at 0.1 µm/px. */
const drawnSession = (sidePx = 10): string =>
  makeReviewSession(home, 40, {
    drawings: Array.from({ length: 30 }, (_, i) => ({
      cell: i + 1,
      drawing: {
        outline: packOutline(ellipseIn([0, 0, sidePx, sidePx], 40), { x: 0, y: 0 }),
        ...(i === 0 ? { nucleus: packOutline(ellipseIn([0, 0, sidePx / 2, sidePx / 2], 40), { x: 0, y: 0 }), pallor: 0.25 } : {}),
      },
    })),
  }).folder;

test('cells come with their drawings and measures, in lists, alone and in a review', () => {
  const folder = drawnSession();
  using reader = openSessionReader(folder);
  const page = cellPage.parse(reader.cells(cellQuery.parse({})));
  const story = cellStory.parse(reader.cell(1));
  using review = openReview(folder);
  const listed = [...review.cells()];
  for (const cell of [page.cells[0]!, story.cell, listed[0]!, review.cell(1)!]) {
    expect(cell.shape).toMatchObject({ pallor: 0.25 });
    expect(cell.shape!.diameterUm).toBeCloseTo(1, 1);
    expect(cell.shape!.nucleusShare).toBeCloseTo(0.25, 1);
    expect(cell.drawing!.outline.slice(0, 2)).toEqual([40, 20]);
  }
  expect(listed.filter(({ drawing }) => drawing !== undefined)).toHaveLength(30);
  expect(page.cells[1]!.drawing).not.toHaveProperty('nucleus');
  expect(page.cells[35]).not.toHaveProperty('drawing');
});

test('a reclassified cell keeps its drawing and is measured with its new class', () => {
  const folder = drawnSession();
  using writer = openReviewWriter(folder);
  writer.change({ reading: 1, by: 'Reader A', change: { kind: 'reclassify', cells: [1, 2], class: 'WBC' } }, 1);
  writer.change({ reading: 1, by: 'Reader A', change: { kind: 'delete', cells: [3] } }, 2);
  using reader = openSessionReader(folder);
  expect(reader.story(1, 1)?.cell).toMatchObject({ class: 'WBC', correction: 'reclassified', drawing: { pallor: 0.25 } });
  // Each tenth cell is a white one.
  const red = sizeDistribution.parse(reader.sizes(sizesQuery.parse({})));
  expect(red).toMatchObject({ n: 27, beyond: 0 });
  expect(red.meanDiameterUm).toBeCloseTo(1, 1);
  expect(reader.sizes(sizesQuery.parse({ reading: '1' })).n).toBe(24);
  expect(reader.sizes(sizesQuery.parse({ reading: '1', class: 'WBC' })).n).toBe(5);
  expect(reader.sizes(sizesQuery.parse({ class: 'no such' })).n).toBe(0);
});

test('a better drawing replaces the one before; what a restored map does not know is taken back', () => {
  const folder = drawnSession();
  const database = openSessionToWrite(folder);
  const writer = createSessionWriter(database);
  const drawing = { outline: packOutline(ellipseIn([0, 0, 20, 20], 40), { x: 0, y: 0 }) };
  const nothing = { facts: {}, frames: [], sightings: [], cells: [], ledger: [], events: [], keyframes: [], videos: [], videoFrames: [] };
  writer.write({ ...nothing, drawings: [{ cell: 1, drawing }] }, []);
  writer.trim({ cells: 20, ledger: 0, keyframes: 0 });
  expect(Number(database.prepare('SELECT count(*) AS n FROM drawings').get()!['n'])).toBe(20);
  database.close();
  using reader = openSessionReader(folder);
  expect(reader.cell(1)!.cell.drawing).toEqual(drawing);
});

test('a session of an earlier version opens, without drawings', () => {
  const folder = drawnSession();
  const database = new DatabaseSync(join(folder, DATABASE_FILE));
  database.exec('DROP TABLE drawings; PRAGMA user_version = 4');
  database.close();
  using reader = openSessionReader(folder);
  expect(reader.cells(cellQuery.parse({})).cells[0]).not.toHaveProperty('drawing');
  expect(reader.sizes(sizesQuery.parse({})).n).toBe(0);
  openSessionToWrite(folder).close();
  expect(reader.sizes(sizesQuery.parse({})).n).toBe(0);
});
