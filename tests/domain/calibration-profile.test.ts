import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { profileName, scaleFromLength, umPerPxFor } from '../../domain/calibration-profile.ts';

const profile = {
  name: 'oil',
  widthPx: 1280,
  heightPx: 720,
  scale: { umPerPx: 0.08, uncertaintyUmPerPx: 0.0001, method: 'micrometer' as const },
};

describe('a profile', () => {
  test('serves pictures of its shape in any size: what one pixel shows grows as pixels get fewer', () => {
    expect(umPerPxFor(profile, profile)).toBe(0.08);
    expect(umPerPxFor(profile, { widthPx: 640, heightPx: 360 })).toBeCloseTo(0.16, 12);
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 400 }), (n) => {
        const picture = { widthPx: 16 * n, heightPx: 9 * n };
        // The whole picture is as wide as ever.
        expect(umPerPxFor(profile, picture)! * picture.widthPx).toBeCloseTo(0.08 * 1280, 9);
      }),
    );
    expect(umPerPxFor({ ...profile, scale: undefined }, profile)).toBeUndefined();
  });

  test('refuses pictures of another shape', () => {
    expect(() => umPerPxFor(profile, { widthPx: 1280, heightPx: 960 })).toThrow(/1280×720, and these are 1280×960, another shape/);
  });

  test('has a name that is safe as a file', () => {
    for (const name of ['oil', '100x oil', 'bench-2_40x', 'a.b', 'Z9']) expect(profileName.safeParse(name).success, name).toBe(true);
    for (const name of ['', ' oil', 'oil ', '.oil', 'a/b', 'a\\b', '..', 'nul', 'COM1', 'con.x', 'ö', 'a\0b', 'x'.repeat(61)])
      expect(profileName.safeParse(name).success, name).toBe(false);
  });

  test('takes the share of uncertainty of a length over to its scale', () => {
    const { umPerPx, uncertaintyUmPerPx } = scaleFromLength(10, 138.9, 1.389, 'micrometer');
    expect(umPerPx).toBeCloseTo(0.072, 4);
    expect(uncertaintyUmPerPx / umPerPx).toBeCloseTo(0.01, 9);
  });
});
