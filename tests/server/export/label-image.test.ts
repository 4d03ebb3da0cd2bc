import { expect, test } from 'vitest';
import { paintLabels, pixelsOfLabels } from '../../../server/export/label-image.ts';

const square = (x: number, y: number, side: number): number[] => [x, y, x + side, y, x + side, y + side, x, y + side];

test('a pixel belongs to the smallest shape that its centre lies in, whatever order they come in', () => {
  const large = { polygon: square(0, 0, 4), label: 1, classIndex: 0, areaPx2: 16 };
  const small = { polygon: square(1, 1, 2), label: 2, classIndex: 2, areaPx2: 4 };
  for (const shapes of [
    [large, small],
    [small, large],
  ]) {
    const { labels, classes } = paintLabels(shapes, 5, 4);
    expect([...labels]).toEqual([1, 1, 1, 1, 0, 1, 2, 2, 1, 0, 1, 2, 2, 1, 0, 1, 1, 1, 1, 0]);
    expect([...classes]).toEqual([1, 1, 1, 1, 0, 1, 3, 3, 1, 0, 1, 3, 3, 1, 0, 1, 1, 1, 1, 0]);
    expect([...pixelsOfLabels(labels, 2)]).toEqual([4, 12, 4]);
  }
});

test('what lies outside the picture, or between the centres of pixels, is not painted', () => {
  const shapes = [
    { polygon: square(-3, -3, 4), label: 1, classIndex: 0, areaPx2: 16 },
    { polygon: square(9, 9, 4), label: 2, classIndex: 0, areaPx2: 16 },
    { polygon: square(1.6, 1.6, 0.8), label: 3, classIndex: 1, areaPx2: 0.64 },
  ];
  expect([...paintLabels(shapes, 3, 3).labels]).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0]);
});
