import { iou } from '../../domain/geometry.ts';
import type { ComparedCell, CountComparison, CountDifference } from '../../domain/replay.ts';
import { poissonInterval } from '../../domain/statistics.ts';
import { createGridIndex } from '../../pipelines/slide/grid-index.ts';

export type IslandCell = ComparedCell & { readonly island: number };

/** Boxes as alike as this are the same cell; as for sightings on the map. */
const SAME_IOU = 0.35;

type Pair = { readonly a: IslandCell; readonly b: IslandCell; readonly same: number };

/** Cells of two sides that lie on each other, the best first, each in one pair at most. */
const matchCells = (a: readonly IslandCell[], b: readonly IslandCell[]): Map<IslandCell, IslandCell> => {
  const index = createGridIndex<IslandCell>(128, 0);
  for (const cell of b) index.put(cell, cell.island, cell.box);
  const pairs: Pair[] = [];
  for (const cell of a)
    for (const other of index.near(cell.island, cell.box)) {
      const same = iou(cell.box, other.box);
      if (same >= SAME_IOU) pairs.push({ a: cell, b: other, same });
    }
  pairs.sort(
    (x, y) => y.same - x.same || Number(y.a.class === y.b.class) - Number(x.a.class === x.b.class) || x.a.id - y.a.id || x.b.id - y.b.id,
  );
  const met = new Map<IslandCell, IslandCell>();
  const taken = new Set<IslandCell>();
  for (const pair of pairs) {
    if (met.has(pair.a) || taken.has(pair.b)) continue;
    met.set(pair.a, pair.b);
    taken.add(pair.b);
  }
  return met;
};

const shown = ({ island: _island, ...cell }: IslandCell): ComparedCell => cell;
const topOf = ({ a, b }: CountDifference): readonly number[] => (a ?? b)!.box;

/** Lays two counts of one slide beside each other, cell by cell. Both lists hold counted cells alone. */
export const compareCounts = (
  a: readonly IslandCell[],
  b: readonly IslandCell[],
  classes: readonly string[],
): Pick<CountComparison, 'matched' | 'onlyA' | 'onlyB' | 'otherClass' | 'perClass' | 'differences'> => {
  const met = matchCells(a, b);
  const known = new Set(met.values());
  const onlyA = a.filter((cell) => !met.has(cell));
  const onlyB = b.filter((cell) => !known.has(cell));
  const other = [...met].filter(([one, two]) => one.class !== two.class);
  const differences: CountDifference[] = [
    ...onlyA.map((cell): CountDifference => ({ kind: 'onlyA', island: cell.island, a: shown(cell) })),
    ...onlyB.map((cell): CountDifference => ({ kind: 'onlyB', island: cell.island, b: shown(cell) })),
    ...other.map(([one, two]): CountDifference => ({ kind: 'class', island: one.island, a: shown(one), b: shown(two) })),
  ];
  differences.sort((x, y) => x.island - y.island || topOf(x)[1]! - topOf(y)[1]! || topOf(x)[0]! - topOf(y)[0]!);
  const names = [...new Set([...classes, ...a.map((cell) => cell.class), ...b.map((cell) => cell.class)])];
  const isOf = (name: string) => (cell: IslandCell) => cell.class === name;
  const total = (cells: readonly IslandCell[]) => ({ n: cells.length, ...poissonInterval(cells.length) });
  return {
    matched: met.size,
    onlyA: onlyA.length,
    onlyB: onlyB.length,
    otherClass: other.length,
    perClass: names.map((name) => ({
      class: name,
      a: total(a.filter(isOf(name))),
      b: total(b.filter(isOf(name))),
      matched: [...met].filter(([one, two]) => one.class === name && two.class === name).length,
      onlyA: onlyA.filter(isOf(name)).length,
      onlyB: onlyB.filter(isOf(name)).length,
      otherClass: other.filter(([one]) => one.class === name).length,
    })),
    differences,
  };
};
