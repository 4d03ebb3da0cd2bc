import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../domain/random.ts';
import { type GreyImage, greyImage } from '../../../pipelines/slide/grey-image.ts';
import type { Keyframe } from '../../../pipelines/slide/keyframe-graph.ts';
import { halve } from '../../../pipelines/slide/packed-picture.ts';
import { createPhaseCorrelator } from '../../../pipelines/slide/phase-correlation.ts';
import { emptyThumbnail } from '../../../pipelines/slide/thumbnail.ts';
import { trackMoved } from '../../../pipelines/slide/track-moved.ts';

const WIDTH = 320;
const HEIGHT = 180;
const keyframe = { island: 1, x: 0, y: 0 } as Keyframe;
const correlator = createPhaseCorrelator(WIDTH / 2, HEIGHT / 2);
const cells = Array.from({ length: 7 }, (_, i) => ({ x: 60 + 45 * i, y: 40 + ((i * 53) % 110) }));
const random = seededRandom(4);
const specks = Array.from({ length: 30 }, () => ({ x: random.between(0, WIDTH), y: random.between(0, HEIGHT) }));

const soft = (r: number, radius: number): number => 1 / (1 + Math.exp((r - radius) / 0.6));

/** Faint cells moved by (dx, dy) samples below dirt that stays and is much darker. */
const shot = (dx: number, dy: number): GreyImage => {
  const picture = greyImage(WIDTH, HEIGHT);
  for (let y = 0, at = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++, at++) {
      let value = 0;
      for (const cell of cells) value -= 700 * soft(Math.hypot(x + dx - cell.x, y + dy - cell.y), 11);
      for (const speck of specks) value -= 2200 * soft(Math.hypot(x - speck.x, y - speck.y), 5);
      picture.data[at] = value + 12 * random.normal();
    }
  return picture;
};

const thumbnailOf = (fine: GreyImage) => {
  const thumbnail = emptyThumbnail(1280, 720);
  thumbnail.fine.data.set(fine.data);
  halve(thumbnail.fine, thumbnail.coarse);
  return thumbnail;
};

describe('what moved below dirt that stays', () => {
  const picture = shot(0, 0);
  const from = { keyframe, x: 100, y: 50, picture };

  test.each([
    [1.5, 0],
    [6, -3],
    [14.5, 2.25],
    [30, 11],
  ])('is found after (%f, %f) samples, with a guess and without', (dx, dy) => {
    const frame = thumbnailOf(shot(dx, dy));
    for (const guesses of [[{ x: 100 + 4 * dx + 5, y: 50 + 4 * dy - 4 }], []]) {
      const { match, changed } = trackMoved(frame, from, guesses, correlator);
      expect(changed).toBe(true);
      expect(Math.hypot(match!.x - 100 - 4 * dx, match!.y - 50 - 4 * dy)).toBeLessThan(0.8);
    }
  });

  test('is nothing while the stage rests', () => {
    expect(trackMoved(thumbnailOf(shot(0, 0)), from, [{ x: 100, y: 50 }], correlator)).toEqual({ changed: false, match: undefined });
  });
});
