import { expect, test } from 'vitest';
import type { Box } from '../../domain/geometry.ts';
import { seededRandom } from '../../domain/random.ts';
import { belongsToField } from '../../pipelines/count-fields.ts';

const SIDE = 200;
const CELL = 40;

test('fields side by side share their cells out, each to one of them', () => {
  const random = seededRandom(5);
  const owners = Array.from({ length: 2000 }, () => {
    const x = random.between(SIDE, 2 * SIDE);
    const y = random.between(SIDE, 2 * SIDE);
    let owned = 0;
    // What each of the nine fields around sees of the cell, cut at its edges.
    for (let row = 0; row < 4; row++)
      for (let column = 0; column < 4; column++) {
        const box: Box = [
          Math.max(0, x - column * SIDE),
          Math.max(0, y - row * SIDE),
          Math.min(SIDE, x + CELL - column * SIDE),
          Math.min(SIDE, y + CELL - row * SIDE),
        ];
        if (box[2] > box[0] && box[3] > box[1] && belongsToField(box, SIDE, SIDE, 1e-9)) owned++;
      }
    return owned;
  });
  expect(new Set(owners)).toEqual(new Set([1]));
});

test.each([
  ['inside', [50, 50, 90, 90], true],
  ['on the upper edge', [50, 0, 90, 30], true],
  ['on the left edge', [0, 50, 30, 90], true],
  ['on the right edge', [170, 50, 200, 90], false],
  ['on the lower edge', [50, 170, 90, 200], false],
  ['in the upper right corner', [170, 0, 200, 30], false],
  ['in the lower left corner', [0, 170, 30, 200], false],
] as const)('a cell %s', (_, box, belongs) => expect(belongsToField(box, SIDE, SIDE, 2)).toBe(belongs));
