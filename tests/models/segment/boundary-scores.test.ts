import { expect, it } from 'vitest';
import { createBoundaryTally } from '../../../models/segment/boundary-scores.ts';

const [widthPx, heightPx] = [40, 30];

const square = (x0: number, y0: number, side: number): Uint8Array =>
  Uint8Array.from({ length: widthPx * heightPx }, (_, at) => {
    const [x, y] = [at % widthPx, Math.floor(at / widthPx)];
    return x >= x0 && x < x0 + side && y >= y0 && y < y0 + side ? 255 : 0;
  });

const scores = (found: Uint8Array, there: Uint8Array, nearPx?: number, known?: Uint8Array) => {
  const tally = createBoundaryTally(nearPx);
  tally.add({ found, there, known, widthPx, heightPx });
  return tally.scores;
};

it('is 1 for edges within reach and falls off beyond', () => {
  const there = square(8, 8, 12);
  expect(scores(there, there)).toEqual({ f1: 1, precision: 1, recall: 1 });
  expect(scores(square(7, 7, 14), there).f1).toBe(1);
  expect(scores(square(4, 4, 20), there)).toEqual({ f1: 0, precision: 0, recall: 0 });
  // Moved by three pixels to the right, reach 2: of the 44 edge pixels eleven of the upper and of the lower side, and four beside those.
  const { precision, recall } = scores(square(11, 8, 12), there);
  expect([precision * 44, recall * 44]).toEqual([expect.closeTo(26), expect.closeTo(26)]);
});

it('knows nothing in nothing, what was missed, and what nobody vouches for', () => {
  const nothing = new Uint8Array(widthPx * heightPx);
  expect(scores(nothing, nothing).f1).toBe(1);
  expect(scores(nothing, square(8, 8, 12))).toEqual({ f1: 0, precision: 0, recall: 0 });
  const [right, wrong] = [square(2, 2, 8), square(22, 12, 8)];
  const both = right.map((value, at) => value | wrong[at]!);
  expect(scores(both, right)).toMatchObject({ precision: 0.5, recall: 1 });
  expect(
    scores(
      both,
      right,
      2,
      wrong.map((value) => 255 - value),
    ).precision,
  ).toBe(1);
});
