import type { CalibratedLight } from '../domain/calibration-profile.ts';
import { betweenBlocks, type ColourGains, unpackGains } from '../domain/gain-map.ts';
import { gainMatrix, type Rgb, rangeOf } from './colour-matrix.ts';

/** Side of the patches that share their factors. */
export const PATCH_PX = 4;
/** Factors of one patch, in their order; see `LightFactors`. */
export const FACTORS = 12;
/** All factors but the raise of luma are in units of 1/4096. */
export const FACTOR_BITS = 12;
/** Added to what comes to luma, so that a negative sum does not reach the next lane. */
export const LANE_GUARD = 256;

const UNIT = 1 << FACTOR_BITS;
const HALF = UNIT >> 1;
const GREY = 128;
/** Luma is raised by up to 255 units of 1/256, or of 1/128 where that is not enough. */
const MOST_RAISE = 255;

/**
 * What patches of 4×4 samples are multiplied by, row after row, 12 numbers each: how far luma is raised (in units of 2^-`raiseBits`); what chroma adds to it
 * (offset, u, v); how u and then v come from the planes (offset, y, u, v), where y is the sum of the four luma samples of a chroma sample.
 * Offsets hold black, grey and rounding, so that bare bytes are multiplied.
 */
export type LightFactors = { readonly patches: Int32Array; readonly across: number; readonly raiseBits: 7 | 8 };

/** Gains of the whole light at a place of the picture. */
const gainsAt = ({ flatField, whiteBalance }: CalibratedLight, flat: ColourGains | undefined, widthPx: number, heightPx: number) => {
  const white: Rgb = [whiteBalance?.red ?? 1, whiteBalance?.green ?? 1, whiteBalance?.blue ?? 1];
  if (flatField === undefined || flat === undefined) return () => white;
  const { columns, rows } = flatField;
  return (x: number, y: number): Rgb => {
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

/** The factors of a light for pictures of one size and range. */
export const lightFactors = (light: CalibratedLight, widthPx: number, heightPx: number, fullRange: boolean): LightFactors => {
  const { black } = rangeOf(fullRange);
  const gains = gainsAt(light, light.flatField && unpackGains(light.flatField), widthPx, heightPx);
  const across = Math.ceil(widthPx / PATCH_PX);
  const middle = (PATCH_PX - 1) / 2;
  const matrices = Array.from({ length: across * Math.ceil(heightPx / PATCH_PX) }, (_, i) =>
    gainMatrix(gains(PATCH_PX * (i % across) + middle, PATCH_PX * Math.floor(i / across) + middle), fullRange),
  );
  const raiseBits = matrices.every((matrix) => matrix[0]! - 1 <= MOST_RAISE / 256) ? 8 : 7;
  const raiseUnit = 1 << raiseBits;
  const patches = new Int32Array(matrices.length * FACTORS);
  matrices.forEach((matrix, i) => {
    const raise = Math.max(0, Math.min(MOST_RAISE, Math.round((matrix[0]! - 1) * raiseUnit)));
    const [, yu, yv, , uu, uv, , vu, vv] = matrix.map((value) => Math.round(Math.max(-16, Math.min(16, value)) * UNIT)) as number[];
    const [uy, vy] = [Math.round((matrix[3]! * UNIT) / 4), Math.round((matrix[6]! * UNIT) / 4)];
    const toY = Math.round((LANE_GUARD - (black * raise) / raiseUnit) * UNIT) - GREY * (yu! + yv!) + HALF;
    const toU = GREY * UNIT - 4 * black * uy - GREY * (uu! + uv!) + HALF;
    const toV = GREY * UNIT - 4 * black * vy - GREY * (vu! + vv!) + HALF;
    patches.set([raise, toY, yu!, yv!, toU, uy, uu!, uv!, toV, vy, vu!, vv!], i * FACTORS);
  });
  return { patches, across, raiseBits };
};
