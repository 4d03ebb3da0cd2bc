import { expect, test } from 'vitest';
import { seededRandom } from '../../../domain/random.ts';
import type { GreyImage } from '../../../pipelines/slide/grey-image.ts';
import type { Keyframe } from '../../../pipelines/slide/keyframe-graph.ts';
import { createPhaseCorrelator } from '../../../pipelines/slide/phase-correlation.ts';
import { createPlaceIndex } from '../../../pipelines/slide/place-index.ts';
import { SIGNATURE_WORDS, type Signature, signatureDistance } from '../../../pipelines/slide/signature.ts';
import { pictureOf, speckledGround } from './made-ground.ts';

const correlator = createPhaseCorrelator(160, 90);
const sign = (picture: GreyImage): Signature => correlator.analyse(picture).signature;
const half = 16 * SIGNATURE_WORDS;

test('a place is alike from where two thirds of it are seen, in other light and noise; other places differ in half the bits', () => {
  for (let trial = 0; trial < 8; trial++) {
    const here = sign(pictureOf(speckledGround(trial), 0, 0));
    const moved = sign(pictureOf(speckledGround(trial), 40, -12, { gain: 0.7, noise: 40, seed: trial }));
    const elsewhere = sign(pictureOf(speckledGround(trial + 100), 0, 0));
    expect(signatureDistance(here, moved)).toBeLessThan(0.8 * half);
    expect(signatureDistance(here, elsewhere)).toBeGreaterThan(0.82 * half);
  }
});

test('of thousands of places the right one is found, a bounded number of them looked at in a call', () => {
  const random = seededRandom(3);
  const index = createPlaceIndex();
  const add = (id: number, signature: Signature): void => index.add({ id, signature } as Keyframe);
  const target = sign(pictureOf(speckledGround(9), 30, 10));
  for (let id = 1; id <= 6000; id++) {
    if (id === 4321) add(id, sign(pictureOf(speckledGround(9), 0, 0)));
    else
      add(
        id,
        Uint32Array.from({ length: SIGNATURE_WORDS }, () => random.integer(2 ** 32)),
      );
  }
  const found = new Set<number>();
  let looked = 0;
  for (let call = 0; call < 3; call++) {
    const candidates = index.candidates(target, 4, (keyframe) => {
      looked++;
      return keyframe.id > 0;
    });
    for (const { id } of candidates) found.add(id);
  }
  expect(found).toContain(4321);
  expect(found.size).toBeLessThanOrEqual(12);
  // Only what is nearer than chance is ever asked for.
  expect(looked).toBeLessThan(400);
});
