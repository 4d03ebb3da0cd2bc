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
const inside = (at: number): Box => [20 + at, 20, 60 + at, 60];
const cut = (at: number): Box => [0, 20 + at, 30, 60 + at];

it('counts as many cells as there are', () => {
  const [threshold] = chooseThresholds([image(inside)], 1);
  expect(threshold).toBeGreaterThan(0.29);
  expect(threshold).toBeLessThan(0.36);
});

it('lies where the misses of all cells and of whole ones make up for each other', () => {
  // Among whole cells the twelfth is false; the cut ones are all detected and all unlabelled.
  const whole = { ...image(inside), truth: image(inside).truth.slice(0, 11) };
  const unlabelled = { ...image(cut), truth: [], detections: image(cut).detections.slice(0, 6) };
  const [threshold] = chooseThresholds([whole, unlabelled], 1);
  // At 0.55 eight whole cells and six cut ones: 8 and 14 in place of 11.
  expect(threshold).toBeGreaterThan(0.5);
  expect(threshold).toBeLessThan(0.56);
});

it('lies in the middle where many do as well', () => {
  const clear = { ...image(inside), detections: image(inside).detections.map((item, at) => ({ ...item, score: at < 12 ? 0.8 : 0.2 })) };
  expect(chooseThresholds([clear], 1)[0]).toBeCloseTo(0.5, 1);
});

it('falls back where a class is hardly there', () => {
  expect(chooseThresholds([image(inside)], 2)[1]).toBe(0.4);
});
