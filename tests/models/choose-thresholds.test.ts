import { expect, it } from 'vitest';
import type { Box } from '../../domain/geometry.ts';
import { type CountedImage, chooseThresholds } from '../../models/export/choose-thresholds.ts';

/** Twelve true cells whose scores fall from 0.9 to 0.35, then as many false ones below 0.3. */
const image = (box: (at: number) => Box): CountedImage => ({
  widthPx: 1000,
  heightPx: 1000,
  truth: Array.from({ length: 12 }, (_, at) => ({ box: box(at), classIndex: 0 })),
  detections: Array.from({ length: 24 }, (_, at) => ({
    box: box(at),
    classIndex: 0,
    score: at < 12 ? 0.9 - 0.05 * at : 0.29 - 0.01 * (at - 12),
  })),
});
const inside = (at: number): Box => [
  20 + 50 * (at % 12),
  20 + 100 * Math.floor(at / 12),
  60 + 50 * (at % 12),
  60 + 100 * Math.floor(at / 12),
];

it('counts as many cells as there are', () => {
  const [threshold] = chooseThresholds([image(inside)], 1);
  expect(threshold).toBeGreaterThan(0.29);
  expect(threshold).toBeLessThan(0.36);
});

it('does not count false cells to make up for missed ones', () => {
  // Two cells are missed altogether; false ones at 0.29 and below could fill their places.
  const missed = Array.from({ length: 2 }, (_, at) => ({ box: [20 + 60 * at, 500, 60 + 60 * at, 540] as const, classIndex: 0 }));
  const [threshold] = chooseThresholds([{ ...image(inside), truth: [...image(inside).truth, ...missed] }], 1);
  expect(threshold).toBeGreaterThan(0.29);
});

it('lies in the middle where many do as well', () => {
  const clear = { ...image(inside), detections: image(inside).detections.map((item, at) => ({ ...item, score: at < 12 ? 0.8 : 0.2 })) };
  expect(chooseThresholds([clear], 1)[0]).toBeCloseTo(0.5, 1);
});

it('falls back where a class is hardly there', () => {
  expect(chooseThresholds([image(inside)], 2)[1]).toBe(0.4);
});
