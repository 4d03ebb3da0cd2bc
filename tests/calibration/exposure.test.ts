import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { measureExposure } from '../../calibration/exposure.ts';
import type { Plane } from '../../domain/frame.ts';

const plane = (widthPx: number, heightPx: number, value: (x: number, y: number) => number, stridePx = widthPx): Plane => {
  const data = new Uint8Array(stridePx * heightPx).fill(255);
  for (let y = 0; y < heightPx; y++) for (let x = 0; x < widthPx; x++) data[y * stridePx + x] = value(x, y);
  return { data, stridePx, widthPx, heightPx };
};

describe('measureExposure', () => {
  test('the mean of an even picture is its level, within its range', () => {
    fc.assert(
      fc.property(fc.integer({ min: 16, max: 235 }), fc.boolean(), (level, fullRange) => {
        const { mean } = measureExposure(
          plane(320, 180, () => level),
          fullRange,
        );
        expect(mean).toBeCloseTo(fullRange ? level / 255 : (level - 16) / 219, 6);
      }),
    );
  });

  test('tells the shares at the ends of the range, of the picture alone', () => {
    // A fifth of the lines black, a tenth white, the padding of the rows left out.
    const { black, white } = measureExposure(
      plane(640, 400, (_, y) => (y < 80 ? 0 : y >= 360 ? 254 : 128), 704),
      true,
    );
    expect(black).toBeCloseTo(0.2, 1);
    expect(white).toBeCloseTo(0.1, 1);
  });

  test('limited range is white at 235 and black at 16', () => {
    const lit = plane(320, 180, (x) => (x < 160 ? 16 : 235));
    expect(measureExposure(lit, false)).toMatchObject({ black: 0.5, white: 0.5 });
    expect(measureExposure(lit, true)).toMatchObject({ black: 0, white: 0 });
  });
});
