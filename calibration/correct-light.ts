import type { CalibratedLight } from '../domain/calibration-profile.ts';
import type { Frame, Plane } from '../domain/frame.ts';
import { betweenBlocks, type ColourGains, unpackGains } from '../domain/gain-map.ts';
import { gainMatrix, rangeOf } from './colour-matrix.ts';

/** Evens the light of a frame out, in place: the frame must be its owner's alone. */
export type CorrectLight = (frame: Frame) => void;

/** Factors of one patch of 4 luma samples in each of two rows, and the 2 chroma samples that belong to them. */
const FACTORS = 12;
const PATCH_PX = 4;
/** Luma is raised by up to 255 units of 1/256, or of 1/128 where that is not enough; all else is in units of 1/4096. */
const FINE_BITS = 8;
const COARSE_BITS = 7;
const MOST_RAISE = 255;
const BITS = 12;
const UNIT = 1 << BITS;
const HALF = UNIT >> 1;
const GREY = 128;
/** The even bytes of a word: two lanes of 16 bits. */
const LANES = 0x00ff00ff;
const HALVES = 0x00800080;
/** Added to lanes, so that what falls below 0 or rises above 255 is seen in their high bytes and never reaches the next lane. */
const GUARD = 0x01000100;
const LANE_GUARD = 256;
const HIGH = 0xff00ff00 | 0;

const viewOf = ({ data }: Plane): DataView => new DataView(data.buffer, data.byteOffset, data.byteLength);

const clamp = (value: number): number => (value < 0 ? 0 : value > 255 ? 255 : value);

/** Gains of the whole light at a place of the picture. */
const gainsAt = ({ flatField, whiteBalance }: CalibratedLight, flat: ColourGains | undefined) => {
  const white = [whiteBalance?.red ?? 1, whiteBalance?.green ?? 1, whiteBalance?.blue ?? 1] as const;
  if (flatField === undefined || flat === undefined) return () => white;
  const { columns, rows } = flatField;
  return (x: number, y: number, widthPx: number, heightPx: number): readonly [number, number, number] => {
    const across = betweenBlocks(x, widthPx, columns);
    const down = betweenBlocks(y, heightPx, rows);
    const at = down.before * columns + across.before;
    const blend = (gains: Float32Array): number => {
      const top = gains[at]! + across.beyond * (gains[at + 1]! - gains[at]!);
      const bottom = gains[at + columns]! + across.beyond * (gains[at + columns + 1]! - gains[at + columns]!);
      return top + down.beyond * (bottom - top);
    };
    return [blend(flat[0]) * white[0], blend(flat[1]) * white[1], blend(flat[2]) * white[2]];
  };
};

/**
 * The factors of every patch, patch rows of 4 luma rows: how far luma is raised; what chroma adds to it (offset, u, v); how u and then v come from the
 * three planes (offset, y, u, v). Offsets hold the rounding, so that bare bytes are multiplied.
 */
const factorsFor = (light: CalibratedLight, widthPx: number, heightPx: number, fullRange: boolean): Int32Array => {
  const { black } = rangeOf(fullRange);
  const gains = gainsAt(light, light.flatField && unpackGains(light.flatField));
  const columns = Math.ceil(widthPx / PATCH_PX);
  const rows = Math.ceil(heightPx / PATCH_PX);
  const factors = new Int32Array(columns * rows * FACTORS);
  let at = 0;
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const matrix = gainMatrix(gains(PATCH_PX * column + 1.5, PATCH_PX * row + 1.5, widthPx, heightPx), fullRange);
      const raise = Math.max(0, Math.min(LUMA_UNIT - 1, Math.round((matrix[0]! - 1) * LUMA_UNIT)));
      const [, yu, yv, uy, uu, uv, vy, vu, vv] = matrix.map((value) => Math.round(Math.max(-16, Math.min(16, value)) * UNIT));
      const crossing = Math.round(LANE_GUARD * UNIT - (black * raise * UNIT) / LUMA_UNIT) - GREY * (yu! + yv!) + HALF;
      const toU = GREY * UNIT - black * uy! - GREY * (uu! + uv!) + HALF;
      const toV = GREY * UNIT - black * vy! - GREY * (vu! + vv!) + HALF;
      factors.set([raise, crossing, yu!, yv!, toU, uy!, uu!, uv!, toV, vy!, vu!, vv!], at);
      at += FACTORS;
    }
  return factors;
};
/** Lanes that left 0 to 255, brought back. */
const settle = (lanes: number): number => clamp((lanes & 0xffff) - LANE_GUARD) | (clamp((lanes >>> 16) - LANE_GUARD) << 16);

/** Four samples of luma, raised in lanes of 16 bits; `added` holds what comes to each pair, each lane with its guard. */
const raiseWord = (luma: DataView, at: number, raise: number, added: number): void => {
  const word = luma.getInt32(at, true);
  const even = word & LANES;
  const odd = (word >>> 8) & LANES;
  let even1 = even + (((Math.imul(even, raise) + HALVES) >>> 8) & LANES) + added;
  let odd1 = odd + (((Math.imul(odd, raise) + HALVES) >>> 8) & LANES) + added;
  if ((((even1 ^ GUARD) | (odd1 ^ GUARD)) & HIGH) !== 0) {
    even1 = settle(even1);
    odd1 = settle(odd1);
  }
  luma.setInt32(at, (even1 & LANES) | ((odd1 & LANES) << 8), true);
};

/**
 * What a profile's light does to frames of one size: each sample is multiplied by the flat field's gain at its place and its colour's gain. In planes that is a 3×3
 * matrix for each place (`gainMatrix`), kept for patches of 4×4 pixels. Luma that would more than double is only doubled. Columns beyond a multiple of 4 stay as they are.
 */
const createCorrection = (light: CalibratedLight, widthPx: number, heightPx: number, fullRange: boolean): CorrectLight => {
  const factors = factorsFor(light, widthPx, heightPx, fullRange);
  const rowOfFactors = Math.ceil(widthPx / PATCH_PX) * FACTORS;
  const patches = Math.floor(widthPx / PATCH_PX);

  /** Corrects `rows` rows of chroma and twice as many of luma, patch by patch; chroma takes the luma as it was. */
  const correctRows = (
    luma: DataView,
    u: Uint8Array,
    v: Uint8Array,
    stridePx: number,
    chromaStridePx: number,
    first: number,
    rows: number,
  ): void => {
    let f = (first >> 1) * rowOfFactors;
    for (let patch = 0; patch < patches; patch++, f += FACTORS) {
      const raise = factors[f]!;
      const offset = factors[f + 1]!;
      const ofU = factors[f + 2]!;
      const ofV = factors[f + 3]!;
      const toU = factors[f + 4]!;
      const uy = factors[f + 5]!;
      const uu = factors[f + 6]!;
      const uv = factors[f + 7]!;
      const toV = factors[f + 8]!;
      const vy = factors[f + 9]!;
      const vu = factors[f + 10]!;
      const vv = factors[f + 11]!;
      for (let row = first; row < first + rows; row++) {
        const at = 2 * row * stridePx + PATCH_PX * patch;
        const c = row * chromaStridePx + 2 * patch;
        const light = luma.getInt32(at, true);
        const y0 = light & 0xff;
        const y1 = (light >>> 16) & 0xff;
        const u0 = u[c]!;
        const u1 = u[c + 1]!;
        const v0 = v[c]!;
        const v1 = v[c + 1]!;
        const left = (offset + Math.imul(ofU, u0) + Math.imul(ofV, v0)) >> BITS;
        const right = (offset + Math.imul(ofU, u1) + Math.imul(ofV, v1)) >> BITS;
        let uLeft = (toU + Math.imul(uy, y0) + Math.imul(uu, u0) + Math.imul(uv, v0)) >> BITS;
        let uRight = (toU + Math.imul(uy, y1) + Math.imul(uu, u1) + Math.imul(uv, v1)) >> BITS;
        let vLeft = (toV + Math.imul(vy, y0) + Math.imul(vu, u0) + Math.imul(vv, v0)) >> BITS;
        let vRight = (toV + Math.imul(vy, y1) + Math.imul(vu, u1) + Math.imul(vv, v1)) >> BITS;
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
        raiseWord(luma, at, raise, added);
        if (2 * row + 1 < heightPx) raiseWord(luma, at + stridePx, raise, added);
      }
    }
  };

  return ({ y, u, v }) => {
    const luma = viewOf(y);
    for (let row = 0; row < u.heightPx; row += 2)
      correctRows(luma, u.data, v.data, y.stridePx, u.stridePx, row, Math.min(2, u.heightPx - row));
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
