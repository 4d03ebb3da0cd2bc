import { describe, expect, test } from 'vitest';
import { measureDetail } from '../../calibration/sharpness.ts';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import { slideCamera, texturedSlide } from '../pipelines/textured-slide.ts';

const WIDTH_PX = 640;
const HEIGHT_PX = 360;
const pool = createFramePool();

// From few small cells to many large ones, from a clean sensor to a noisy one.
describe.each([
  { radiusPx: 45, count: 60, noise: 1 },
  { radiusPx: 45, count: 15, noise: 3 },
  { radiusPx: 25, count: 120, noise: 2 },
  { radiusPx: 60, count: 40, noise: 4 },
])('cells of $radiusPx px, $count of them, noise $noise', ({ radiusPx, count, noise }) => {
  const camera = slideCamera(texturedSlide(3, 900, 620, radiusPx, count), WIDTH_PX, HEIGHT_PX, 5, pool);
  const detailAt = (blurPx: number, smearPx = 0): { x: number; y: number } => {
    using frame = camera(0, 0, 120, 130, { noise, blurPx, smearPx });
    return measureDetail(frame.y);
  };

  test('detail falls with every step out of focus', () => {
    const details = [0, 1.5, 2.5, 4, 6].map((blurPx) => detailAt(blurPx));
    for (const axis of ['x', 'y'] as const) {
      const fall = details.map((detail) => detail[axis] - 1);
      for (let i = 1; i < fall.length; i++) expect(fall[i], `${axis}: ${fall}`).toBeLessThanOrEqual(fall[i - 1]!);
      expect(fall[2], `${axis}: ${fall}`).toBeLessThan(fall[0]! * 0.6);
    }
  });

  test('motion lowers the detail along it alone', () => {
    const still = detailAt(0);
    const moving = detailAt(0, 12);
    expect(moving.x - 1).toBeLessThan((still.x - 1) * 0.6);
    expect(moving.y - 1).toBeGreaterThan((still.y - 1) * 0.6);
  });
});

test.each([1, 2, 3, 4, 5, 6])('an empty field has no detail, however noisy: seed %i', (seed) => {
  const camera = slideCamera(texturedSlide(3, 700, 420, 45, 0), WIDTH_PX, HEIGHT_PX, seed, pool);
  for (const noise of [0, 2, 4]) {
    using frame = camera(0, 0, 10, 10, { noise, vignette: 0 });
    expect(measureDetail(frame.y)).toMatchObject({ x: 1, y: 1 });
  }
});
