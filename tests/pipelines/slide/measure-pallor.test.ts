import { describe, expect, it } from 'vitest';
import type { Plane } from '../../../domain/frame.ts';
import { measurePallor } from '../../../pipelines/slide/measure-pallor.ts';
import { ellipseIn } from '../drawing-engine.ts';

const SIDE = 120;
const GLASS = 220;

/** A disc of `radius` about the middle, paler within `pale` of it, with others about it where `crowded`. */
const cell = ({ radius = 30, pale = 0, rim = 150, middle = 190, crowded = false, gain = 1 }): Plane => {
  const data = new Uint8Array(SIDE * SIDE);
  const centres = crowded ? [60, 60, 60 - 2 * radius, 60, 60, 60 - 2 * radius] : [60, 60];
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++) {
      let value = GLASS;
      for (let i = 0; i < centres.length; i += 2) {
        const away = Math.hypot(x + 0.5 - centres[i]!, y + 0.5 - centres[i + 1]!);
        if (away < radius) value = away < pale ? middle : rim;
      }
      data[y * SIDE + x] = gain * value;
    }
  return { data, stridePx: SIDE, widthPx: SIDE, heightPx: SIDE };
};
const outline = ellipseIn([30, 30, 90, 90]);

describe('the paler middle of a red cell', () => {
  it.each([6, 10, 15, 22])('is as wide as it was drawn: %i of 30 px', (pale) => {
    expect(measurePallor(cell({ pale }), outline)).toBeCloseTo(pale / 30, 1);
  });

  it('is the same in another light and beside neighbours', () => {
    const alone = measurePallor(cell({ pale: 12 }), outline)!;
    expect(measurePallor(cell({ pale: 12, gain: 0.6 }), outline)).toBeCloseTo(alone, 2);
    expect(measurePallor(cell({ pale: 12, crowded: true }), outline)).toBeCloseTo(alone, 2);
  });

  it('is none in a cell that is as dark in the middle', () => {
    expect(measurePallor(cell({ pale: 0 }), outline)).toBe(0);
    expect(measurePallor(cell({ pale: 12, middle: 153 }), outline)).toBe(0);
  });

  it('cannot be said where hardly any light is taken, or the cell lies outside', () => {
    expect(measurePallor(cell({ rim: 215 }), outline)).toBeUndefined();
    expect(measurePallor(cell({}), ellipseIn([-90, -90, -30, -30]))).toBeUndefined();
    expect(measurePallor(cell({}), [5, 5, 5, 5, 5, 5])).toBeUndefined();
  });
});
