import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Box, containsBox } from '../../../domain/geometry.ts';
import { replayLedger } from '../../../domain/ledger.ts';
import { type CellMap, createCellMap } from '../../../pipelines/slide/cell-map.ts';
import { nameLedger } from '../../../pipelines/slide/name-ledger.ts';
import { EDGE_PX, FIELD_HEIGHT_PX, FIELD_WIDTH_PX, keyframeAt, type Look, lookAtCells, type Scene } from './look-at-cells.ts';

const CLASSES = 3;

/** Cells on a jittered grid, some of them touching, none lying over another. */
const scene: fc.Arbitrary<Scene> = fc
  .array(
    fc.record({
      size: fc.integer({ min: 40, max: 78 }),
      x: fc.nat(100),
      y: fc.nat(100),
      classIndex: fc.nat(CLASSES - 1),
      there: fc.boolean(),
    }),
    { minLength: 48, maxLength: 48 },
  )
  .map((drawn) =>
    drawn.flatMap(({ size, x, y, classIndex, there }, i) => {
      const left = (i % 8) * 80 + ((80 - size) * x) / 100;
      const top = Math.floor(i / 8) * 80 + ((80 - size) * y) / 100;
      return there ? [{ box: [left, top, left + size, top + size] as Box, classIndex }] : [];
    }),
  );

const looks = (slipPx: number): fc.Arbitrary<Look[]> =>
  fc.array(
    fc.record({
      x: fc.integer({ min: -100, max: 440 }),
      y: fc.integer({ min: -60, max: 340 }),
      slipX: fc.integer({ min: -slipPx, max: slipPx }),
      slipY: fc.integer({ min: -slipPx, max: slipPx }),
    }),
    { minLength: 1, maxLength: 30 },
  );

const keyframes = [keyframeAt(0, 0), keyframeAt(217, 130), keyframeAt(430, -20)];

const mapAfter = (cells: Scene, walk: readonly Look[]): CellMap => {
  const map = createCellMap(CLASSES);
  walk.forEach((look, i) => {
    lookAtCells(map, keyframes[Math.floor(Math.abs(look.x)) % 3]!, cells, { ...look, atMs: i * 33 });
  });
  return map;
};

/** Cells of each class that some look showed whole, farther from its edges than the network's doubt. */
const shownWhole = (cells: Scene, walk: readonly Look[]): number[] => {
  const counts = Array.from({ length: CLASSES }, () => 0);
  for (const { box, classIndex = 0 } of cells) {
    const whole = walk.some(({ x, y }) => {
      const field: Box = [x + EDGE_PX, y + EDGE_PX, x + FIELD_WIDTH_PX - EDGE_PX, y + FIELD_HEIGHT_PX - EDGE_PX];
      return containsBox(field, box) && box[0] > field[0] && box[1] > field[1] && box[2] < field[2] && box[3] < field[3];
    });
    if (whole) counts[classIndex]!++;
  }
  return counts;
};

const NAMES = Array.from({ length: CLASSES }, (_, i) => `class ${i}`);

/** Counts as the exported ledger alone tells them, each cell standing or not. */
const fromLedger = ({ ledger }: CellMap): number[] => {
  const entries = nameLedger(ledger, NAMES);
  const standing = new Set<number>();
  for (const { kind, cell } of entries) {
    if (kind === 'counted' || kind === 'split' || kind === 'readmitted') {
      expect(standing.has(cell), `cell ${cell} ${kind} twice`).toBe(false);
      standing.add(cell);
    } else {
      expect(standing.has(cell), `cell ${cell} ${kind} without having been counted`).toBe(true);
      if (kind !== 'reclassified') standing.delete(cell);
    }
  }
  const totals = replayLedger(entries);
  return NAMES.map((name) => totals.get(name) ?? 0);
};

test('every cell that was ever shown whole is counted, once, however often and however shakily it comes back', () => {
  fc.assert(
    fc.property(scene, looks(4), (cells, walk) => {
      expect(mapAfter(cells, walk).counts).toEqual(shownWhole(cells, walk));
    }),
    { numRuns: 150 },
  );
});

test('where registration is off by a pixel at most, every sighting meets its cell at once: none is counted anew and taken back', () => {
  fc.assert(
    fc.property(scene, looks(1), (cells, walk) => {
      expect(mapAfter(cells, walk).ledger.filter(({ kind }) => kind !== 'counted')).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test('the order of the looks does not change the counts', () => {
  fc.assert(
    fc.property(
      scene,
      looks(2).chain((walk) => fc.tuple(fc.constant(walk), fc.shuffledSubarray(walk, { minLength: walk.length }))),
      (cells, [walk, shuffled]) => {
        expect(mapAfter(cells, shuffled).counts).toEqual(mapAfter(cells, walk).counts);
      },
    ),
    { numRuns: 100 },
  );
});

test('every change of the counts stands in the ledger', () => {
  const unsteady = fc.array(
    fc.record({ keep: fc.integer({ min: 0, max: 9 }), score: fc.integer({ min: 30, max: 97 }), other: fc.integer({ min: 0, max: 9 }) }),
    { minLength: 60, maxLength: 60 },
  );
  fc.assert(
    fc.property(scene, looks(6), unsteady, (cells, walk, words) => {
      const map = createCellMap(CLASSES);
      let entries = 0;
      let before = map.counts.join();
      walk.forEach((look, i) => {
        // A network that misses cells, is unsure of them and takes their class for another.
        const told = cells.flatMap((cell, k) => {
          const { keep, score, other } = words[(7 * i + k) % words.length]!;
          const classIndex = other < 3 ? other : cell.classIndex;
          return keep < 2 ? [] : [{ ...cell, score: score / 100, ...(classIndex === undefined ? {} : { classIndex }) }];
        });
        lookAtCells(map, keyframes[i % 3]!, told, { ...look, atMs: i * 33 });
        // Ground that is found unfit and fit in turns.
        map.admit(1, [look.x, look.y, look.x + 150, look.y + 150], i % 3 === 0 ? 'too thick' : undefined, i * 33);
        if (map.counts.join() !== before) expect(map.ledger.length).toBeGreaterThan(entries);
        expect(fromLedger(map)).toEqual(map.counts);
        entries = map.ledger.length;
        before = map.counts.join();
      });
    }),
    { numRuns: 100 },
  );
});

test('taking note of keyframes that did not move changes no count', () => {
  fc.assert(
    fc.property(scene, looks(4), (cells, walk) => {
      const map = mapAfter(cells, walk);
      const before = { counts: [...map.counts], entries: map.ledger.length };
      map.rearrange(new Set(map.cells.map((cell) => cell.keyframe)), 1_000);
      expect({ counts: [...map.counts], entries: map.ledger.length }).toEqual(before);
    }),
    { numRuns: 60 },
  );
});
