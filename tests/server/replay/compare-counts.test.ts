import { describe, expect, test } from 'vitest';
import { compareCounts, type IslandCell } from '../../../server/replay/compare-counts.ts';

const cell = (id: number, name: string, x: number, y: number, island = 1): IslandCell => ({
  id,
  class: name,
  score: 0.9,
  island,
  box: [x, y, x + 40, y + 40],
});

describe('two counts of one slide', () => {
  const a = [cell(1, 'RBC', 0, 0), cell(2, 'RBC', 100, 0), cell(3, 'WBC', 200, 0), cell(4, 'RBC', 0, 500)];
  const b = [cell(9, 'RBC', 3, 2), cell(8, 'WBC', 203, 1), cell(7, 'Platelets', 101, 2), cell(6, 'RBC', 0, 500, 2)];

  test('are laid beside each other cell by cell, in the order of the slide', () => {
    const compared = compareCounts(a, b, ['RBC', 'WBC', 'Platelets']);
    expect(compared).toMatchObject({ matched: 3, onlyA: 1, onlyB: 1, otherClass: 1 });
    expect(compared.differences.map(({ kind, a: one, b: two }) => [kind, one?.id, two?.id])).toEqual([
      ['class', 2, 7],
      ['onlyA', 4, undefined],
      ['onlyB', undefined, 6],
    ]);
    expect(compared.perClass[0]).toMatchObject({ class: 'RBC', a: { n: 3 }, b: { n: 2 }, matched: 1, onlyA: 1, onlyB: 1, otherClass: 1 });
    expect(compared.perClass[0]!.a.low).toBeCloseTo(0.62, 2);
    expect(compared.perClass[0]!.a.high).toBeCloseTo(8.77, 2);
  });

  test('turned round tell the same', () => {
    const [there, back] = [compareCounts(a, b, []), compareCounts(b, a, [])];
    expect([back.matched, back.onlyA, back.onlyB, back.otherClass]).toEqual([there.matched, there.onlyB, there.onlyA, there.otherClass]);
  });

  test('a count with itself has no differences, however crowded it is', () => {
    const crowd = Array.from({ length: 500 }, (_, i) => cell(i + 1, i % 3 === 0 ? 'WBC' : 'RBC', (i % 25) * 21, Math.floor(i / 25) * 17));
    expect(compareCounts(crowd, crowd, [])).toMatchObject({ matched: 500, onlyA: 0, onlyB: 0, otherClass: 0, differences: [] });
  });
});
