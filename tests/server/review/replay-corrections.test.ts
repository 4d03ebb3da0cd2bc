import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cellQuery } from '../../../domain/cell-record.ts';
import { isFault } from '../../../domain/fault.ts';
import { type Change, FIRST_REVIEWED_ID } from '../../../domain/review.ts';
import { openReviewWriter, type ReviewWriter } from '../../../server/review/review-writer.ts';
import { openReview } from '../../../server/review/reviewed-cells.ts';
import { DATABASE_FILE } from '../../../server/sessions/session-folder.ts';
import { openSessionReader } from '../../../server/sessions/session-reader.ts';
import { CLASSES, makeReviewSession } from './review-session.ts';

const CELLS = 30;
const id = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: CELLS }) },
  fc.integer({ min: FIRST_REVIEWED_ID, max: FIRST_REVIEWED_ID + 60 }),
);
const ids = fc.uniqueArray(id, { minLength: 1, maxLength: 5 });
const name = fc.constantFrom(...CLASSES);
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant('reclassify' as const), cells: ids, class: name }),
  fc.record({ kind: fc.constant('delete' as const), cells: ids }),
  fc.record({ kind: fc.constant('mark' as const), cells: ids, uncertain: fc.boolean() }),
  fc.record({ kind: fc.constant('merge' as const), cells: fc.uniqueArray(id, { minLength: 2, maxLength: 3 }) }),
  fc.record({
    kind: fc.constant('add' as const),
    class: name,
    island: fc.constant(1),
    box: fc.constant([3, 3, 8, 9] as [number, number, number, number]),
  }),
  fc.record({ kind: fc.constant('reviewed' as const), keyframes: fc.constant<number[]>([1]), reviewed: fc.boolean() }),
  // Its parts lie where the cell does, or it is refused.
  fc.integer({ min: 1, max: 20 }).map((cell): Change => {
    const x = (cell - 1) * 20;
    return {
      kind: 'split',
      cell,
      into: [
        { class: 'RBC', box: [x, 0, x + 5, 10] },
        { class: 'WBC', box: [x + 5, 0, x + 10, 10] },
      ],
    };
  }),
);
type Move = { readonly reading: 1 | 2; readonly what: Change | 'undo' | 'redo' };
const moves = fc.array(
  fc.record({
    reading: fc.constantFrom(1 as const, 2 as const),
    what: fc.oneof({ weight: 4, arbitrary: change }, { weight: 2, arbitrary: fc.constant('undo' as const) }, fc.constant('redo' as const)),
  }),
  { maxLength: 40 },
);

/** Makes a move, where it can be made. */
const make = (writer: ReviewWriter, { reading, what }: Move): boolean => {
  const by = reading === 1 ? 'Reader A' : 'Reader B';
  try {
    if (typeof what === 'string') writer.step(what, { reading, by }, 1);
    else writer.change({ reading, by, change: what }, 1);
    return true;
  } catch (error) {
    if (isFault(error) && error.fault.kind === 'usage') return false;
    throw error;
  }
};

const TABLES = ['correction_steps', 'correction_cells', 'reviewed_cells', 'reviewed_fields'];
const derived = (folder: string): unknown => {
  const database = new DatabaseSync(join(folder, DATABASE_FILE));
  const rows = TABLES.map((table) => database.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all());
  database.close();
  return rows;
};

test('the tables kept up change by change are those that the whole history gives', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(moves, (made) => {
      const home = mkdtempSync(join(tmpdir(), 'smearscope-replay-'));
      try {
        const { folder } = makeReviewSession(home, CELLS);
        using writer = openReviewWriter(folder);
        for (const move of made) make(writer, move);
        const kept = derived(folder);
        writer.rebuild();
        expect(derived(folder)).toEqual(kept);
        // Counts, pages and the list of cells say the same.
        for (const reading of [1, 2] as const) {
          using review = openReview(folder, { reading });
          using reader = openSessionReader(folder);
          const cells = [...review.cells()];
          expect(reader.cells(cellQuery.parse({ reading, limit: 1000 })).cells).toEqual(cells);
          for (const each of CLASSES)
            expect(review.state().counts[each]?.n).toBe(cells.filter((cell) => cell.state === 'counted' && cell.class === each).length);
        }
      } finally {
        rmSync(home, { recursive: true, force: true });
      }
    }),
    { numRuns: 20 },
  );
});

test('undo leads back to where it was, redo forth again, from any point', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
      const home = mkdtempSync(join(tmpdir(), 'smearscope-undo-'));
      try {
        const { folder } = makeReviewSession(home, CELLS);
        using writer = openReviewWriter(folder);
        const cells = (): unknown => {
          using review = openReview(folder, { reading: 1 });
          return [[...review.cells({ withdrawn: true })], review.reviewedKeyframes()];
        };
        const states = [cells()];
        for (const what of changes) if (make(writer, { reading: 1, what })) states.push(cells());
        for (let i = states.length - 2; i >= 0; i--) {
          make(writer, { reading: 1, what: 'undo' });
          expect(cells()).toEqual(states[i]);
        }
        for (let i = 1; i < states.length; i++) {
          make(writer, { reading: 1, what: 'redo' });
          expect(cells()).toEqual(states[i]);
        }
      } finally {
        rmSync(home, { recursive: true, force: true });
      }
    }),
    { numRuns: 12 },
  );
});
