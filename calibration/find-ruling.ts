import type { FoundRuling } from '../domain/calibration-measure.ts';
import type { Plane } from '../domain/frame.ts';
import { flatten, soften } from './flattened.ts';
import { type LineProfile, lineProfile } from './line-profile.ts';
import { medianOf } from './smooth-surface.ts';

const LEAST_PITCH_PX = 4;
const LEAST_LINES = 4;
/** Correlation of a ruling with itself one pitch on; long and short lines take turns, so it is well below 1. */
const LEAST_CORRELATION = 0.3;
/** Of the lags at which it correlates nearly best the shortest is the pitch. */
const NEARLY = 0.55;
/** A line fainter than this share of the others is none, or hardly in the picture. */
const LEAST_STRENGTH = 0.35;
/** Of the samples around a line at least so many show the ground beside it. */
const GROUND_SHARE = 0.15;
/** How far lines of a ruling lie from even places at most, as a share of the pitch. */
const MOST_RESIDUAL = 0.06;
/** What the place of a line is never known better than. */
const PLACE_SD_PX = 0.05;
/** What the method itself may be off by (light, direction), as a share; from drawn rulings. */
const METHOD_SHARE = 0.0006;

type Line = { readonly index: number; readonly place: number; readonly strength: number };

/** Correlation of a profile with itself, by lag; 1 at 0. */
const selfCorrelation = (values: Float64Array, lags: number): Float64Array => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const away = values.map((value) => value - mean);
  const at = (lag: number): number => {
    let sum = 0;
    for (let i = 0; i + lag < away.length; i++) sum += away[i]! * away[i + lag]!;
    return sum / (away.length - lag);
  };
  const all = at(0);
  return Float64Array.from({ length: lags }, (_, lag) => (all > 0 ? at(lag) / all : 0));
};

const peakBetween = (before: number, at: number, after: number): number => {
  const bend = before - 2 * at + after;
  return bend < 0 ? (0.5 * (before - after)) / bend : 0;
};

/** The pitch in bins, from lag to multiple of lag, each time better known. `undefined` where nothing repeats. */
const pitchOf = (values: Float64Array): number | undefined => {
  const lags = Math.floor(values.length * 0.75);
  // Steps, not levels: among short lines the long ones, each fifth or tenth, would else pass for the ruling.
  const steps = values.map((value, i) => (values[i + 1] ?? value) - (values[i - 1] ?? value));
  const correlation = selfCorrelation(steps, lags);
  let from = 1;
  while (from < lags && correlation[from]! > 0.2) from++;
  const isPeak = (lag: number): boolean => correlation[lag]! >= correlation[lag - 1]! && correlation[lag]! > correlation[lag + 1]!;
  const peaks: number[] = [];
  for (let lag = Math.max(LEAST_PITCH_PX, from); lag < values.length / (LEAST_LINES - 1.2); lag++)
    if (lag + 1 < lags && isPeak(lag)) peaks.push(lag);
  const best = Math.max(0, ...peaks.map((lag) => correlation[lag]!));
  if (best < LEAST_CORRELATION) return undefined;
  const first = peaks.find((lag) => correlation[lag]! >= NEARLY * best)!;
  const refined = (lag: number): number => lag + peakBetween(correlation[lag - 1]!, correlation[lag]!, correlation[lag + 1]!);
  let pitch = refined(first);
  for (let multiple = 2; multiple * pitch < lags - 2; multiple++) {
    let near = Math.round(multiple * pitch);
    while (near + 1 < lags - 1 && correlation[near + 1]! > correlation[near]!) near++;
    while (near > 1 && correlation[near - 1]! > correlation[near]!) near--;
    if (Math.abs(near - multiple * pitch) > 0.3 * pitch) break;
    pitch = refined(near) / multiple;
  }
  return pitch;
};

/** Where within a pitch the lines lie, from the profile laid over itself pitch by pitch. */
const phaseOf = (values: Float64Array, pitch: number): number => {
  const bins = Math.max(4, Math.round(pitch));
  const sums = new Float64Array(bins);
  const samples = new Float64Array(bins);
  values.forEach((value, i) => {
    const bin = Math.floor(((i % pitch) / pitch) * bins) % bins;
    sums[bin]! += value;
    samples[bin]!++;
  });
  const level = (bin: number): number => sums[(bin + bins) % bins]! / Math.max(1, samples[(bin + bins) % bins]!);
  let best = 0;
  for (let bin = 1; bin < bins; bin++) if (level(bin) > level(best)) best = bin;
  return ((best + 0.5) / bins) * pitch;
};

/** The line next to where one is expected: the middle of what stands out there. */
const lineAt = (values: Float64Array, index: number, expected: number, pitch: number): Line | undefined => {
  const low = Math.ceil(expected - 0.45 * pitch);
  const high = Math.floor(expected + 0.45 * pitch);
  if (low < 0 || high >= values.length) return undefined;
  const window = values.subarray(low, high + 1);
  const ground = Float64Array.from(window).sort()[Math.floor(window.length * GROUND_SHARE)]!;
  const strength = Math.max(...window) - ground;
  let sum = 0;
  let moment = 0;
  for (let i = low; i <= high; i++) {
    const above = Math.max(0, values[i]! - ground - 0.4 * strength);
    sum += above;
    moment += above * i;
  }
  return sum > 0 ? { index, place: moment / sum, strength } : undefined;
};

type Fit = {
  readonly origin: number;
  readonly pitch: number;
  readonly lines: readonly Line[];
  readonly residual: number;
  readonly sd: number;
};

const fitOnce = (lines: readonly Line[]): Fit => {
  const n = lines.length;
  const middle = lines.reduce((sum, { index }) => sum + index, 0) / n;
  const mean = lines.reduce((sum, { place }) => sum + place, 0) / n;
  const spread = lines.reduce((sum, { index }) => sum + (index - middle) ** 2, 0);
  const pitch = lines.reduce((sum, { index, place }) => sum + (index - middle) * (place - mean), 0) / spread;
  const origin = mean - pitch * middle;
  const squares = lines.reduce((sum, { index, place }) => sum + (place - origin - pitch * index) ** 2, 0);
  const placeSd = Math.max(PLACE_SD_PX, Math.sqrt(squares / Math.max(1, n - 2)));
  return { origin, pitch, lines, residual: Math.sqrt(squares / n), sd: placeSd / Math.sqrt(spread) };
};

/** Even places through lines, without those that lie off. */
const fitLines = (lines: readonly Line[]): Fit | undefined => {
  const usual = medianOf(lines.map(({ strength }) => strength));
  let kept = lines.filter(({ strength }) => strength >= LEAST_STRENGTH * usual);
  for (;;) {
    if (kept.length < LEAST_LINES) return undefined;
    const fit = fitOnce(kept);
    const off = kept.map(({ index, place }) => Math.abs(place - fit.origin - fit.pitch * index));
    const limit = Math.max(4.5 * medianOf(off), 0.02 * fit.pitch);
    const next = kept.filter((_, i) => off[i]! <= limit);
    if (next.length === kept.length) return fit;
    kept = next;
  }
};

/** Student's t for 95 %, both sides: the first terms of its expansion around the normal (Abramowitz and Stegun 26.7.5). */
const student = (freedom: number): number => 1.96 + 2.372 / freedom + 2.822 / freedom ** 2 + 2.556 / freedom ** 3;

/** The part of the line x·cos + y·sin = place that lies in the picture. */
const across = (angle: number, place: number, widthPx: number, heightPx: number): [number, number, number, number] => {
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const ends = [
    [place / cos, 0],
    [(place - heightPx * sin) / cos, heightPx],
    [0, place / sin],
    [widthPx, (place - widthPx * cos) / sin],
  ].filter(([x, y]) => x! >= -0.5 && x! <= widthPx + 0.5 && y! >= -0.5 && y! <= heightPx + 0.5) as [number, number][];
  const apart = (a: readonly number[], b: readonly number[]): number => (a[0]! - b[0]!) ** 2 + (a[1]! - b[1]!) ** 2;
  const start = ends[0] ?? [0, 0];
  const end = ends.reduce((farthest, one) => (apart(one, start) > apart(farthest, start) ? one : farthest), start);
  return [start[0], start[1], end[0], end[1]];
};

const linesIn = ({ from, values }: LineProfile): Fit | undefined => {
  const median = medianOf(values);
  // Dark lines on light ground and light ones on dark ground alike: what is rarer are the lines.
  const skew = values.reduce((sum, value) => sum + (value - median) ** 3, 0);
  const upright = values.map((value) => (skew < 0 ? median - value : value - median));
  const pitch = pitchOf(upright);
  if (pitch === undefined) return undefined;
  let fit: { origin: number; pitch: number } | undefined = { origin: phaseOf(upright, pitch), pitch };
  let found: Fit | undefined;
  for (let round = 0; round < 2 && fit !== undefined; round++) {
    const lines: Line[] = [];
    for (let index = Math.ceil(-fit.origin / fit.pitch); fit.origin + index * fit.pitch < upright.length; index++) {
      const line = lineAt(upright, index, fit.origin + index * fit.pitch, fit.pitch);
      if (line !== undefined) lines.push(line);
    }
    found = fitLines(lines);
    fit = found;
  }
  return found === undefined ? undefined : { ...found, origin: found.origin + from };
};

/**
 * The ruling of a stage micrometer in a luma plane: parallel lines at even distances, dark or light, all or part of the picture high. Its direction is where
 * lines stand sharpest in projection, its pitch the lag at which the projection repeats, then a straight line through the lines' middles. `undefined` where there is none.
 */
export const findRuling = (plane: Plane): FoundRuling | undefined => {
  const { widthPx, heightPx } = plane;
  const profile = lineProfile(soften(flatten(plane)));
  const fit = linesIn(profile);
  if (fit === undefined || fit.residual > MOST_RESIDUAL * fit.pitch || fit.pitch < LEAST_PITCH_PX) return undefined;
  return {
    pitchPx: fit.pitch,
    uncertaintyPx: Math.hypot(student(fit.lines.length - 2) * fit.sd, METHOD_SHARE * fit.pitch),
    angleDeg: (profile.angle * 180) / Math.PI,
    residualPx: fit.residual,
    // Half a pixel: places are of samples' middles, lines are drawn between pixels' corners.
    lines: fit.lines.map(({ index }) => {
      const half = 0.5 * (Math.cos(profile.angle) + Math.sin(profile.angle));
      return across(profile.angle, fit.origin + fit.pitch * index + half, widthPx, heightPx);
    }),
  };
};
