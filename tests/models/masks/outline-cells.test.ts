import { describe, expect, test } from 'vitest';
import { shapeOf } from '../../../domain/cell-shape.ts';
import type { Box } from '../../../domain/geometry.ts';
import { isWithin, outlineArea } from '../../../domain/outline.ts';
import { type MaskMap, outlineCells } from '../../../models/runtime/masks/outline-cells.ts';
import { traceOutline } from '../../../models/runtime/masks/trace-outline.ts';

type Disc = { x: number; y: number; r: number; nucleus?: number };

/** What a perfect network would say of discs, in input pixels. */
const mapOf = (discs: readonly Disc[], widthPx: number, heightPx: number): MaskMap => {
  const [width, height, stride] = [widthPx / 2, heightPx / 2, 2];
  const data = new Uint8Array(width * height * 2);
  const share = (inside: number): number => 255 / (1 + Math.exp(-inside));
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const away = discs.map((disc) => ({ disc, at: Math.hypot((x + 0.5) * stride - disc.x, (y + 0.5) * stride - disc.y) }));
      data[(y * width + x) * 2] = Math.max(0, ...away.map(({ disc, at }) => share(disc.r - at)));
      data[(y * width + x) * 2 + 1] = Math.max(
        0,
        ...away.map(({ disc, at }) => (disc.nucleus === undefined ? 0 : share(disc.nucleus - at))),
      );
    }
  return { data, offset: 0, width, height, planes: 2, stride };
};

const boxOf = ({ x, y, r }: Disc): Box => [x - r, y - r, x + r, y + r];

describe('outlines', () => {
  test('run where the level is crossed, between points', () => {
    const values = new Float32Array(9);
    values[4] = 1;
    const line = traceOutline({ width: 3, height: 3, values }, 0.25)!;
    expect(line.length).toBe(8);
    expect(outlineArea(line)).toBeCloseTo(2 * 0.75 * 0.75, 9);
    expect(traceOutline({ width: 3, height: 3, values: new Float32Array(9) }, 0.5)).toBeUndefined();
  });

  test('of cells are as large and round as the cells, nucleus and all', () => {
    const discs: Disc[] = [
      { x: 60, y: 60, r: 40 },
      { x: 200, y: 70, r: 50, nucleus: 25 },
    ];
    const [red, white] = outlineCells(mapOf(discs, 320, 160), discs.map(boxOf), (i) => i === 1);
    expect(shapeOf(red!.outline, 1).areaUm2 / (Math.PI * 1600)).toBeCloseTo(1, 1);
    expect(shapeOf(red!.outline, 1).circularity).toBeGreaterThan(0.97);
    expect(red!.nucleus).toBeUndefined();
    expect(outlineArea(white!.nucleus!) / outlineArea(white!.outline)).toBeCloseTo(0.25, 1);
    expect(red!.outline.length).toBeLessThan(100);
  });

  test('of cells that overlap are parted between their middles', () => {
    const discs: Disc[] = [
      { x: 60, y: 60, r: 40 },
      { x: 130, y: 60, r: 40 },
    ];
    const [left, right] = outlineCells(mapOf(discs, 192, 128), discs.map(boxOf), () => false);
    expect(isWithin(left!.outline, 92, 60)).toBe(true);
    expect(isWithin(left!.outline, 98, 60)).toBe(false);
    expect(isWithin(right!.outline, 98, 60)).toBe(true);
    for (const { outline } of [left!, right!]) expect(outlineArea(outline)).toBeGreaterThan(0.9 * Math.PI * 1600);
  });

  test('cut by the edge of the input end there, and where nothing is drawn there is none', () => {
    const discs: Disc[] = [{ x: 0, y: 64, r: 40 }];
    const [cut, empty] = outlineCells(
      mapOf(discs, 128, 128),
      [
        [0, 24, 40, 104],
        [90, 90, 120, 120],
      ],
      () => false,
    );
    expect(Math.min(...cut!.outline.filter((_, i) => i % 2 === 0))).toBeGreaterThanOrEqual(-1);
    expect(outlineArea(cut!.outline) / ((Math.PI * 1600) / 2)).toBeCloseTo(1, 1);
    expect(empty).toBeUndefined();
  });
});
