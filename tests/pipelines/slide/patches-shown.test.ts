import { expect, test } from 'vitest';
import { seededRandom } from '../../../domain/random.ts';
import { greyImage } from '../../../pipelines/slide/grey-image.ts';
import { LEAST_PATCHES, patchesShown } from '../../../pipelines/slide/match-keyframe.ts';

/** So many round cells in noise. */
const field = (cells: number) => {
  const random = seededRandom(3);
  const picture = greyImage(320, 180);
  for (let i = 0; i < picture.data.length; i++) picture.data[i] = 25 * random.normal();
  for (let n = 0; n < cells; n++) {
    const [cx, cy] = [30 + ((n * 67) % 260), 30 + ((n * 41) % 120)];
    for (let y = cy - 12; y <= cy + 12; y++)
      for (let x = cx - 12; x <= cx + 12; x++) if (Math.hypot(x - cx, y - cy) < 12) picture.data[y * 320 + x]! -= 1300;
  }
  return picture;
};

test('one cell is too little to tell a place by, and so is bare glass; a handful are enough', () => {
  expect(patchesShown(field(0), 0, 0)).toBeLessThan(LEAST_PATCHES);
  expect(patchesShown(field(1), 0, 0)).toBeLessThan(LEAST_PATCHES);
  expect(patchesShown(field(6), 0, 0)).toBeGreaterThan(LEAST_PATCHES);
});

test('cells outside the common part tell nothing', () => {
  expect(patchesShown(field(6), -200, 0)).toBeLessThan(patchesShown(field(6), 0, 0) / 1.5);
});
