import { expect, test } from 'vitest';
import { seededRandom } from '../../../domain/random.ts';
import type { GreyImage } from '../../../pipelines/slide/grey-image.ts';
import { createPhaseCorrelator } from '../../../pipelines/slide/phase-correlation.ts';
import { pictureOf, speckledGround } from './made-ground.ts';

const WIDTH = 160;
const HEIGHT = 90;
const correlator = createPhaseCorrelator(WIDTH, HEIGHT);
const phasesOf = (picture: GreyImage) => correlator.analyse(picture).phases;
const modulo = (value: number, period: number): number => ((value % period) + period) % period;

test('the highest peak is the shift, up to the period, over half the field and through noise', () => {
  const random = seededRandom(4);
  for (let trial = 0; trial < 20; trial++) {
    const ground = speckledGround(trial);
    const x = random.integer(WIDTH) - WIDTH / 2;
    const y = random.integer(HEIGHT) - HEIGHT / 2;
    const keyframe = phasesOf(pictureOf(ground, 0, 0, { seed: 1, noise: 150 }));
    const frame = phasesOf(pictureOf(ground, x, y, { seed: 2, noise: 150, gain: 0.8 }));
    const [peak] = correlator.peaks(frame, keyframe, 1);
    expect([peak!.x, peak!.y], `trial ${trial}`).toEqual([modulo(x, correlator.period.x), modulo(y, correlator.period.y)]);
  }
});

test('peaks come highest first, apart from each other', () => {
  const ground = speckledGround(7);
  const peaks = correlator.peaks(phasesOf(pictureOf(ground, 9, -5)), phasesOf(pictureOf(ground, 0, 0)), 4);
  const apart = (a: number, b: number, period: number): number => Math.min(modulo(a - b, period), modulo(b - a, period));
  for (const [i, peak] of peaks.entries()) {
    for (const other of peaks.slice(0, i)) {
      expect(other.height).toBeGreaterThanOrEqual(peak.height);
      const distance = Math.max(apart(other.x, peak.x, correlator.period.x), apart(other.y, peak.y, correlator.period.y));
      expect(distance).toBeGreaterThan(4);
    }
  }
  expect(peaks).toHaveLength(4);
});

test('a picture of other ground gives no peak near as high', () => {
  const keyframe = phasesOf(pictureOf(speckledGround(1), 0, 0));
  const [same] = correlator.peaks(phasesOf(pictureOf(speckledGround(1), 30, 12)), keyframe, 1);
  const [other] = correlator.peaks(phasesOf(pictureOf(speckledGround(2), 30, 12)), keyframe, 1);
  expect(same!.height).toBeGreaterThan(2 * other!.height);
});
