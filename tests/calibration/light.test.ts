import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blockColours } from '../../calibration/block-colours.ts';
import { gainMatrix, toRgb } from '../../calibration/colour-matrix.ts';
import { createLightCorrection } from '../../calibration/correct-light.ts';
import { measureEmptyArea } from '../../calibration/measure-empty-area.ts';
import type { CalibratedLight } from '../../domain/calibration-profile.ts';
import type { Frame } from '../../domain/frame.ts';
import { betweenBlocks, gainMap, packGains, unpackGains } from '../../domain/gain-map.ts';
import { seededRandom } from '../../domain/random.ts';
import { createFramePool } from '../../pipelines/frame-pool.ts';

type Paint = (x: number, y: number) => readonly [number, number, number];

/** A frame from colours, 0 to 1, by the definition of BT.601; with noise. */
const paintFrame = (widthPx: number, heightPx: number, paint: Paint, noise = 0, seed = 1): Frame => {
  const random = seededRandom(seed);
  const byte = (value: number): number => Math.max(0, Math.min(255, Math.round(value + noise * random.normal())));
  return createFramePool().frame({ id: 0, capturedAtMs: 0, widthPx, heightPx, fullRange: false }, (y, u, v) => {
    for (let row = 0; row < heightPx; row++)
      for (let x = 0; x < widthPx; x++) {
        const [red, green, blue] = paint(x, row);
        const light = 0.299 * red + 0.587 * green + 0.114 * blue;
        y.data[row * widthPx + x] = byte(16 + 219 * light);
        if ((x | row) & 1) continue;
        const at = (row >> 1) * u.stridePx + (x >> 1);
        u.data[at] = byte(128 + (112 * (blue - light)) / 0.886);
        v.data[at] = byte(128 + (112 * (red - light)) / 0.701);
      }
  })!;
};

const [WIDTH, HEIGHT] = [320, 180];
/** A lamp out of the middle, warm, and falling off differently for each colour. */
const lamp: Paint = (x, y) => {
  const away = (x / WIDTH - 0.4) ** 2 + (y / HEIGHT - 0.55) ** 2;
  return [0.86 * (1 - 0.5 * away), 0.78 * (1 - 0.55 * away), 0.6 * (1 - 0.6 * away)];
};
const planes = ({ y, u, v }: Frame) => ({ y: y.data.slice(), u: u.data.slice(), v: v.data.slice() });
const measure = (frames: readonly Frame[]) => measureEmptyArea(frames.map(blockColours), false);
const lightOf = (frames: readonly Frame[]): CalibratedLight => {
  const found = measure(frames);
  if ('refused' in found) throw new Error(found.refused);
  return found.light;
};

describe('gains', () => {
  test('come out of a packed map as they went in, to its unit', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.3, max: 4, noNaN: true }), { minLength: 12, maxLength: 12 }), (values) => {
        const colour = (at: number) => Float32Array.from(values.slice(at, at + 4));
        const map = gainMap.parse(packGains(2, 2, [colour(0), colour(4), colour(8)]));
        const back = unpackGains(map).flatMap((gains) => [...gains]);
        back.forEach((gain, i) => {
          expect(Math.abs(gain - values[i]!)).toBeLessThan(1 / 4096);
        });
      }),
    );
    expect(
      gainMap.safeParse({
        columns: 2,
        rows: 3,
        gains: packGains(2, 2, [new Float32Array(4), new Float32Array(4), new Float32Array(4)]).gains,
      }).success,
    ).toBe(false);
  });
});

describe('an empty area', () => {
  test('is even and grey once corrected, to some levels', () => {
    const light = lightOf([1, 2, 3, 4].map((seed) => paintFrame(WIDTH, HEIGHT, lamp, 2, seed)));
    const frame = paintFrame(WIDTH, HEIGHT, lamp);
    createLightCorrection(light)(frame);
    const middle = frame.y.data[(HEIGHT / 2) * WIDTH + WIDTH / 2]!;
    for (const value of frame.y.data) expect(Math.abs(value - middle)).toBeLessThanOrEqual(4);
    for (const chroma of [frame.u.data, frame.v.data]) for (const value of chroma) expect(Math.abs(value - 128)).toBeLessThanOrEqual(2);
    expect(light.evenness).toBeGreaterThan(0.6);
    expect(light.evenness).toBeLessThan(0.8);
    expect(light.uncertainty).toBeLessThan(0.01);
  });

  test('dust on the sensor does not show in the gains', () => {
    const dusty: Paint = (x, y) => {
      const passes = Math.hypot(x - 90, y - 60) < 6 || Math.hypot(x - 230, y - 130) < 5 ? 0.7 : 1;
      const [red, green, blue] = lamp(x, y);
      return [red * passes, green * passes, blue * passes];
    };
    const clean = unpackGains(lightOf([paintFrame(WIDTH, HEIGHT, lamp, 2)]).flatField!);
    const found = measure([paintFrame(WIDTH, HEIGHT, dusty, 2)]);
    if ('refused' in found) throw new Error(found.refused);
    expect(found.dust).toBeGreaterThan(0);
    const gains = unpackGains(found.light.flatField!);
    gains.forEach((colour, c) => {
      colour.forEach((gain, i) => {
        expect(Math.abs(gain / clean[c]![i]! - 1)).toBeLessThan(0.02);
      });
    });
  });

  test('is refused with one line when it is dark, clipped, too uneven, or cells are in it', () => {
    const refused = (paint: Paint): string => {
      const found = measure([paintFrame(WIDTH, HEIGHT, paint, 2)]);
      return 'refused' in found ? found.refused : 'taken';
    };
    expect(refused(() => [0.1, 0.1, 0.1])).toMatch(/too dark/);
    expect(refused(() => [1, 1, 1])).toMatch(/over-exposed/);
    expect(refused((x) => [0.9 - (0.7 * x) / WIDTH, 0.9 - (0.7 * x) / WIDTH, 0.9 - (0.7 * x) / WIDTH])).toMatch(/falls to/);
    const cells: Paint = (x, y) => (Math.hypot((x % 64) - 32, (y % 60) - 30) < 12 ? [0.75, 0.5, 0.55] : lamp(x, y));
    expect(refused(cells)).toMatch(/not empty/);
  });
});

describe('the correction of a frame', () => {
  const gains = (k: number) =>
    Float32Array.from({ length: 64 * 36 }, (_, i) => 1 + k * (((i % 64) / 63 - 0.5) ** 2 + (Math.floor(i / 64) / 35 - 0.5) ** 2));
  const light: CalibratedLight = {
    flatField: packGains(64, 36, [gains(0.8), gains(0.9), gains(1)]),
    whiteBalance: { red: 0.92, green: 1, blue: 1.18 },
    uncertainty: 0.001,
    evenness: 0.7,
  };

  test('multiplies each colour by its gain, to two levels', () => {
    const random = seededRandom(8);
    const frame = paintFrame(WIDTH, HEIGHT, () => [random.between(0.3, 0.6), random.between(0.3, 0.6), random.between(0.3, 0.6)]);
    const before = planes(frame);
    createLightCorrection(light)(frame);
    const maps = unpackGains(light.flatField!);
    const at = (x: number, y: number): readonly [number, number, number] => {
      const [across, down] = [betweenBlocks(x, WIDTH, 64), betweenBlocks(y, HEIGHT, 36)];
      const i = down.before * 64 + across.before;
      const blend = (g: Float32Array): number =>
        (1 - down.beyond) * ((1 - across.beyond) * g[i]! + across.beyond * g[i + 1]!) +
        down.beyond * ((1 - across.beyond) * g[i + 64]! + across.beyond * g[i + 65]!);
      return [blend(maps[0]) * 0.92, blend(maps[1]), blend(maps[2]) * 1.18];
    };
    for (let row = 4; row < HEIGHT - 4; row += 6)
      for (let x = 4; x < WIDTH - 4; x += 6) {
        const near = at((x & ~3) + 1.5, (row & ~3) + 1.5);
        const chroma = (row >> 1) * (WIDTH / 2) + (x >> 1);
        const [y, u, v] = [before.y[row * WIDTH + x]! - 16, before.u[chroma]! - 128, before.v[chroma]! - 128];
        const m = gainMatrix(near, false);
        const four = [0, 1, WIDTH, WIDTH + 1].map((step) => before.y[(row & ~1) * WIDTH + (x & ~1) + step]!);
        const mean = four.reduce((sum, value) => sum + value, 0) / 4 - 16;
        expect(Math.abs(frame.y.data[row * WIDTH + x]! - 16 - m[0]! * y - m[1]! * u - m[2]! * v)).toBeLessThan(2);
        expect(Math.abs(frame.u.data[chroma]! - 128 - m[3]! * mean - m[4]! * u - m[5]! * v)).toBeLessThan(2);
        expect(Math.abs(frame.v.data[chroma]! - 128 - m[6]! * mean - m[7]! * u - m[8]! * v)).toBeLessThan(2);
      }
  });

  test('stays within bytes at the ends, and leaves no trace on a neighbour', () => {
    const frame = paintFrame(64, 36, (x) => (x % 3 === 0 ? [0, 0, 0] : [1, 1, 1]));
    frame.u.data.fill(255);
    frame.v.data.fill(0);
    const { y } = planes(frame);
    createLightCorrection(light)(frame);
    y.forEach((before, i) => {
      if (before > 200) expect(frame.y.data[i]).toBeGreaterThan(170);
      else expect(frame.y.data[i]).toBeLessThan(40);
    });
  });

  test('of gains of one changes nothing', () => {
    const frame = paintFrame(64, 36, lamp, 3);
    const before = planes(frame);
    createLightCorrection({ whiteBalance: { red: 1, green: 1, blue: 1 }, uncertainty: 0, evenness: 1 })(frame);
    expect(planes(frame)).toEqual(before);
  });

  test('the matrix of gains is what they do to red, green and blue', () => {
    const m = gainMatrix([1.2, 1.1, 0.8], false);
    const [y, u, v] = [120, 140, 110];
    const at = (row: number): number => m[row]! * (y - 16) + m[row + 1]! * (u - 128) + m[row + 2]! * (v - 128);
    const [red, green, blue] = toRgb(at(0) + 16, at(3) + 128, at(6) + 128, false);
    const [r, g, b] = toRgb(y, u, v, false);
    expect([red, green, blue].map((c) => c.toFixed(6))).toEqual([r * 1.2, g * 1.1, b * 0.8].map((c) => c.toFixed(6)));
  });
});
