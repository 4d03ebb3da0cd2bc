import type { BloodField } from './blood-field.ts';

/** What share of the light passes: RGB, 3 bytes a pixel, 200 for clear glass; and the colour of that glass. */
export type Transmittance = { readonly rgb: Uint8Array; readonly glass: readonly [number, number, number] };

/** The value that stands for "all light passes"; what is brighter than the glass (rims of cells) still fits above it. */
export const CLEAR = 200;

const STEP_PX = 6;
const TERMS = 6;

type Sample = { readonly at: number; readonly terms: readonly number[] };

/** Terms of a quadratic surface at a place given from -1 to 1. */
const surface = (x: number, y: number): number[] => [1, x, y, x * x, x * y, y * y];

/** Solves a symmetric positive definite system by elimination. */
const solve = (matrix: number[][], right: number[]): number[] => {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  for (let i = 0; i < rows.length; i++) {
    for (let j = 0; j < rows.length; j++) {
      if (j === i) continue;
      const factor = rows[j]![i]! / (rows[i]![i]! || 1e-9);
      for (let k = i; k <= rows.length; k++) rows[j]![k]! -= factor * rows[i]![k]!;
    }
  }
  return rows.map((row, i) => row[rows.length]! / (row[i]! || 1e-9));
};

const fit = (samples: readonly Sample[], rgb: Uint8Array, channel: number): number[] => {
  const matrix = Array.from({ length: TERMS }, () => new Array<number>(TERMS).fill(0));
  const right = new Array<number>(TERMS).fill(0);
  for (const { at, terms } of samples) {
    for (let i = 0; i < TERMS; i++) {
      right[i]! += terms[i]! * rgb[at + channel]!;
      for (let j = 0; j < TERMS; j++) matrix[i]![j]! += terms[i]! * terms[j]!;
    }
  }
  return solve(matrix, right);
};

const height = (coefficients: readonly number[], terms: readonly number[]): number =>
  coefficients.reduce((sum, coefficient, i) => sum + coefficient * terms[i]!, 0);

/** Otsu's threshold (IEEE Trans. SMC 9, 1979) of a histogram. */
const otsu = (histogram: Uint32Array): number => {
  const total = histogram.reduce((sum, n) => sum + n, 0);
  const mass = histogram.reduce((sum, n, value) => sum + n * value, 0);
  let below = 0;
  let massBelow = 0;
  let best = 0;
  let threshold = 0;
  histogram.forEach((n, value) => {
    below += n;
    massBelow += n * value;
    if (below === 0 || below === total) return;
    const between = below * (total - below) * (massBelow / below - (mass - massBelow) / (total - below)) ** 2;
    if (between > best) [best, threshold] = [between, value];
  });
  return threshold;
};

/**
 * Divides a field by its glass: a quadratic surface for each channel, fitted to the pixels between the cells.
 * Those are first the bright ones by green (haemoglobin and the stain absorb there), then the ones near the fit.
 */
export const toTransmittance = ({ rgb, widthPx, heightPx }: BloodField): Transmittance => {
  const samples: Sample[] = [];
  const histogram = new Uint32Array(256);
  for (let y = 1; y < heightPx; y += STEP_PX) {
    for (let x = 1; x < widthPx; x += STEP_PX) {
      const at = (y * widthPx + x) * 3;
      histogram[rgb[at + 1]!]!++;
      samples.push({ at, terms: surface((2 * x) / widthPx - 1, (2 * y) / heightPx - 1) });
    }
  }
  const threshold = otsu(histogram);
  let glass = samples.filter(({ at }) => rgb[at + 1]! > threshold);
  for (const tolerance of [14, 9, 6]) {
    const green = fit(glass, rgb, 1);
    glass = samples.filter(({ at, terms }) => Math.abs(rgb[at + 1]! - height(green, terms)) < tolerance);
  }
  const out = new Uint8Array(rgb.length);
  const colour = [0, 1, 2].map((channel) => {
    const [c0, cx, cy, cxx, cxy, cyy] = fit(glass, rgb, channel) as [number, number, number, number, number, number];
    for (let y = 0; y < heightPx; y++) {
      const v = (2 * y) / heightPx - 1;
      const constant = c0 + cy * v + cyy * v * v;
      const slope = cx + cxy * v;
      for (let x = 0, at = y * widthPx * 3 + channel; x < widthPx; x++, at += 3) {
        const u = (2 * x) / widthPx - 1;
        out[at] = Math.min(255, (CLEAR * rgb[at]!) / (constant + u * (slope + cxx * u)) + 0.5);
      }
    }
    return c0;
  });
  return { rgb: out, glass: colour as [number, number, number] };
};
