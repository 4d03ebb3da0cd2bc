import type { CalibratedLight } from '../domain/calibration-profile.ts';
import type { Frame, Plane } from '../domain/frame.ts';
import { FACTOR_BITS, FACTORS, LANE_GUARD, lightFactors, PATCH_PX } from './light-factors.ts';

/** Evens the light of a frame out, in place: the frame must be its owner's alone. */
export type CorrectLight = (frame: Frame) => void;

/** The even bytes of a word: two lanes of 16 bits. */
const LANES = 0x00ff00ff;
/** What a product may leave in each lane, for a raise in units of 1/256 and of 1/128; and half a unit of each. */
const PRODUCTS = { 8: LANES, 7: 0x01ff01ff } as const;
const HALVES = { 8: 0x00800080, 7: 0x00400040 } as const;
/** The guards of both lanes: what falls below 0 or rises above 255 changes the high bytes and never reaches the next lane. */
const GUARD = LANE_GUARD | (LANE_GUARD << 16);
const HIGH = 0xff00ff00 | 0;

const viewOf = ({ data }: Plane): DataView => new DataView(data.buffer, data.byteOffset, data.byteLength);

const clamp = (value: number): number => (value < 0 ? 0 : value > 255 ? 255 : value);

/** Lanes that left 0 to 255, brought back. */
const settle = (lanes: number): number => clamp((lanes & 0xffff) - LANE_GUARD) | (clamp((lanes >>> 16) - LANE_GUARD) << 16);

/**
 * What a profile's light does to frames of one size: each sample is multiplied by the flat field's gain at its place and its colour's gain. In planes that is a 3×3
 * matrix for each place (see `gainMatrix`, `LightFactors`). Luma goes four samples at a time, in lanes of 16 bits; chroma takes the mean of its four luma samples
 * as they were. Luma that would more than treble is trebled; columns beyond a multiple of 4 stay as they are.
 */
const createCorrection = (light: CalibratedLight, widthPx: number, heightPx: number, fullRange: boolean): CorrectLight => {
  const { patches, across, raiseBits } = lightFactors(light, widthPx, heightPx, fullRange);
  const whole = Math.floor(widthPx / PATCH_PX);
  const products = PRODUCTS[raiseBits];
  const halves = HALVES[raiseBits];

  /** Writes four luma samples, given as their even and odd lanes; `added` holds what chroma adds to both pairs, guards included. */
  const raise = (luma: DataView, at: number, even: number, odd: number, factor: number, added: number): void => {
    let even1 = even + (((Math.imul(even, factor) + halves) >>> raiseBits) & products) + added;
    let odd1 = odd + (((Math.imul(odd, factor) + halves) >>> raiseBits) & products) + added;
    if ((((even1 ^ GUARD) | (odd1 ^ GUARD)) & HIGH) !== 0) {
      even1 = settle(even1);
      odd1 = settle(odd1);
    }
    luma.setInt32(at, (even1 & LANES) | ((odd1 & LANES) << 8), true);
  };

  /** Corrects a row of chroma, and the two of luma that begin at `upper` and `lower` (the same where there is one). */
  const correctRow = (luma: DataView, u: Uint8Array, v: Uint8Array, upper: number, lower: number, chroma: number, first: number): void => {
    for (let patch = 0, f = first, c = chroma; patch < whole; patch++, f += FACTORS, c += 2) {
      const above = luma.getInt32(upper + PATCH_PX * patch, true);
      const below = luma.getInt32(lower + PATCH_PX * patch, true);
      const aboveEven = above & LANES;
      const aboveOdd = (above >>> 8) & LANES;
      const belowEven = below & LANES;
      const belowOdd = (below >>> 8) & LANES;
      const sums = aboveEven + aboveOdd + belowEven + belowOdd;
      const y0 = sums & 0xffff;
      const y1 = sums >>> 16;
      const u0 = u[c]!;
      const u1 = u[c + 1]!;
      const v0 = v[c]!;
      const v1 = v[c + 1]!;
      const yu = patches[f + 2]!;
      const yv = patches[f + 3]!;
      const left = (patches[f + 1]! + Math.imul(yu, u0) + Math.imul(yv, v0)) >> FACTOR_BITS;
      const right = (patches[f + 1]! + Math.imul(yu, u1) + Math.imul(yv, v1)) >> FACTOR_BITS;
      const uy = patches[f + 5]!;
      const uu = patches[f + 6]!;
      const uv = patches[f + 7]!;
      let uLeft = (patches[f + 4]! + Math.imul(uy, y0) + Math.imul(uu, u0) + Math.imul(uv, v0)) >> FACTOR_BITS;
      let uRight = (patches[f + 4]! + Math.imul(uy, y1) + Math.imul(uu, u1) + Math.imul(uv, v1)) >> FACTOR_BITS;
      const vy = patches[f + 9]!;
      const vu = patches[f + 10]!;
      const vv = patches[f + 11]!;
      let vLeft = (patches[f + 8]! + Math.imul(vy, y0) + Math.imul(vu, u0) + Math.imul(vv, v0)) >> FACTOR_BITS;
      let vRight = (patches[f + 8]! + Math.imul(vy, y1) + Math.imul(vu, u1) + Math.imul(vv, v1)) >> FACTOR_BITS;
      if (((uLeft | uRight | vLeft | vRight) & ~0xff) !== 0) {
        uLeft = clamp(uLeft);
        uRight = clamp(uRight);
        vLeft = clamp(vLeft);
        vRight = clamp(vRight);
      }
      u[c] = uLeft;
      u[c + 1] = uRight;
      v[c] = vLeft;
      v[c + 1] = vRight;
      const added = left | (right << 16);
      raise(luma, upper + PATCH_PX * patch, aboveEven, aboveOdd, patches[f]!, added);
      raise(luma, lower + PATCH_PX * patch, belowEven, belowOdd, patches[f]!, added);
    }
  };

  return ({ y, u, v }) => {
    const luma = viewOf(y);
    for (let row = 0; row < u.heightPx; row++) {
      const upper = 2 * row * y.stridePx;
      const lower = 2 * row + 1 < heightPx ? upper + y.stridePx : upper;
      correctRow(luma, u.data, v.data, upper, lower, row * u.stridePx, (row >> 1) * across * FACTORS);
    }
  };
};

/** Corrects frames of whatever size and range come; what it needs for them is made with the first of each. */
export const createLightCorrection = (light: CalibratedLight): CorrectLight => {
  let correction: { readonly key: string; readonly correct: CorrectLight } | undefined;
  return (frame) => {
    const key = `${frame.widthPx}×${frame.heightPx} ${frame.fullRange}`;
    if (correction?.key !== key) correction = { key, correct: createCorrection(light, frame.widthPx, frame.heightPx, frame.fullRange) };
    correction.correct(frame);
  };
};
