import { describe, expect, it } from 'vitest';
import { chooseShare } from '../../../models/from-sessions/choose-share.ts';
import { keepThresholds } from '../../../models/from-sessions/keep-thresholds.ts';

const BASE = { share: 0, site: 0.7, known: [0.98, 0.9], off: [0.01] };
const point = (share: number, site: number, known = BASE.known, off = BASE.off) => ({ share, site, known, off });

describe('the share of the way', () => {
  it('is the least whose gain cannot be told from the largest', () => {
    const points = [point(0.2, 0.8), point(0.3, 0.898), point(0.5, 0.9), point(1, 0.901)];
    expect(chooseShare(BASE, points)?.share).toBe(0.3);
  });

  it('goes nowhere where a known site is worse, in precision or count', () => {
    const points = [point(0.3, 0.8), point(0.5, 0.9, [0.98, 0.89]), point(1, 0.95, BASE.known, [0.02])];
    expect(chooseShare(BASE, points)?.share).toBe(0.3);
    expect(chooseShare(BASE, points.slice(1))).toBeUndefined();
  });

  it('is none where the new site gains nothing', () => {
    expect(chooseShare(BASE, [point(0.2, 0.699), point(0.5, 0.6)])).toBeUndefined();
  });

  it('is at most a half where no field of the new site chooses', () => {
    const base = { share: 0, known: [0.9], off: [] };
    const points = [0.2, 0.5, 0.8].map((share) => ({ share, known: [0.9], off: [] }));
    expect(chooseShare(base, points)?.share).toBe(0.5);
  });
});

/** Boxes of one class with these scores, whatever lies below them. */
const seen = (scores: readonly number[]) => [
  { truth: [], detections: scores.map((score) => ({ classIndex: 0, score, box: [0, 0, 9, 9] as const })) },
];
const evenly = (from: number, to: number, n: number) => Array.from({ length: n }, (_, i) => from + ((to - from) * i) / (n - 1));

describe('thresholds', () => {
  it('stay the base’s where counts are hardly nearer at another', () => {
    expect(keepThresholds([0.4], [{ images: seen(evenly(0.2, 0.9, 200)), wanted: [142] }])).toEqual([0.4]);
  });

  it('follow scores that rose as a whole, and go no farther than they must', () => {
    const [threshold] = keepThresholds([0.4], [{ images: seen(evenly(0.2, 0.9, 200)), wanted: [100] }]);
    expect(threshold).toBeCloseTo(0.547, 2);
  });

  it('let each set weigh the same, however many cells it has', () => {
    const large = { images: seen([...evenly(0.5, 0.9, 400), ...evenly(0.3, 0.4, 40)]), wanted: [400] };
    const small = { images: seen([...evenly(0.5, 0.9, 20), ...evenly(0.3, 0.4, 20)]), wanted: [40] };
    // The small set lacks half of its cells above 0.4; the large one counts a tenth too much below.
    const [threshold] = keepThresholds([0.45], [large, small]);
    expect(threshold).toBeLessThanOrEqual(0.3);
  });

  it('stay where a class has hardly a cell', () => {
    expect(keepThresholds([0.4], [{ images: seen([0.9, 0.8, 0.3]), wanted: [9] }])).toEqual([0.4]);
  });
});
