import type { Plane } from '../../domain/frame.ts';
import type { Point } from '../../domain/geometry.ts';
import { seededRandom } from '../../domain/random.ts';
import { blendFor, type FocalStack } from './focal-stack.ts';
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
};

/** What one exposure shows; see `PlannedFrame`. */
export type Exposure = {
  readonly id: number;
  readonly x: number;
  readonly y: number;
  readonly smear: Point;
  readonly defocusPx: number;
  readonly gain: number;
};

/** Writes the field of one exposure into I420 planes. */
export type RenderField = (exposure: Exposure, y: Plane, u: Plane, v: Plane) => void;

/** One bilinear sampling of a plane of the slide, from (x, y) on; the weights of all add up to `UNIT`. */
type Tap = { readonly source: Uint8Array; readonly x: number; readonly y: number; readonly weight: number };

const UNIT_BITS = 12;
const UNIT = 1 << UNIT_BITS;
const GAIN_BITS = 10;
const NOISE_SAMPLES = 1 << 16;
const ROUNDING = 1 << (UNIT_BITS + GAIN_BITS - 1);
const BLACK = 16;
/** Two taps this share of the way from the middle have the variance of an even smear (length / √12). */
const PAIR_AT = 1 / Math.sqrt(12);

/** Where along the smear the slide is sampled, in units of its length from the middle. */
const smearTaps = (lengthPx: number): number[] => {
  if (lengthPx < 1.2) return [0];
  if (lengthPx < 5) return [-PAIR_AT, PAIR_AT];
  const count = Math.min(10, Math.ceil(lengthPx / 2.2));
  return Array.from({ length: count }, (_, i) => (i + 0.5) / count - 0.5);
};

/** Samplings of one plane for an exposure; `scale` is 0.5 for chroma. */
const tapsOf = (stack: FocalStack, { x, y, smear, defocusPx }: Exposure, name: 'y' | 'u' | 'v', scale: number): Tap[] => {
  const along = smearTaps(Math.hypot(smear.x, smear.y));
  const taps = blendFor(stack, defocusPx).flatMap(({ plane, weight }) =>
    along.map((t) => ({
      source: plane[name],
      x: (x + t * smear.x) * scale,
      y: (y + t * smear.y) * scale,
      weight: Math.round((UNIT * weight) / along.length),
    })),
  );
  const rest = UNIT - taps.reduce((sum, { weight }) => sum + weight, 0);
  return taps.map((tap, i) => (i === 0 ? { ...tap, weight: tap.weight + rest } : tap));
};

/** Adds a row of a tap to the sums, or begins them with it. Beyond the slide its edge goes on. */
const addRow = (sums: Int32Array, tap: Tap, strideOfSource: number, rowsOfSource: number, row: number, begin: boolean): void => {
  const { source, weight } = tap;
  const left = Math.min(strideOfSource - sums.length - 1, Math.max(0, Math.floor(tap.x)));
  const top = Math.min(rowsOfSource - 2, Math.max(0, Math.floor(tap.y) + row));
  const fx = Math.min(1, Math.max(0, tap.x - left));
  const fy = Math.min(1, Math.max(0, tap.y + row - top));
  const w11 = Math.round(weight * fx * fy);
  const w01 = Math.round(weight * fx) - w11;
  const w10 = Math.round(weight * fy) - w11;
  const w00 = weight - w01 - w10 - w11;
  let i = top * strideOfSource + left;
  let j = i + strideOfSource;
  let a = source[i]!;
  let c = source[j]!;
  // Two loops, for the one test less in the hottest place of the microscope.
  if (begin) {
    for (let x = 0; x < sums.length; x++) {
      const b = source[++i]!;
      const d = source[++j]!;
      sums[x] = w00 * a + w01 * b + w10 * c + w11 * d;
      a = b;
      c = d;
    }
  } else {
    for (let x = 0; x < sums.length; x++) {
      const b = source[++i]!;
      const d = source[++j]!;
      sums[x]! += w00 * a + w01 * b + w10 * c + w11 * d;
      a = b;
      c = d;
    }
  }
};

const clamped = (plane: Plane): Uint8ClampedArray => new Uint8ClampedArray(plane.data.buffer, plane.data.byteOffset, plane.data.byteLength);

const addDirt = (out: Uint8ClampedArray, to: number, passes: Uint8Array, from: number, width: number): void => {
  for (let x = 0; x < width; x++) out[to + x] = (((out[to + x]! - BLACK) * (passes[from + x]! + 1)) >> 8) + BLACK;
};

const addNoise = (out: Uint8ClampedArray, to: number, grain: Int8Array, from: number, width: number): void => {
  for (let x = 0; x < width; x++) out[to + x]! += grain[(from + x) & (NOISE_SAMPLES - 1)]!;
};

/**
 * Optics and sensor over a slide. A field is sampled between pixels and along the smear, blended from two planes of the focal stack,
 * then dimmed towards the corners, scaled by the exposure, shaded by dirt and overlaid with noise, row by row in one go.
 * Without vignette, noise and dirt, a resting exposure in focus at a whole pixel is the slide itself. The same exposure gives the same bytes.
 */
export const createRenderField = (stack: FocalStack, options: OpticsOptions): RenderField => {
  const { seed, widthPx, heightPx, vignette = 0.07, noise = 1.3, dirt = false } = options;
  const random = seededRandom(seed ^ 0x5e45);
  const grain = Int8Array.from({ length: noise > 0 ? NOISE_SAMPLES : 0 }, () => Math.round(noise * random.normal()));
  const shade = dirt ? sensorDirt(seed, widthPx, heightPx) : undefined;
  const corner = (widthPx ** 2 + heightPx ** 2) / 4;
  const dimming = Int32Array.from(
    { length: widthPx },
    (_, x) => ((1 << GAIN_BITS) * vignette * (x + 0.5 - widthPx / 2) ** 2) / corner + 0.5,
  );
  const sums = new Int32Array(widthPx);
  const chromaSums = new Int32Array(widthPx / 2);

  const renderLuma = (exposure: Exposure, plane: Plane): void => {
    const taps = tapsOf(stack, exposure, 'y', 1);
    const out = clamped(plane);
    const rowNoise = seededRandom(seed + 7919 * (exposure.id + 1));
    for (let row = 0; row < heightPx; row++) {
      taps.forEach((tap, i) => {
        addRow(sums, tap, stack.widthPx, stack.heightPx, row, i === 0);
      });
      const light = exposure.gain * (1 << GAIN_BITS) * (1 - (vignette * (row + 0.5 - heightPx / 2) ** 2) / corner);
      const gain = Math.round(light);
      const to = row * plane.stridePx;
      for (let x = 0; x < widthPx; x++)
        out[to + x] = ((Math.imul(sums[x]! - BLACK * UNIT, gain - dimming[x]!) + ROUNDING) >> (UNIT_BITS + GAIN_BITS)) + BLACK;
      if (shade !== undefined) addDirt(out, to, shade, row * widthPx, widthPx);
      if (noise > 0) addNoise(out, to, grain, Math.floor(rowNoise.next() * NOISE_SAMPLES), widthPx);
    }
  };

  const renderChroma = (exposure: Exposure, name: 'u' | 'v', plane: Plane): void => {
    const taps = tapsOf(stack, exposure, name, 0.5);
    for (let row = 0; row < plane.heightPx; row++) {
      taps.forEach((tap, i) => {
        addRow(chromaSums, tap, stack.widthPx / 2, stack.heightPx / 2, row, i === 0);
      });
      const to = row * plane.stridePx;
      for (let x = 0; x < chromaSums.length; x++) plane.data[to + x] = (chromaSums[x]! + UNIT / 2) >> UNIT_BITS;
    }
  };

  return (exposure, y, u, v) => {
    renderLuma(exposure, y);
    renderChroma(exposure, 'u', u);
    renderChroma(exposure, 'v', v);
  };
};
