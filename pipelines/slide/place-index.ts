import type { Keyframe } from './keyframe-graph.ts';
import { SIGNATURE_WORDS, type Signature, signatureDistance } from './signature.ts';

/** Recognises places: which keyframes may show a part of what a picture shows. */
export type PlaceIndex = {
  add(keyframe: Keyframe): void;
  /** The likeliest keyframes that pass `fits`, likeliest first. Looks at a bounded number of keyframes, and goes on from there with the next call. */
  candidates(signature: Signature, count: number, fits: (keyframe: Keyframe) => boolean): Keyframe[];
  reset(): void;
};

/** Keyframes compared in one call, about half a millisecond. */
const AT_ONCE = 2500;
/** Signatures of different places differ in half their bits, give or take a standard deviation of √n/2; those nearer by this many may be the place. */
const NEARER_BY = 2;

const BITS = 32 * SIGNATURE_WORDS;

/** Signatures in one array: a comparison is a run over memory, and what is looked at in a frame is bounded. */
export const createPlaceIndex = (): PlaceIndex => {
  let keyframes: Keyframe[] = [];
  let signatures = new Uint32Array(64 * SIGNATURE_WORDS);
  let cursor = 0;
  return {
    add: (keyframe) => {
      const at = keyframes.length * SIGNATURE_WORDS;
      if (at >= signatures.length) {
        const larger = new Uint32Array(2 * signatures.length);
        larger.set(signatures);
        signatures = larger;
      }
      signatures.set(keyframe.signature, at);
      keyframes.push(keyframe);
    },
    candidates: (signature, count, fits) => {
      const farthest = BITS / 2 - (NEARER_BY * Math.sqrt(BITS)) / 2;
      const best: { keyframe: Keyframe; distance: number }[] = [];
      const looks = Math.min(AT_ONCE, keyframes.length);
      for (let i = 0; i < looks; i++) {
        cursor = (cursor + 1) % keyframes.length;
        const distance = signatureDistance(signature, signatures, cursor * SIGNATURE_WORDS);
        if (distance >= farthest || (best.length >= count && distance >= best.at(-1)!.distance)) continue;
        const keyframe = keyframes[cursor]!;
        if (!fits(keyframe)) continue;
        const at = best.findIndex((other) => distance < other.distance);
        best.splice(at < 0 ? best.length : at, 0, { keyframe, distance });
        if (best.length > count) best.pop();
      }
      return best.map(({ keyframe }) => keyframe);
    },
    reset: () => {
      keyframes = [];
      cursor = 0;
    },
  };
};
