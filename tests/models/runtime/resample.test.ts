import { describe, expect, test } from 'vitest';
import type { Plane } from '../../../domain/frame.ts';
import { seededRandom } from '../../../domain/random.ts';
import { type I420Picture, resampleI420, resampleRgb, scaledLength } from '../../../models/runtime/resample.ts';

const plane = (widthPx: number, heightPx: number, sample: (x: number, y: number) => number): Plane => {
  const stridePx = widthPx + 6;
  const data = new Uint8Array(stridePx * heightPx).fill(99);
  for (let y = 0; y < heightPx; y++) for (let x = 0; x < widthPx; x++) data[y * stridePx + x] = sample(x, y);
  return { data, stridePx, widthPx, heightPx };
};

const noise = (widthPx: number, heightPx: number, fullRange: boolean): I420Picture => {
  const random = seededRandom(5);
  return {
    widthPx,
    heightPx,
    y: plane(widthPx, heightPx, () => 16 + random.integer(220)),
    u: plane(widthPx / 2, heightPx / 2, () => 88 + random.integer(80)),
    v: plane(widthPx / 2, heightPx / 2, () => 88 + random.integer(80)),
    fullRange,
  };
};

/** BT.601 by the book, in floats. */
const toRgb = (y: number, u: number, v: number, fullRange: boolean): number[] => {
  const light = fullRange ? y : ((y - 16) * 255) / 219;
  const chroma = fullRange ? 1 : 255 / 224;
  const [blue, red] = [(u - 128) * chroma, (v - 128) * chroma];
  return [light + 1.402 * red, light - 0.344136 * blue - 0.714136 * red, light + 1.772 * blue].map((value) =>
    Math.min(255, Math.max(0, value)),
  );
};

const resampled = (picture: I420Picture, to: { widthPx: number; heightPx: number }): Uint8ClampedArray => {
  const data = new Uint8ClampedArray(to.widthPx * to.heightPx * 3);
  const region = { x: 0, y: 0, widthPx: picture.widthPx, heightPx: picture.heightPx };
  resampleI420(picture, region, to, { data, offsetPx: 0, stridePx: to.widthPx });
  return data;
};

describe('resampleI420', () => {
  test.each([false, true])('halves by means of four and the chroma sample on them (full range: %s)', (fullRange) => {
    const picture = noise(64, 48, fullRange);
    const region = { x: 8, y: 12, widthPx: 40, heightPx: 30 };
    const data = new Uint8ClampedArray(100 * 100 * 3);
    resampleI420(picture, region, { widthPx: 20, heightPx: 15 }, { data, offsetPx: 205, stridePx: 100 });
    const luma = (x: number, y: number): number => picture.y.data[y * picture.y.stridePx + x]!;
    let worst = 0;
    for (let y = 0; y < 15; y++) {
      for (let x = 0; x < 20; x++) {
        const [fromX, fromY] = [8 + 2 * x, 12 + 2 * y];
        const mean = (luma(fromX, fromY) + luma(fromX + 1, fromY) + luma(fromX, fromY + 1) + luma(fromX + 1, fromY + 1)) / 4;
        const chromaAt = (fromY / 2) * picture.u.stridePx + fromX / 2;
        const expected = toRgb(mean, picture.u.data[chromaAt]!, picture.v.data[chromaAt]!, fullRange);
        expected.forEach((value, channel) => {
          worst = Math.max(worst, Math.abs(value - data[3 * (205 + y * 100 + x) + channel]!));
        });
      }
    }
    expect(worst).toBeLessThan(0.6);
    expect(data.filter((value) => value > 0).length).toBeLessThanOrEqual(20 * 15 * 3);
  });

  test('keeps an even colour at every scale', () => {
    const picture: I420Picture = {
      ...noise(60, 40, false),
      y: plane(60, 40, () => 140),
      u: plane(30, 20, () => 100),
      v: plane(30, 20, () => 150),
    };
    const [red, green, blue] = toRgb(140, 100, 150, false).map(Math.round) as [number, number, number];
    for (const scale of [0.2, 0.37, 0.5, 0.75, 1, 1.3]) {
      const data = resampled(picture, { widthPx: scaledLength(60, scale), heightPx: scaledLength(40, scale) });
      for (let at = 0; at < data.length; at += 3) expect([data[at], data[at + 1], data[at + 2]]).toEqual([red, green, blue]);
    }
  });

  test('the general way meets the fast one where both apply', () => {
    const picture = noise(64, 48, true);
    const gray: I420Picture = { ...picture, u: plane(32, 24, () => 128), v: plane(32, 24, () => 128) };
    const rgb = new Uint8Array(64 * 48 * 3);
    for (let y = 0; y < 48; y++)
      for (let x = 0; x < 64; x++) rgb.fill(gray.y.data[y * gray.y.stridePx + x]!, 3 * (y * 64 + x), 3 * (y * 64 + x) + 3);
    const fast = resampled(gray, { widthPx: 32, heightPx: 24 });
    const general = resampleRgb({ data: rgb, widthPx: 64, heightPx: 48 }, 0.5).data;
    for (let at = 0; at < fast.length; at++) expect(Math.abs(fast[at]! - general[at]!)).toBeLessThanOrEqual(1);
  });

  test('a mean stays a mean: shrinking keeps the sum of light', () => {
    const random = seededRandom(9);
    const data = Uint8Array.from({ length: 91 * 67 * 3 }, () => random.integer(256));
    const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
    for (const scale of [0.5, 0.33, 0.61])
      expect(mean(resampleRgb({ data, widthPx: 91, heightPx: 67 }, scale).data)).toBeCloseTo(mean(data), 0);
  });

  test('a place in the picture stays where it is', () => {
    const picture: I420Picture = {
      ...noise(200, 120, true),
      y: plane(200, 120, (x) => x),
      u: plane(100, 60, () => 128),
      v: plane(100, 60, () => 128),
    };
    const to = { widthPx: 77, heightPx: 46 };
    const data = resampled(picture, to);
    // Pixel centres: output pixel x lies at (x + .5) · 200/77 − .5 of the input.
    for (let x = 2; x < 75; x++) expect(Math.abs(data[3 * (20 * 77 + x)]! - ((x + 0.5) * (200 / 77) - 0.5))).toBeLessThan(1);
  });
});
