import { describe, expect, test } from 'vitest';
import type { Box } from '../../../domain/geometry.ts';
import { createCellMap } from '../../../pipelines/slide/cell-map.ts';
import { keyframeAt, lookAtCells, type Scene } from './look-at-cells.ts';

const keyframe = keyframeAt(0, 0);
const cell: Box = [100, 60, 160, 120];
const looks = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('a cell', () => {
  test('that is cut waits, and is counted once it is seen whole', () => {
    const map = createCellMap(3);
    lookAtCells(map, keyframe, [{ box: cell, classIndex: 2 }], { x: 130, y: 0, atMs: 40 });
    expect(map.counts).toEqual([0, 0, 0]);
    expect(map.cells).toMatchObject([{ state: 'waiting' }]);
    lookAtCells(map, keyframe, [{ box: cell, classIndex: 2 }], { x: 50, y: 0, atMs: 80 });
    expect(map.counts).toEqual([0, 0, 1]);
    expect(map.cells).toMatchObject([{ state: 'counted', box: cell, sightings: 2, firstSeenMs: 40, lastSeenMs: 80 }]);
    expect(map.ledger).toEqual([
      { atMs: 80, kind: 'counted', cell: 1, classIndex: 2, island: 1, box: cell, reason: 'seen whole after it had been cut' },
    ]);
  });

  test('that every look cuts elsewhere stays one waiting cell', () => {
    const map = createCellMap(1);
    for (const x of [120, 130, 140, -150, -160]) lookAtCells(map, keyframe, [{ box: cell }], { x, y: 0 });
    expect(map.counts).toEqual([0]);
    expect(map.cells).toHaveLength(1);
  });

  test('that is cut later keeps its whole box and its count', () => {
    const map = createCellMap(1);
    lookAtCells(map, keyframe, [{ box: cell }], { x: 50, y: 0 });
    for (const x of [110, 120, 130]) lookAtCells(map, keyframe, [{ box: cell }], { x, y: 0 });
    expect(map.counts).toEqual([1]);
    expect(map.cells).toMatchObject([{ box: cell, sightings: 4 }]);
  });

  test('that lies in two fields of two keyframes is one', () => {
    const map = createCellMap(1);
    lookAtCells(map, keyframeAt(0, 0), [{ box: cell }], { x: 20, y: 0 });
    lookAtCells(map, keyframeAt(70, -40), [{ box: cell }], { x: 60, y: -30 });
    expect(map.cells).toMatchObject([{ sightings: 2 }]);
  });

  test('of another island is another cell', () => {
    const map = createCellMap(1);
    lookAtCells(map, keyframeAt(0, 0, 1), [{ box: cell }], { x: 0, y: 0 });
    lookAtCells(map, keyframeAt(0, 0, 2), [{ box: cell }], { x: 0, y: 0 });
    expect(map.counts).toEqual([2]);
    expect(map.within(2, cell)).toMatchObject([{ id: 2 }]);
  });
});

describe('two cells', () => {
  test('that touch stay two, look after look', () => {
    const pair: Scene = [{ box: cell }, { box: [158, 60, 218, 120] }, { box: [100, 117, 160, 177] }];
    const map = createCellMap(1);
    for (const i of looks(12)) lookAtCells(map, keyframe, pair, { x: 10 * i - 20, y: 2 * i, slipX: (i % 3) - 1, slipY: (i % 2) * 2 - 1 });
    expect(map.counts).toEqual([3]);
  });

  test('that lie over each other stay two where every look shows both', () => {
    const pair: Scene = [{ box: cell }, { box: [120, 60, 180, 120] }];
    const map = createCellMap(1);
    for (const i of looks(6)) lookAtCells(map, keyframe, pair, { x: 4 * i, y: 0 });
    expect(map.counts).toEqual([2]);
    expect(map.cells).toMatchObject([{ sightings: 6 }, { sightings: 6 }]);
  });

  test('of which the first look showed but one are two when the next shows both', () => {
    const map = createCellMap(1);
    lookAtCells(map, keyframe, [{ box: cell }], { x: 0, y: 0 });
    lookAtCells(map, keyframe, [{ box: cell }, { box: [122, 60, 182, 120] }], { x: 0, y: 0 });
    expect(map.counts).toEqual([2]);
    expect(map.cells).toMatchObject([{ sightings: 2 }, { sightings: 1 }]);
  });

  test('that keyframes bring onto each other are one, and the ledger says so', () => {
    const map = createCellMap(1);
    const [one, other] = [keyframeAt(0, 0), keyframeAt(400, 0)];
    lookAtCells(map, one, [{ box: cell }], { x: 0, y: 0 });
    lookAtCells(map, other, [{ box: [500, 60, 560, 120] }], { x: 400, y: 0 });
    expect(map.counts).toEqual([2]);
    other.x = 4;
    map.rearrange([other], 900);
    expect(map.counts).toEqual([1]);
    expect(map.ledger.at(-1)).toMatchObject({ atMs: 900, kind: 'merged', cell: 2, other: 1, reason: 'the same as cell 1' });
    expect(map.within(1, cell)).toMatchObject([{ id: 1, sightings: 2 }]);
  });
});

describe('the class', () => {
  test('goes with the evidence of all sightings, and the ledger tells of the change', () => {
    const map = createCellMap(3);
    const show = (classIndex: number, score: number, atMs: number): void =>
      lookAtCells(map, keyframe, [{ box: cell, classIndex, score }], { x: 0, y: 0, atMs });
    show(0, 0.95, 0);
    show(1, 0.7, 40);
    expect(map.counts).toEqual([1, 0, 0]);
    show(1, 0.95, 80);
    expect(map.counts).toEqual([0, 1, 0]);
    expect(map.ledger.slice(1)).toMatchObject([{ atMs: 80, kind: 'reclassified', cell: 1, was: 0, classIndex: 1 }]);
  });

  test('is not swayed by one cut sighting', () => {
    const map = createCellMap(2);
    lookAtCells(map, keyframe, [{ box: cell, classIndex: 0, score: 0.8 }], { x: 0, y: 0 });
    lookAtCells(map, keyframe, [{ box: cell, classIndex: 1, score: 0.97 }], { x: 130, y: 0 });
    expect(map.counts).toEqual([1, 0]);
  });
});

describe('a cell that later looks do not show', () => {
  test('is withdrawn when it was seen but weakly, with an entry', () => {
    const map = createCellMap(1);
    lookAtCells(map, keyframe, [{ box: cell, score: 0.5 }], { x: 0, y: 0, atMs: 0 });
    lookAtCells(map, keyframe, [], { x: 0, y: 0, atMs: 40 });
    expect(map.counts).toEqual([1]);
    lookAtCells(map, keyframe, [], { x: 0, y: 0, atMs: 80 });
    expect(map.counts).toEqual([0]);
    expect(map.ledger.at(-1)).toMatchObject({ atMs: 80, kind: 'withdrawn', cell: 1 });
    expect(map.within(1, cell)).toEqual([]);
    expect(map.cells).toMatchObject([{ state: 'withdrawn' }]);
  });

  test('stays when it was seen well, or lies at the edge of the later ones', () => {
    const map = createCellMap(1);
    for (const i of looks(4)) lookAtCells(map, keyframe, [{ box: cell, score: 0.9 }], { x: i, y: 0 });
    for (const i of looks(2)) lookAtCells(map, keyframe, [], { x: i, y: 0 });
    expect(map.counts).toEqual([1]);
    const shy = createCellMap(1);
    lookAtCells(shy, keyframe, [{ box: cell, score: 0.5 }], { x: 0, y: 0 });
    for (const i of looks(5)) lookAtCells(shy, keyframe, [], { x: 96 + i, y: 0 });
    expect(shy.counts).toEqual([1]);
  });
});

test('a cell that turns out to be two is split, and the ledger names the one it came from', () => {
  const map = createCellMap(1);
  lookAtCells(map, keyframe, [{ box: [100, 60, 190, 120] }], { x: 50, y: 0, atMs: 40 });
  const two: Scene = [{ box: [100, 60, 148, 120] }, { box: [142, 60, 190, 120] }];
  lookAtCells(map, keyframe, two, { x: 50, y: 0, atMs: 80 });
  expect(map.counts).toEqual([2]);
  expect(map.ledger).toMatchObject([
    { kind: 'counted', cell: 1 },
    { atMs: 80, kind: 'split', cell: 2, other: 1 },
  ]);
});

test('cells in ground that is not fit for counting are kept out, and come back when it is', () => {
  const map = createCellMap(1);
  const beside: Box = [300, 60, 360, 120];
  lookAtCells(map, keyframe, [{ box: cell }, { box: beside }], { x: 80, y: 0, atMs: 40 });
  map.admit(1, [50, 0, 250, 200], 'too thick', 50);
  expect(map.counts).toEqual([1]);
  expect(map.cells).toMatchObject([{ state: 'excluded' }, { state: 'counted' }]);
  // Seen again, it stays out: only the ground decides.
  lookAtCells(map, keyframe, [{ box: cell }], { x: 50, y: 0, atMs: 60 });
  expect(map.counts).toEqual([1]);
  map.admit(1, [50, 0, 250, 200], undefined, 70);
  map.admit(1, [50, 0, 250, 200], undefined, 80);
  expect(map.counts).toEqual([2]);
  expect(map.ledger.slice(2)).toMatchObject([
    { atMs: 50, kind: 'excluded', cell: 1, reason: 'too thick' },
    { atMs: 70, kind: 'readmitted', cell: 1 },
  ]);
});

test('reset forgets cells, counts and ledger, and moves the version on', () => {
  const map = createCellMap(2);
  lookAtCells(map, keyframe, [{ box: cell }], { x: 0, y: 0 });
  const { version } = map;
  map.reset();
  expect([map.cells, map.ledger, map.counts]).toEqual([[], [], [0, 0]]);
  expect(map.version).toBeGreaterThan(version);
  expect(map.within(1, cell)).toEqual([]);
});

describe('what a look costs', () => {
  test('does not grow with the cells that lie elsewhere', () => {
    // A keyframe that counts how often it is asked for its place: at least once for each of its cells that is touched.
    let touched = 0;
    const counting = Object.defineProperty(keyframeAt(0, 0), 'x', {
      get: () => {
        touched++;
        return 0;
      },
    });
    const map = createCellMap(1);
    const boxAt = (column: number, row: number): Box => [column * 60, row * 60, column * 60 + 50, row * 60 + 50];
    for (let row = 0; row < 100; row++) {
      const found = Array.from({ length: 200 }, (_, column) => ({ box: boxAt(column, row), classIndex: 0, score: 0.9 }));
      const visible: Box = [0, 0, 12_000, 6_000];
      map.observe({ keyframe: counting, x: 0, y: 0, atMs: 0, tiles: [], found: found.map((one) => ({ ...one, visible, cut: false })) });
    }
    expect(map.counts).toEqual([20_000]);

    touched = 0;
    lookAtCells(map, keyframeAt(20_000, 9_000), [{ box: [20_100, 9_100, 20_150, 9_150] }], { x: 20_000, y: 9_000 });
    expect(map.within(1, [20_000, 9_000, 20_300, 9_200])).toHaveLength(1);
    expect(touched).toBeLessThan(20);

    touched = 0;
    const inTheMidst: Scene = [{ box: boxAt(100, 50) }, { box: boxAt(101, 50) }];
    lookAtCells(map, keyframeAt(5_900, 2_900), inTheMidst, { x: 5_900, y: 2_900 });
    expect(touched).toBeGreaterThan(20);
    expect(touched).toBeLessThan(1_000);
  });
});
