import { expect, test } from 'vitest';
import { seededRandom } from '../../../domain/random.ts';
import { insideDistance } from '../../../models/segment/distance-transform.ts';
import { connectedPieces, partCells } from '../../../models/segment/instances.ts';

const [widthPx, heightPx] = [64, 48];
const size = { widthPx, heightPx };
const at = (pixel: number): [number, number] => [pixel % widthPx, Math.floor(pixel / widthPx)];
const disc =
  (cx: number, cy: number, radius: number) =>
  (pixel: number): boolean => {
    const [x, y] = at(pixel);
    return Math.hypot(x - cx, y - cy) <= radius;
  };

test('the distance from what is outside is that of every pixel tried', () => {
  const random = seededRandom(3);
  const mask = Uint8Array.from({ length: widthPx * heightPx }, () => (random.next() < 0.97 ? 1 : 0));
  const outside = [...mask.keys()].filter((pixel) => mask[pixel] === 0).map(at);
  const distances = insideDistance(mask, widthPx, heightPx);
  for (const [pixel, distance] of distances.entries()) {
    const [x, y] = at(pixel);
    expect(distance).toBeCloseTo(Math.min(...outside.map(([u, v]) => Math.hypot(x - u, y - v))), 4);
  }
});

test('pieces hang together over edges, not corners; specks are left out and leave no gap in the numbers', () => {
  const rows = ['#.##', '.#..', '....', '###.'];
  const { labels, count } = connectedPieces((pixel) => rows[Math.floor(pixel / 4)]![pixel % 4] === '#', 4, 4, 2);
  expect(count).toBe(2);
  expect([...labels]).toEqual([0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 0]);
});

const options = { leastCorePx: 10, leastCellPx: 20 };

test('cells that touch are parted between their cores, with a pixel between them; specks and what the edge leaves little of are left out', () => {
  const [left, right, half, sliver] = [disc(18, 20, 10), disc(37, 20, 10), disc(61, 26, 10), disc(20, 50, 7)];
  const speck = disc(5, 43, 2);
  const cores = [disc(18, 20, 6), disc(37, 20, 6), disc(61, 26, 6)];
  const cell = (pixel: number): number => ([left, right, half, sliver, speck].some((one) => one(pixel)) ? 0.9 : 0.1);
  const core = (pixel: number): number => (cores.some((one) => one(pixel)) ? 0.8 : 0.2);
  const { labels, count } = partCells(cell, core, size, options);
  expect(count).toBe(3);
  for (const [index, one] of [left, right, half].entries()) {
    const own = [...labels.keys()].filter((pixel) => one(pixel));
    expect(own.filter((pixel) => labels[pixel] === index + 1).length / own.length).toBeGreaterThan(0.95);
  }
  expect([...labels.keys()].some((pixel) => (speck(pixel) || sliver(pixel)) && labels[pixel] !== 0)).toBe(false);
  for (let pixel = 0; pixel < labels.length - widthPx; pixel++)
    for (const neighbour of [pixel + 1, pixel + widthPx])
      expect(labels[pixel] === 0 || labels[neighbour] === 0 || labels[pixel] === labels[neighbour]).toBe(true);
});

test('cores that run into each other are parted where they are narrow; a dent alone parts nothing', () => {
  const both = (pixel: number): boolean => disc(18, 20, 10)(pixel) || disc(35, 20, 10)(pixel);
  const dented = (pixel: number): boolean => disc(18, 20, 10)(pixel) || disc(24, 20, 10)(pixel);
  for (const [shape, cells] of [
    [both, 2],
    [dented, 1],
  ] as const) {
    const share = (pixel: number): number => (shape(pixel) ? 1 : 0);
    expect(partCells(share, share, size, options).count).toBe(cells);
  }
});
