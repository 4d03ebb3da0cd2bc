import { describe, expect, test } from 'vitest';
import type { Plane } from '../../../domain/frame.ts';
import { seededRandom } from '../../../domain/random.ts';
import { type GreyImage, STEPS_PER_GREY } from '../../../pipelines/slide/grey-image.ts';
import { createThumbnailer, emptyThumbnail } from '../../../pipelines/slide/thumbnail.ts';

const plane = (widthPx: number, heightPx: number, value: (x: number, y: number) => number, stridePx = widthPx, offset = 0): Plane => {
  const data = new Uint8Array(stridePx * heightPx + offset).subarray(offset);
  for (let y = 0; y < heightPx; y++) for (let x = 0; x < widthPx; x++) data[y * stridePx + x] = value(x, y);
  return { data, stridePx, widthPx, heightPx };
};

const take = (y: Plane) => {
  const thumbnail = emptyThumbnail(y.widthPx, y.heightPx);
  createThumbnailer(y.widthPx, y.heightPx)(y, thumbnail);
  return thumbnail;
};

const farthest = (a: GreyImage, b: GreyImage): number =>
  a.data.reduce((worst, value, i) => Math.max(worst, Math.abs(value - b.data[i]!)), 0);

describe('createThumbnailer', () => {
  test.each([
    [320, 180],
    [640, 360],
    [1280, 720],
    [1920, 1080],
    [1000, 563],
  ])('takes the same thumbnail of %i × %i whatever the stride and place of the plane', (widthPx, heightPx) => {
    const random = seededRandom(widthPx);
    const noise = Uint8Array.from({ length: widthPx * heightPx }, () => random.integer(256));
    const value = (x: number, y: number): number => noise[y * widthPx + x]!;
    const even = take(plane(widthPx, heightPx, value));
    for (const [stridePx, offset] of [
      [widthPx + 64, 0],
      [widthPx + 3, 0],
      [widthPx, 1],
    ]) {
      const odd = take(plane(widthPx, heightPx, value, stridePx, offset));
      // A step is a thirty-second of a grey level; sums may round apart.
      expect(farthest(odd.fine, even.fine)).toBeLessThanOrEqual(1);
      expect(farthest(odd.coarse, even.coarse)).toBeLessThanOrEqual(1);
    }
  });

  test('leaves nothing of an even light, next to nothing of a slope, and all of a cell', () => {
    const flat = take(plane(1280, 720, () => 200));
    expect(farthest(flat.fine, emptyThumbnail(1280, 720).fine)).toBe(0);
    const inner = ({ data, width, height }: GreyImage): Int16Array[] =>
      Array.from({ length: height - 80 }, (_, y) => data.subarray((y + 40) * width + 40, (y + 41) * width - 40));
    const slope = take(plane(1280, 720, (x, y) => 150 + x / 32 + y / 32));
    expect(Math.max(...inner(slope.fine).flatMap((row) => [...row].map(Math.abs)))).toBeLessThan(STEPS_PER_GREY);
    const cell = take(plane(1280, 720, (x, y) => (Math.hypot(x - 640, y - 360) < 45 ? 120 : 200)));
    expect(cell.fine.data[90 * 320 + 160]).toBeLessThan(-60 * STEPS_PER_GREY);
    expect(cell.coarse.data[45 * 160 + 80]).toBeLessThan(-60 * STEPS_PER_GREY);
    expect(Math.abs(cell.fine.data[20 * 320 + 20]!)).toBeLessThan(STEPS_PER_GREY);
  });
});
