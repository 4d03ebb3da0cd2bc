import { expect, test } from 'vitest';
import { likelyWithin } from '../../../pipelines/slide/confidence.ts';

const plain = { excess: 0.45, errorPx: 0.02, moved: false };

test('a plain match is next to sure, and sure of less the nearer it must be', () => {
  const [one, two, five] = [1, 2, 5].map((px) => likelyWithin(px, plain)) as [number, number, number];
  expect(five).toBeGreaterThan(0.999);
  expect(one).toBeLessThan(two);
  expect(two).toBeLessThan(five);
});

test('what is hardly alike, or told by next to nothing, is less sure', () => {
  const sure = likelyWithin(5, plain);
  expect(likelyWithin(5, { ...plain, excess: 0 })).toBeLessThan(sure);
  expect(likelyWithin(5, { ...plain, errorPx: 0.4 })).toBeLessThan(0.9);
  expect(likelyWithin(5, { ...plain, excess: -0.4, errorPx: 0.2 })).toBeLessThan(0.5);
});
