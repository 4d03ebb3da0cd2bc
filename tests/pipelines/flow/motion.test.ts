import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../domain/random.ts';
import { associate } from '../../../pipelines/flow/associate.ts';
import { measure, measureAs } from '../../../pipelines/flow/measure.ts';
import { predictAxis, startAxis, updateAxis } from '../../../pipelines/flow/motion.ts';

const detection = (x0: number, y0: number, x1: number, y1: number) => ({ box: [x0, y0, x1, y1] as const, classIndex: 0, score: 0.9 });

describe('the filter', () => {
  it('finds a constant velocity from noisy places, and knows how well', () => {
    const random = seededRandom(3);
    let axis = startAxis(2 * random.normal(), 4, 0, 1e6);
    for (let i = 1; i <= 60; i++) axis = updateAxis(predictAxis(axis, 0.05, 0.01), 120 * 0.05 * i + 2 * random.normal(), 4);
    expect(Math.abs(axis.velocity - 120)).toBeLessThan(3 * Math.sqrt(axis.varVelocity));
    expect(axis.varAt).toBeLessThan(1);
  });

  it('predicts the same in one step as in two', () => {
    const start = { ...startAxis(5, 2, 30, 9), cov: 1 };
    const once = predictAxis(start, 0.2, 4);
    const twice = predictAxis(predictAxis(start, 0.1, 4), 0.1, 4);
    expect(twice.at).toBeCloseTo(once.at, 9);
    expect(twice.varAt).toBeCloseTo(once.varAt, 9);
    expect(twice.cov).toBeCloseTo(once.cov, 9);
  });
});

describe('a cell that the edge cuts', () => {
  it('is taken for round: its middle is found from the part that is seen', () => {
    // A disc of 40 px around (300, 4): its cap is 24 px high and 40 px wide.
    expect(measure(detection(280, 0, 320, 24), 400, 300)).toMatchObject({ cutY: 'low', cutX: undefined, heightPx: 40, y: 4 });
    // The same disc around (300, -12): 8 px high, and only 32 px wide.
    const cap = measure(detection(284, 0, 316, 8), 400, 300);
    expect(cap.heightPx).toBeCloseTo(40, 6);
    expect(cap.y).toBeCloseTo(-12, 6);
  });

  it('is read with the size that is known', () => {
    const axis = startAxis(300, 1, 0, 1);
    const known = { x: axis, y: axis, widthPx: 40, heightPx: 60, wholeX: true, wholeY: true };
    expect(measureAs(measure(detection(280, 0, 320, 30), 400, 300), known)).toMatchObject({ y: 0, heightPx: 60 });
  });
});

describe('association', () => {
  it('leaves a track alone rather than have it take the detection of another', () => {
    const at = (x: number) => {
      const axis = (middle: number) => startAxis(middle, 4, 0, 1);
      return { motion: { x: axis(x), y: axis(100), widthPx: 40, heightPx: 40, wholeX: true, wholeY: true }, classIndex: 0 };
    };
    const measured = [measure(detection(86, 80, 126, 120), 400, 300)];
    expect(associate([at(96), at(106)], measured)).toEqual({ pairs: [[1, 0]], idleTracks: [0], idleDetections: [] });
    expect(associate([at(300)], measured).pairs).toEqual([]);
  });
});
