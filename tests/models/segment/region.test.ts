import { describe, expect, test } from 'vitest';
import { connectedPieces } from '../../../models/segment/instances.ts';
import { createInstanceTally } from '../../../models/segment/judge/instance-scores.ts';
import { type Region, regionIou, regionOfLine, regionOfOutline, regionsOfLabels, sharedPx } from '../../../models/segment/judge/region.ts';

const block = (x: number, y: number, widthPx: number, heightPx: number): Region => ({
  x,
  y,
  widthPx,
  heightPx,
  set: new Uint8Array(widthPx * heightPx).fill(1),
  areaPx: widthPx * heightPx,
});

describe('regions', () => {
  test('of an outline are the pixels whose middles lie within, as far as the picture goes', () => {
    const square = regionOfLine([2, 3, 7, 3, 7, 9, 2, 9], 20, 20)!;
    expect({ ...square, set: 0 }).toEqual({ x: 2, y: 3, widthPx: 5, heightPx: 6, set: 0, areaPx: 30 });
    expect(regionOfLine([-4, -4, 4, -4, 4, 4, -4, 4], 20, 20)!.areaPx).toBe(16);
    expect(regionOfLine([30, 30, 40, 30, 40, 40], 20, 20)).toBeUndefined();
    expect(regionOfOutline([[2, 3, 7, 3, 7, 9, 2, 9]], 20, 20)).toEqual(square);
  });

  test('of pieces lie where the pieces lie', () => {
    const mask = ['##..', '#...', '..##'].join('');
    const regions = regionsOfLabels(
      connectedPieces((pixel) => mask[pixel] === '#', 4, 3),
      4,
    );
    expect(regions.map(({ x, y, areaPx }) => [x, y, areaPx])).toEqual([
      [0, 0, 3],
      [2, 2, 2],
    ]);
    expect(sharedPx(regions[0]!, block(0, 0, 2, 2))).toBe(3);
    expect(regionIou(regions[0]!, block(0, 0, 2, 2))).toBe(0.75);
    expect(regionIou(regions[0]!, regions[1]!)).toBe(0);
  });
});

describe('scores of single cells', () => {
  test('are those reckoned by hand', () => {
    const tally = createInstanceTally();
    // Found whole; found with IoU 60/140, which is no match; not found; and one found that is not there.
    const truth = [block(0, 0, 10, 10), block(20, 0, 10, 10), block(40, 0, 10, 10)];
    const found = [block(0, 0, 10, 10), block(24, 0, 10, 10), block(60, 0, 10, 5)];
    tally.add(found, truth);
    const { AJI, ...scores } = tally.scores;
    expect(scores).toEqual({ truth: 3, found: 3, precision: 1 / 3, recall: 1 / 3, f1: 1 / 3, PQ: 1 / 3 });
    expect(AJI).toBeCloseTo((100 + 60) / (100 + 140 + 100 + 50), 12);
  });

  test('a true cell is found once', () => {
    const tally = createInstanceTally();
    tally.add([block(0, 0, 10, 10), block(0, 0, 10, 9)], [block(0, 0, 10, 10)]);
    expect(tally.scores).toMatchObject({ precision: 0.5, recall: 1 });
  });

  test('of nothing in nothing are 1', () => {
    const tally = createInstanceTally();
    tally.add([], []);
    expect(tally.scores).toMatchObject({ f1: 1, AJI: 1, PQ: 1 });
  });
});
