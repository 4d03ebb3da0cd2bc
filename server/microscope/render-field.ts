import type { Plane } from '../../domain/frame.ts';
import type { Point } from '../../domain/geometry.ts';
import { seededRandom } from '../../domain/random.ts';
import { blendFor, type FocalStack } from './focal-stack.ts';
import { renderTurned } from './render-turned.ts';
import { sensorDirt } from './sensor-dirt.ts';

export type OpticsOptions = {
  readonly seed: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Share of light lost in the corners. */
  readonly vignette?: number;
  /** Standard deviation of the sensor's noise, in grey levels. */
  readonly noise?: number;
  readonly dirt?: boolean;
  readonly heavyDirt?: boolean;
};

/** What one exposure shows; see `PlannedFrame`. */
export type Exposure = {
  readonly id: number;
  readonly x: number;
  readonly y: number;
  readonly smear: Point;
  readonly defocusPx: number;
  readonly gain: number;
  /** How the camera is turned, in radians, and how many times it magnifies. */
  readonly turn?: { readonly angle: number; readonly scale: number };
};

/** Writes the field of one exposure into I420 planes. */
export type RenderField = (exposure: Exposure, y: Plane, u: Plane, v: Plane) => void;

/** One bilinear sampling of a plane of the slide, from (x, y) on; the weights of all add up to `UNIT`. */
type Tap = { readonly source: DataView; readonly x: number; readonly y: number; readonly weight: number };

const UNIT_BITS = 8;
const UNIT = 1 << UNIT_BITS;
const GAIN_BITS = 12;
const ROUNDING = 1 << (UNIT_BITS + GAIN_BITS - 1);
const NOISE_SAMPLES = 1 << 16;
const BLACK = 16;
/** The even bytes of a word: two lanes of 16 bits, wide enough for a byte times `UNIT`. */
const LANES = 0x00ff00ff;
/** Two taps this share of the way from the middle have the variance of an even smear (length / √12). */
const PAIR_AT = 1 / Math.sqrt(12);

/** Where along the smear the slide is sampled, in units of its length from the middle. */
const smearTaps = (lengthPx: number): number[] => {
  if (lengthPx < 1.2) return [0];
  if (lengthPx < 5) return [-PAIR_AT, PAIR_AT];
  const count = Math.min(10, Math.ceil(lengthPx / 2.2));
  return Array.from({ length: count }, (_, i) => (i + 0.5) / count - 0.5);
};

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Samplings of one plane for an exposure; `scale` is 0.5 for chroma. */
const tapsOf = (stack: FocalStack, { x, y, smear, defocusPx }: Exposure, name: 'y' | 'u' | 'v', scale: number): Tap[] => {
  const along = smearTaps(Math.hypot(smear.x, smear.y));
  const taps = blendFor(stack, defocusPx).flatMap(({ plane, weight }) =>
    along.map((t) => ({
      source: viewOf(plane[name]),
      x: (x + t * smear.x) * scale,
      y: (y + t * smear.y) * scale,
      weight: Math.round((UNIT * weight) / along.length),
    })),
  );
  const rest = UNIT - taps.reduce((sum, { weight }) => sum + weight, 0);
  return taps.map((tap, i) => (i === 0 ? { ...tap, weight: tap.weight + rest } : tap));
};

/** A row being summed, four pixels a word: lanes of pixels 0 and 2 in `even`, of 1 and 3 in `odd`. */
type Sums = { readonly even: Int32Array; readonly odd: Int32Array };

const sumsFor = (widthPx: number): Sums => ({ even: new Int32Array(widthPx / 4), odd: new Int32Array(widthPx / 4) });

/**
 * Adds a row of a tap to the sums, or begins them with it. Beyond the slide its edge goes on.
 * Two pixels are weighted by one multiplication, in lanes of 16 bits: the weights of a row add up to 256, so no lane runs over.
 */
const addRow = ({ even, odd }: Sums, tap: Tap, stride: number, rows: number, row: number, begin: boolean): void => {
  const { source, weight } = tap;
  const left = Math.min(stride - 4 * even.length - 1, Math.max(0, Math.floor(tap.x)));
  const top = Math.min(rows - 2, Math.max(0, Math.floor(tap.y) + row));
  const fx = Math.min(1, Math.max(0, tap.x - left));
  const fy = Math.min(1, Math.max(0, tap.y + row - top));
  const w11 = Math.round(weight * fx * fy);
  const w01 = Math.round(weight * fx) - w11;
  const w10 = Math.round(weight * fy) - w11;
  const w00 = weight - w01 - w10 - w11;
  let i = top * stride + left;
  let j = i + stride;
  for (let k = 0; k < even.length; k++, i += 4, j += 4) {
    const a = source.getInt32(i, true);
    const c = source.getInt32(j, true);
    const a1 = (a >>> 8) & LANES;
    const c1 = (c >>> 8) & LANES;
    const a2 = (source.getInt32(i + 1, true) >>> 8) & LANES;
    const c2 = (source.getInt32(j + 1, true) >>> 8) & LANES;
    const pixels02 = Math.imul(a & LANES, w00) + Math.imul(a1, w01) + Math.imul(c & LANES, w10) + Math.imul(c1, w11);
    const pixels13 = Math.imul(a1, w00) + Math.imul(a2, w01) + Math.imul(c1, w10) + Math.imul(c2, w11);
    even[k] = begin ? pixels02 : even[k]! + pixels02;
    odd[k] = begin ? pixels13 : odd[k]! + pixels13;
  }
};

const clamped = (plane: Plane): Uint8ClampedArray => new Uint8ClampedArray(plane.data.buffer, plane.data.byteOffset, plane.data.byteLength);

/** Sums to grey levels: dimmed, scaled by the exposure, with noise. `dimming` holds one number for four pixels. */
const developLuma = (
  sums: Sums,
  gain: number,
  dimming: Int32Array,
  grain: Int8Array,
  grainFrom: number,
  out: Uint8ClampedArray,
  to: number,
): void => {
  const { even, odd } = sums;
  const mask = grain.length - 1;
  for (let k = 0, x = to, n = grainFrom; k < even.length; k++, x += 4, n += 4) {
    const light = gain - dimming[k]!;
    const pixels02 = even[k]!;
    const pixels13 = odd[k]!;
    out[x] = level(pixels02 & 0xffff, light) + grain[n & mask]!;
    out[x + 1] = level(pixels13 & 0xffff, light) + grain[(n + 1) & mask]!;
    out[x + 2] = level(pixels02 >>> 16, light) + grain[(n + 2) & mask]!;
    out[x + 3] = level(pixels13 >>> 16, light) + grain[(n + 3) & mask]!;
  }
};

const level = (sum: number, light: number): number =>
  ((Math.imul(sum - BLACK * UNIT, light) + ROUNDING) >> (UNIT_BITS + GAIN_BITS)) + BLACK;

const developChroma = ({ even, odd }: Sums, out: DataView, to: number): void => {
  const half = 0x00800080;
  for (let k = 0; k < even.length; k++) out.setInt32(to + 4 * k, (((even[k]! + half) >>> 8) & LANES) | ((odd[k]! + half) & ~LANES), true);
};

const addDirt = (out: Uint8ClampedArray, to: number, passes: Uint8Array, from: number, width: number): void => {
  for (let x = 0; x < width; x++) out[to + x] = (((out[to + x]! - BLACK) * (passes[from + x]! + 1)) >> 8) + BLACK;
};

/**
 * Optics and sensor over a slide. A field is sampled between pixels and along the smear, blended from two planes of the focal stack,
 * then dimmed towards the corners, scaled by the exposure, shaded by dirt and overlaid with noise, row by row in one go.
 * The width is a multiple of 8. Without vignette, noise and dirt, a resting exposure in focus at a whole pixel is the slide itself. The same exposure gives the same bytes.
 */
export const createRenderField = (stack: FocalStack, options: OpticsOptions): RenderField => {
  const { seed, widthPx, heightPx, vignette = 0.07, noise = 1.3, dirt = false, heavyDirt = false } = options;
  const random = seededRandom(seed ^ 0x5e45);
  const grain = Int8Array.from({ length: NOISE_SAMPLES }, () => Math.round(noise * random.normal()));
  const shade = dirt ? sensorDirt(seed, widthPx, heightPx, heavyDirt) : undefined;
  const isShaded = (row: number): boolean => shade?.subarray(row * widthPx, (row + 1) * widthPx).some((passes) => passes < 255) ?? false;
  const shadedRows = Array.from({ length: heightPx }, (_, row) => isShaded(row));
  const corner = (widthPx ** 2 + heightPx ** 2) / 4;
  const unitGain = 1 << GAIN_BITS;
  const dimming = Int32Array.from({ length: widthPx / 4 }, (_, k) =>
    Math.round((unitGain * vignette * (4 * k + 2 - widthPx / 2) ** 2) / corner),
  );
  const lumaSums = sumsFor(widthPx);
  const chromaSums = sumsFor(widthPx / 2);

  const renderLuma = (exposure: Exposure, plane: Plane): void => {
    const taps = tapsOf(stack, exposure, 'y', 1);
    const out = clamped(plane);
    const dimmed = dimming.map((loss) => Math.round(exposure.gain * loss));
    const rowNoise = seededRandom(seed + 7919 * (exposure.id + 1));
    for (let row = 0; row < heightPx; row++) {
      for (let i = 0; i < taps.length; i++) addRow(lumaSums, taps[i]!, stack.widthPx, stack.heightPx, row, i === 0);
      const gain = Math.round(exposure.gain * unitGain * (1 - (vignette * (row + 0.5 - heightPx / 2) ** 2) / corner));
      const to = row * plane.stridePx;
      developLuma(lumaSums, gain, dimmed, grain, rowNoise.integer(NOISE_SAMPLES), out, to);
      if (shade !== undefined && shadedRows[row]) addDirt(out, to, shade, row * widthPx, widthPx);
    }
  };

  const renderChroma = (exposure: Exposure, name: 'u' | 'v', plane: Plane): void => {
    const taps = tapsOf(stack, exposure, name, 0.5);
    const out = viewOf(plane.data);
    for (let row = 0; row < plane.heightPx; row++) {
      for (let i = 0; i < taps.length; i++) addRow(chromaSums, taps[i]!, stack.widthPx / 2, stack.heightPx / 2, row, i === 0);
      developChroma(chromaSums, out, row * plane.stridePx);
    }
  };

  return (exposure, y, u, v) => {
    if (exposure.turn !== undefined) {
      renderTurned(stack, exposure, exposure.turn, [y, u, v]);
      return;
    }
    renderLuma(exposure, y);
    renderChroma(exposure, 'u', u);
    renderChroma(exposure, 'v', v);
  };
};
