import type { Frame } from '../../domain/frame.ts';
import type { Box } from '../../domain/geometry.ts';
import type { GreyImage } from './grey-image.ts';
import { lightOf, workingFactor } from './thumbnail.ts';

/** What lies on the sensor or in the light path and stays where it is in the picture. */
export type Shade = {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Camera pixels for one sample along each axis. */
  readonly factor: number;
  readonly columns: number;
  readonly rows: number;
  /** How much of the light passes, 1 where the picture is clean. */
  readonly passes: Float32Array;
  /** Indices of the samples that are not clean. */
  readonly spoilt: Uint32Array;
  /** Each spot, in camera pixels. */
  readonly spots: readonly Box[];
};

type Place = { readonly island: number; readonly x: number; readonly y: number };

export type SensorShade = {
  /**
   * Looks at a field, where it is far enough from those looked at before. Borrows the frame. `sensor` is what registration has learnt to leave out: cells that
   * happened to lie alike in all fields are not in it. `true` where the shade was learnt anew.
   */
  see(frame: Frame, place: Place, sensor: GreyImage | undefined): boolean;
  /** `undefined` until enough fields were seen. */
  readonly shade: Shade | undefined;
  reset(): void;
};

/** Fields from which the shade is learnt first, after how many new ones it is learnt anew, and how many are kept. */
const LEAST_FIELDS = 8;
const NEW_FIELDS = 10;
const MOST_FIELDS = 32;
/** Share of the picture in which too few fields may have shown the glass: first so that something is known soon, then to be sure. */
const NEVER_GLASS = { first: 1e-4, later: 1e-6 } as const;
/** A sample darker than this against the glass is covered by a cell. */
const COVERED = 0.92;
/** The glass is as bright as the brightest samples but these, which are rims and reflections. */
const GLASS_LEVEL = 0.95;
/** The lamp is even over so many times the distance of two fields: more than any speck. */
const EVEN = 1.4;
/** Less shade than this is not worth taking out; nor is what stands out of the cells' own remains by less than so many deviations. */
const LEAST_SHADE = 0.08;
const SIGNIFICANT = 5;
/** Every so many samples say enough of a level. */
const FEW = 7;
/** Of a spot, samples shaded by this share of what makes one belong to it too. */
const SKIRT = 0.3;
const LEAST_SAMPLES = 4;
const MOST_SAMPLES_SHARE = 0.35;
/** Share of a spot's shade that registration must have found too. */
const CONFIRMED = 0.3;

/**
 * The largest k for which, of `n` fields that are covered to the given share, at least k show the glass nearly everywhere; 0 where none does. The k-th brightest
 * of the fields then is glass. Binomial: each field is covered at random.
 */
const glassRank = (n: number, covered: number, never: number): number => {
  let fewer = 0;
  let just = covered ** n;
  for (let k = 0; k < n; k++) {
    fewer += just;
    if (fewer > never) return k;
    just *= ((n - k) / (k + 1)) * ((1 - covered) / Math.max(covered, 1e-9));
  }
  return n;
};

/** Mean over a square of `radius` samples, cut at the borders. */
const localMean = (values: Float32Array, columns: number, rows: number, radius: number): Float32Array => {
  const across = new Float32Array(values.length);
  const means = new Float32Array(values.length);
  const run = (from: Float32Array, into: Float32Array, start: number, step: number, count: number): void => {
    let sum = 0;
    let n = 0;
    for (let i = 0; i < Math.min(radius, count); i++, n++) sum += from[start + i * step]!;
    for (let i = 0; i < count; i++) {
      if (i + radius < count) {
        sum += from[start + (i + radius) * step]!;
        n++;
      }
      if (i - radius - 1 >= 0) {
        sum -= from[start + (i - radius - 1) * step]!;
        n--;
      }
      into[start + i * step] = sum / n;
    }
  };
  for (let row = 0; row < rows; row++) run(values, across, row * columns, 1, columns);
  for (let column = 0; column < columns; column++) run(across, means, column, columns, rows);
  return means;
};

/** The value below which `share` of the values lie, by an even choice of them. */
const levelOf = (values: Float32Array, share: number): number => {
  const few = Float32Array.from({ length: Math.ceil(values.length / FEW) }, (_, i) => values[i * FEW]!).sort();
  return few[Math.floor(share * (few.length - 1))]!;
};

/** Luma of every sample, averaged over its pixels. */
const sampleLuma = ({ y, fullRange }: Frame, factor: number, columns: number, rows: number): Float32Array => {
  const samples = new Float32Array(columns * rows);
  const black = fullRange ? 0 : 16;
  for (let row = 0, to = 0; row < rows; row++)
    for (let column = 0; column < columns; column++, to++) {
      let sum = 0;
      for (let j = 0, from = row * factor * y.stridePx + column * factor; j < factor; j++, from += y.stridePx)
        for (let i = 0; i < factor; i++) sum += y.data[from + i]!;
      samples[to] = sum / (factor * factor) - black;
    }
  return samples;
};

/** Spots: samples that hang together around one that is plainly shaded. Fills `spoilt`. */
const findSpots = (
  passes: Float32Array,
  columns: number,
  rows: number,
  limit: number,
  sensor: GreyImage,
  spoilt: Uint8Array,
): { readonly box: readonly [number, number, number, number] }[] => {
  const shaded = (i: number, by: number): boolean => Math.abs(passes[i]! - 1) > by;
  const spots: { box: [number, number, number, number] }[] = [];
  const known = new Uint8Array(passes.length);
  for (let seed = 0; seed < passes.length; seed++) {
    if (known[seed] === 1 || !shaded(seed, limit)) continue;
    const samples = [seed];
    known[seed] = 1;
    const box: [number, number, number, number] = [columns, rows, 0, 0];
    for (let at = 0; at < samples.length; at++) {
      const i = samples[at]!;
      const x = i % columns;
      const y = (i - x) / columns;
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x + 1);
      box[3] = Math.max(box[3], y + 1);
      for (const [dx, dy] of [
        [1, 0],
        [-1, 0],
        [0, 1],
        [0, -1],
      ] as const) {
        const next = i + dx + dy * columns;
        if (x + dx < 0 || x + dx >= columns || y + dy < 0 || y + dy >= rows || known[next] === 1 || !shaded(next, SKIRT * limit)) continue;
        known[next] = 1;
        samples.push(next);
      }
    }
    if (samples.length < LEAST_SAMPLES) continue;
    const depth = samples.reduce((sum, i) => sum + passes[i]! - 1, 0);
    const confirmed = samples.reduce((sum, i) => sum + lightOf(sensor.data[i]!) - 1, 0);
    if (confirmed / depth < CONFIRMED) continue;
    for (const i of samples) spoilt[i] = 1;
    spots.push({ box });
  }
  return spots;
};

/**
 * Learns what stays in the picture while the slide moves, from the brightest of many fields at each place: glass, seen through whatever lies on the sensor
 * (background estimation from the scene itself, as in retrospective shading correction: Likar et al. 2000). The lamp's own evenness is left as it is.
 * Fields that are less than `apartPx` apart show the same cells at the same places and are not taken together.
 */
export const createSensorShade = (apartPx: number): SensorShade => {
  let fields: { readonly place: Place; readonly samples: Float32Array; readonly covered: number }[] = [];
  let size = { widthPx: 0, heightPx: 0 };
  let fresh = 0;
  let shade: Shade | undefined;

  const learn = (factor: number, sensor: GreyImage, rank: number): Shade => {
    const { width: columns, height: rows } = sensor;
    const bright = new Float32Array(columns * rows);
    const best = new Float32Array(rank);
    for (let i = 0; i < bright.length; i++) {
      best.fill(0);
      for (const { samples } of fields) {
        let value = samples[i]!;
        for (let k = 0; k < rank && value > best[rank - 1]!; k++)
          if (value > best[k]!) {
            const smaller = best[k]!;
            best[k] = value;
            value = smaller;
          }
      }
      bright[i] = best[rank - 1]!;
    }
    const radius = Math.round((EVEN * apartPx) / factor);
    const first = localMean(bright, columns, rows, radius);
    // Spots darken their surroundings' mean: they are filled up before it is taken again.
    const even = localMean(
      bright.map((value, i) => Math.max(value, 0.98 * first[i]!)),
      columns,
      rows,
      radius,
    );
    const passes = bright.map((value, i) => value / Math.max(1e-3, even[i]!));
    const middle = levelOf(passes, 0.5);
    const deviation =
      1.4826 *
      levelOf(
        passes.map((value) => Math.abs(value - middle)),
        0.5,
      );
    for (let i = 0; i < passes.length; i++) passes[i]! /= middle;
    const mask = new Uint8Array(passes.length);
    const spots = findSpots(passes, columns, rows, Math.max(LEAST_SHADE, SIGNIFICANT * deviation), sensor, mask);
    const spoilt = Uint32Array.from(mask.keys().filter((i) => mask[i] === 1));
    const clean = spoilt.length > MOST_SAMPLES_SHARE * passes.length;
    return {
      ...size,
      factor,
      columns,
      rows,
      passes,
      spoilt: clean ? new Uint32Array(0) : spoilt,
      spots: clean ? [] : spots.map(({ box }) => [box[0] * factor, box[1] * factor, box[2] * factor, box[3] * factor] as const),
    };
  };

  return {
    see: (frame, place, sensor) => {
      const { widthPx, heightPx } = frame;
      if (widthPx !== size.widthPx || heightPx !== size.heightPx) {
        size = { widthPx, heightPx };
        fields = [];
        shade = undefined;
        fresh = 0;
      }
      const isNear = (other: Place): boolean =>
        other.island === place.island && Math.abs(other.x - place.x) < apartPx && Math.abs(other.y - place.y) < apartPx;
      if (fields.some((field) => isNear(field.place))) return false;
      const factor = workingFactor(widthPx);
      const thumbnail = 2 * factor;
      const columns = 2 * Math.floor(widthPx / thumbnail);
      const rows = 2 * Math.floor(heightPx / thumbnail);
      const samples = sampleLuma(frame, factor, columns, rows);
      // The lamp flickers: what counts is each sample against the field's own glass.
      const level = levelOf(samples, GLASS_LEVEL);
      if (level < 1) return false;
      let dark = 0;
      for (let i = 0; i < samples.length; i++) {
        samples[i]! /= level;
        if (samples[i]! < COVERED) dark++;
      }
      fields = [...fields.slice(fields.length < MOST_FIELDS ? 0 : 1), { place, samples, covered: dark / samples.length }];
      fresh++;
      if (sensor === undefined || fields.length < LEAST_FIELDS || (shade !== undefined && fresh < NEW_FIELDS)) return false;
      const covered = fields.reduce((sum, field) => sum + field.covered, 0) / fields.length;
      const rank = glassRank(fields.length, covered, shade === undefined ? NEVER_GLASS.first : NEVER_GLASS.later);
      if (rank === 0) return false;
      fresh = 0;
      shade = learn(factor, sensor, rank);
      return true;
    },
    get shade() {
      return shade;
    },
    reset: () => {
      // What lies on the sensor stays there; the places are of a map that is gone.
      fields = [];
      fresh = 0;
    },
  };
};
