import { expect, test } from 'vitest';
import type { Analysed } from '../../pipelines/slide/coverage.ts';
import { createLookedTeller } from '../../server/camera/looked-teller.ts';

const tile = (id: number): Analysed => ({ keyframe: { id } as Analysed['keyframe'], box: [0.4, 0, 10.6, 5] });

test('a tile is told once, when it is met the second time', () => {
  const teller = createLookedTeller();
  const one = tile(1);
  expect(teller.news([one])).toBeUndefined();
  expect(teller.settled).toBe(false);
  expect(teller.news([one])).toEqual({ whole: false, tiles: [{ keyframe: 1, box: [0, 0, 11, 5] }] });
  expect(teller.news([one])).toBeUndefined();
  expect(teller.settled).toBe(true);
});

test('a tile that is given up at once is never told; one given up later makes all be told anew', () => {
  const teller = createLookedTeller();
  const [one, two, three] = [tile(1), tile(2), tile(3)];
  teller.news([one, two, three]);
  expect(teller.news([one, two])?.tiles.map(({ keyframe }) => keyframe)).toEqual([1, 2]);
  expect(teller.news([two, three])).toMatchObject({ whole: true, tiles: [{ keyframe: 2 }] });
  expect(teller.news([two, three])).toMatchObject({ whole: false, tiles: [{ keyframe: 3 }] });
});
