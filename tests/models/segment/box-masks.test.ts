import { describe, expect, test } from 'vitest';
import type { LabelledBox } from '../../../models/datasets/labelled-field.ts';
import { boxMasks, CELL_PLANE, NUCLEUS_PLANE } from '../../../models/segment/box-masks.ts';
import { planeAt } from '../../../models/segment/planes.ts';
import type { Raster } from '../../../models/train/picture.ts';

type Disc = { x: number; y: number; r: number; light: number; inner?: { r: number; light: number } };

/** Discs on glass whose light falls from left to right, as a badly centred lamp's does. */
const draw = (discs: readonly Disc[], widthPx: number, heightPx: number): Raster => {
  const data = new Uint8Array(widthPx * heightPx * 3);
  for (let y = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++) {
      let light = 1;
      for (const { x: cx, y: cy, r, light: own, inner } of discs) {
        const away = Math.hypot(x + 0.5 - cx, y + 0.5 - cy);
        if (away < r) light = inner !== undefined && away < inner.r ? inner.light : own;
      }
      data.fill(Math.round((230 - (60 * x) / widthPx) * light), (y * widthPx + x) * 3, (y * widthPx + x) * 3 + 3);
    }
  return { data, widthPx, heightPx };
};

const boxOf = ({ x, y, r }: Disc, classIndex: number): LabelledBox => ({ box: [x - r, y - r, x + r, y + r], classIndex });

const red: Disc = { x: 60, y: 70, r: 30, light: 0.75, inner: { r: 10, light: 0.97 } };
const white: Disc = { x: 200, y: 70, r: 40, light: 0.8, inner: { r: 20, light: 0.3 } };
const forgotten: Disc = { x: 120, y: 200, r: 25, light: 0.75 };

describe('outlines from boxes alone', () => {
  const picture = draw([red, white, forgotten], 300, 260);
  const planes = boxMasks(picture, [boxOf(red, 0), boxOf(white, 1)], { nucleated: [1] });
  const at = (plane: number, x: number, y: number): number => planeAt(planes, plane, y * 300 + x);
  const area = (plane: number, x0: number, y0: number, x1: number, y1: number): number => {
    let sum = 0;
    for (let y = y0; y < y1; y++) for (let x = x0; x < x1; x++) if (at(plane, x, y) > 127) sum++;
    return sum;
  };

  test('hold the whole cell, its pale middle too', () => {
    expect(at(CELL_PLANE, 60, 70)).toBe(255);
    expect(area(CELL_PLANE, 0, 0, 120, 140) / (Math.PI * 900)).toBeCloseTo(1, 1);
    expect(area(CELL_PLANE, 140, 0, 300, 140) / (Math.PI * 1600)).toBeCloseTo(1, 1);
  });

  test('tell the nucleus of cells that have one', () => {
    expect(area(NUCLEUS_PLANE, 0, 0, 120, 140)).toBe(0);
    expect(area(NUCLEUS_PLANE, 140, 0, 300, 140) / (Math.PI * 400)).toBeCloseTo(1, 1);
  });

  test('leave open what is dark and was not labelled', () => {
    expect(at(2, 120, 200)).toBe(0);
    expect(at(2, 60, 70)).toBe(255);
    expect(at(2, 20, 240)).toBe(255);
    expect(at(CELL_PLANE, 20, 240)).toBe(0);
  });
});
