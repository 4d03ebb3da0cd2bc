import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findRuling } from '../../calibration/find-ruling.ts';
import { seededRandom } from '../../domain/random.ts';
import { drawRuling } from './drawn-ruling.ts';

/** A camera that is turned, a light that is uneven, a picture that is soft and noisy. */
const rulings = fc.record({
  pitchPx: fc.double({ min: 7, max: 45, noNaN: true }),
  angleDeg: fc.double({ min: -90, max: 90, noNaN: true }),
  duty: fc.double({ min: 0.1, max: 0.45, noNaN: true }),
  noise: fc.double({ min: 0, max: 10, noNaN: true }),
  tilt: fc.double({ min: 0, max: 0.4, noNaN: true }),
  vignette: fc.double({ min: 0, max: 0.4, noNaN: true }),
  depth: fc.constantFrom(40, 80, 110, -60),
  shortShare: fc.double({ min: 0.4, max: 1, noNaN: true }),
  phase: fc.double({ min: 0, max: 1, noNaN: true }),
  blurShare: fc.double({ min: 0.02, max: 0.12, noNaN: true }),
  seed: fc.integer({ min: 1, max: 10_000 }),
});

describe('a ruling in a picture', () => {
  test('its pitch is found within half a per cent, whatever the direction, light, blur and noise', () => {
    let covered = 0;
    let runs = 0;
    fc.assert(
      fc.property(rulings, ({ blurShare, ...ruling }) => {
        const found = findRuling(drawRuling({ ...ruling, blurPx: blurShare * ruling.pitchPx, widthPx: 480, heightPx: 300 }));
        expect(found).toBeDefined();
        const off = Math.abs(found!.pitchPx - ruling.pitchPx);
        expect(off / ruling.pitchPx).toBeLessThan(0.005);
        runs++;
        if (off <= found!.uncertaintyPx) covered++;
      }),
      // A single run takes long: the first failure is shown as it is.
      { numRuns: 24, endOnFailure: true },
    );
    expect(covered / runs).toBeGreaterThanOrEqual(0.85);
  });

  test('the lines that are shown lie on the lines of the picture', () => {
    const found = findRuling(drawRuling({ pitchPx: 48, angleDeg: 12, phase: 0.25 }))!;
    expect(found.angleDeg).toBeCloseTo(12, 1);
    const [cos, sin] = [Math.cos(Math.PI / 15), Math.sin(Math.PI / 15)];
    for (const [x0, y0, x1, y1] of found.lines) {
      for (const [x, y] of [
        [x0, y0],
        [x1, y1],
      ] as const) {
        // Drawn around samples, shown between the corners of pixels.
        const along = ((x - 0.5) * cos + (y - 0.5) * sin) / 48 + 0.25;
        expect(Math.abs(along - Math.round(along)) * 48).toBeLessThan(0.5);
      }
    }
    expect(found.lines.length).toBeGreaterThan(11);
  });

  test('there is none in noise, in even light, or in a scatter of cells', () => {
    const size = { stridePx: 480, widthPx: 480, heightPx: 300 };
    const random = seededRandom(4);
    const noise = Uint8Array.from({ length: 480 * 300 }, () => 128 + 10 * random.normal());
    expect(findRuling({ data: noise, ...size })).toBeUndefined();
    expect(findRuling({ data: new Uint8Array(480 * 300).fill(180), ...size })).toBeUndefined();
    const cells = noise.slice();
    for (let n = 0; n < 40; n++) {
      const [cx, cy] = [random.between(0, 480), random.between(0, 300)];
      for (let y = 0; y < 300; y++) for (let x = 0; x < 480; x++) if (Math.hypot(x - cx, y - cy) < 18) cells[y * 480 + x] = 70;
    }
    expect(findRuling({ data: cells, ...size })).toBeUndefined();
  });
});
