import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom } from '../../domain/random.ts';

test('the same seed gives the same numbers, and a saved state goes on where it was', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 0, max: 50 }), (seed, skipped) => {
      const first = seededRandom(seed);
      const second = seededRandom(seed);
      for (let i = 0; i < skipped; i++) expect(first.next()).toBe(second.next());
      const resumed = seededRandom(first.state());
      for (let i = 0; i < 20; i++) expect(resumed.next()).toBe(first.next());
    }),
  );
});

test('numbers are even over the unit interval and normals have their moments', () => {
  const random = seededRandom(7);
  const n = 50_000;
  let sum = 0;
  let normalSum = 0;
  let normalSquares = 0;
  for (let i = 0; i < n; i++) {
    sum += random.next();
    const z = random.normal();
    normalSum += z;
    normalSquares += z * z;
  }
  expect(sum / n).toBeCloseTo(0.5, 1.8);
  expect(normalSum / n).toBeCloseTo(0, 1.5);
  expect(normalSquares / n).toBeCloseTo(1, 1.5);
});

test('shuffling keeps every item', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer(), (items, seed) => {
      expect(seededRandom(seed).shuffled(items).sort()).toEqual([...items].sort());
    }),
  );
});
