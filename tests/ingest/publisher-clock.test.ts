import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPublisherClock } from '../../server/ingest/publisher-clock.ts';

const FRAME_MS = 1000 / 30;

test('pictures that come in time are taken when the quickest of them says', () => {
  const clock = createPublisherClock();
  const jitter = [30, 12, 45, 5, 80, 5, 5, 60];
  const times = jitter.map((late, at) => clock.at(at * FRAME_MS, 1000 + at * FRAME_MS + late));
  // From the fourth on the quickest is known.
  for (const at of [5, 6, 7]) expect(times[at]).toBeCloseTo(1005 + at * FRAME_MS, 6);
});

test('a publisher that begins with what it had saved up keeps distances, and its times settle', () => {
  const clock = createPublisherClock();
  // Two seconds of pictures at once, then each in its time.
  const arrived = (at: number): number => Math.max(2000 + at, at * FRAME_MS);
  const times = Array.from({ length: 600 }, (_, at) => clock.at(at * FRAME_MS, arrived(at)));
  times.forEach((time, at) => {
    if (at > 0) expect(time - times[at - 1]!).toBeGreaterThan(0.7 * FRAME_MS);
  });
  expect(times.at(-1)).toBeCloseTo(599 * FRAME_MS, 6);
});

test('another publisher goes on after the one before', () => {
  const clock = createPublisherClock();
  clock.at(50_000, 100);
  clock.restart();
  expect(clock.at(7, 5100)).toBe(5100);
  expect(clock.at(40, 5133)).toBe(5133);
  // A break in its own times.
  expect(clock.at(90_000, 6000)).toBe(6000);
});

test('whatever comes, times never go back', () =>
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: -50, max: 20_000 }), fc.integer({ min: 0, max: 3000 })), { maxLength: 60 }),
      (steps) => {
        const clock = createPublisherClock();
        let [pts, arrived, last] = [0, 0, Number.NEGATIVE_INFINITY];
        for (const [ptsStep, wait] of steps) {
          pts += ptsStep;
          arrived += wait;
          const at = clock.at(pts, arrived);
          expect(at).toBeGreaterThanOrEqual(last);
          last = at;
        }
      },
    ),
  ));
