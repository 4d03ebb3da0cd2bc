import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { liveClock, recordedClock } from '../../server/ingest/capture-clock.ts';

const anyPts = fc.array(fc.option(fc.double({ min: -1e7, max: 1e9, noNaN: true }), { nil: undefined }), { maxLength: 60 });

describe('capture times', () => {
  test('never decrease, whatever a stream says', () => {
    fc.assert(
      fc.property(anyPts, (pts) => {
        for (const clock of [recordedClock(40), liveClock()]) {
          let last = 0;
          pts.forEach((ptsMs, index) => {
            const at = clock.at(ptsMs, index * 40);
            expect(at).toBeGreaterThanOrEqual(last);
            last = at;
          });
        }
      }),
    );
  });

  test('live ones are never in the future', () => {
    fc.assert(
      fc.property(anyPts, fc.array(fc.nat(1000), { minLength: 60, maxLength: 60 }), (pts, gaps) => {
        const clock = liveClock();
        let nowMs = 0;
        pts.forEach((ptsMs, index) => {
          nowMs += gaps[index]!;
          expect(clock.at(ptsMs, nowMs)).toBeLessThanOrEqual(nowMs);
        });
      }),
    );
  });

  test('recorded ones count from the first picture by the times of the stream', () => {
    const clock = recordedClock(40);
    expect([5000, 5033, 5066, 5200].map((ptsMs) => clock.at(ptsMs, 0))).toEqual([0, 33, 66, 200]);
  });

  test('recorded ones go on evenly without times and over breaks in them', () => {
    const clock = recordedClock(40);
    expect([undefined, undefined, 100, 140, 9e6, 9e6 + 40, 20].map((ptsMs) => clock.at(ptsMs, 0))).toEqual([0, 40, 80, 120, 160, 200, 240]);
  });

  test('live ones keep the distance of the stream when the network stutters', () => {
    const clock = liveClock();
    const arrivals = [100, 140, 300, 301, 302, 303];
    expect(arrivals.map((arrivedMs, index) => clock.at(index * 40, arrivedMs))).toEqual([100, 140, 180, 220, 260, 300]);
  });

  test('live ones find the quickest arrival', () => {
    const clock = liveClock();
    expect([clock.at(0, 500), clock.at(40, 340), clock.at(80, 380)]).toEqual([500, 500, 500]);
    expect(clock.at(400, 700)).toBe(700);
  });
});
