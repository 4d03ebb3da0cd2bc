import { expect, test } from 'vitest';
import { seededRandom } from '../../domain/random.ts';
import { CONFIDENCE, spreadPx } from '../../pipelines/slide/confidence.ts';
import { fitConfidence } from '../../server/bench/fit-confidence.ts';
import { type Judged, reliabilityOf } from '../../server/bench/reliability.ts';

const truth = { ...CONFIDENCE, floorPx: 0.2, scale: 12, movedPx: 0.5, freedom: 8 };

/** Frames that are off as the model says: a normal radius over the root of a chi-squared one. */
const drawn = (count: number): Judged[] => {
  const random = seededRandom(2);
  return Array.from({ length: count }, () => {
    const evidence = { excess: 0.45, errorPx: random.between(0.01, 0.12), moved: random.next() < 0.2 };
    let chi = 0;
    for (let i = 0; i < truth.freedom; i++) chi += random.normal() ** 2;
    return {
      evidence,
      errorPx: (spreadPx(evidence, truth) * Math.hypot(random.normal(), random.normal())) / Math.sqrt(chi / truth.freedom),
    };
  });
};

test('the fit finds the spread that the errors were drawn with', () => {
  const model = fitConfidence(drawn(6000), []);
  expect(model.floorPx).toBeCloseTo(truth.floorPx, 0);
  expect(model.scale / truth.scale).toBeGreaterThan(0.85);
  expect(model.scale / truth.scale).toBeLessThan(1.15);
  expect(model.movedPx).toBeCloseTo(truth.movedPx, 0);
});

test('what is said within a distance is seen within it, by the model that was fitted and not by one that is too sure', () => {
  const judged = drawn(6000);
  const fitted = { ...fitConfidence(judged, []), odds: 50 };
  expect(reliabilityOf(judged, 1, fitted).error).toBeLessThan(0.02);
  expect(reliabilityOf(judged, 1, { ...fitted, scale: fitted.scale / 3 }).error).toBeGreaterThan(0.1);
});

test('chance matches are told from true ones', () => {
  const right = drawn(500);
  const chance = right.map(({ evidence }) => ({ ...evidence, excess: evidence.excess - 0.7, errorPx: 3 * evidence.errorPx }));
  const model = fitConfidence(right, chance);
  expect(model.perExcess).toBeGreaterThan(5);
});
