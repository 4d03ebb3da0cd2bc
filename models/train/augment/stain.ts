import type { Random } from '../../../domain/random.ts';
import type { Augmentation } from './augmentation.ts';

type Vector = readonly [number, number, number];
type Matrix = readonly [Vector, Vector, Vector];

/** Optical densities of the nuclear dye and of eosin: Ruifrok and Johnston (2001), and the Giemsa pair of ImageJ's colour deconvolution. */
const DYES: readonly (readonly [Vector, Vector])[] = [
  [
    [0.65, 0.704, 0.286],
    [0.072, 0.99, 0.105],
  ],
  [
    [0.835, 0.514, 0.196],
    [0.093, 0.954, 0.283],
  ],
];

const normalised = ([x, y, z]: Vector): Vector => {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
};

const cross = (a: Vector, b: Vector): Vector => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];

/** Both dyes and, across them, what neither explains. */
const basis = (first: Vector, second: Vector): Matrix => {
  const [a, b] = [normalised(first), normalised(second)];
  return [a, b, normalised(cross(a, b))];
};

/** Rows of the inverse: C = OD · inverse. */
const inverse = (m: Matrix): Matrix => {
  const [a, b, c] = m;
  const [u, v, w] = [cross(b, c), cross(c, a), cross(a, b)];
  const determinant = a[0] * u[0] + a[1] * u[1] + a[2] * u[2];
  const row = (i: 0 | 1 | 2): Vector => [u[i] / determinant, v[i] / determinant, w[i] / determinant];
  return [row(0), row(1), row(2)];
};

/** Optical density in, optical density out: `out_j = Σ_i in_i · matrix[3 i + j] + offset[j]`. */
export type StainShift = { readonly matrix: Float32Array; readonly offset: Float32Array };

/** From concentrations with factors and offsets, and dyes that point elsewhere. */
export const stainShift = (dyes: Matrix, shiftedDyes: Matrix, factors: Vector, offsets: Vector): StainShift => {
  const unmix = inverse(dyes);
  const matrix = new Float32Array(9);
  const offset = new Float32Array(3);
  for (let j = 0; j < 3; j++) {
    for (let k = 0; k < 3; k++) {
      const mixed = shiftedDyes[k]![j]!;
      offset[j]! += offsets[k]! * mixed;
      for (let i = 0; i < 3; i++) matrix[3 * i + j]! += unmix[i]![k]! * factors[k]! * mixed;
    }
  }
  return { matrix, offset };
};

/** Another staining bench: each dye's amount, background and hue by itself (Tellez et al., 2018, section 3.2, with moving vectors). */
export const chooseStainShift = (random: Random, { strength, shift, vectors }: Augmentation['stain']): StainShift => {
  const [first, second] = DYES[random.integer(DYES.length)]!;
  const three = (draw: () => number): Vector => [draw(), draw(), draw()];
  const moved = (vector: Vector): Vector =>
    [vector[0] + vectors * random.normal(), vector[1] + vectors * random.normal(), vector[2] + vectors * random.normal()] as const;
  return stainShift(
    basis(first, second),
    basis(moved(first), moved(second)),
    three(() => 1 + random.between(-strength, strength)),
    three(() => random.between(-shift, shift)),
  );
};

/** Steps of the table from optical density back to grey level. */
const STEPS = 2048;
const MOST_DENSITY = Math.log(256);
const STEPS_A_UNIT = (STEPS - 1) / MOST_DENSITY;

/** Optical density of each grey level, in table steps. */
const DENSITY = Float32Array.from({ length: 256 }, (_, value) => -Math.log((value + 1) / 256) * STEPS_A_UNIT);
const LEVEL = Uint8Array.from({ length: STEPS }, (_, step) => Math.round(256 * Math.exp(-step / STEPS_A_UNIT) - 1));

/** Applies a shift and then the tone curves to RGB values that are whole numbers, from one index to another, in place. */
export const applyStain = (
  { matrix, offset }: StainShift,
  curves: readonly Float32Array[],
): ((pixels: Float32Array, from: number, to: number) => void) => {
  const [rr, rg, rb, gr, gg, gb, br, bg, bb] = matrix as unknown as number[] as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [red, green, blue] = curves.map((curve) => Float32Array.from(LEVEL, (level) => curve[level]!)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  // Half a step more, so that cutting off rounds.
  const r0 = offset[0]! * STEPS_A_UNIT + 0.5;
  const g0 = offset[1]! * STEPS_A_UNIT + 0.5;
  const b0 = offset[2]! * STEPS_A_UNIT + 0.5;
  const top = STEPS - 1;
  return (pixels, from, to) => {
    for (let i = from; i < to; i += 3) {
      const r = DENSITY[pixels[i]!]!;
      const g = DENSITY[pixels[i + 1]!]!;
      const b = DENSITY[pixels[i + 2]!]!;
      const toRed = r * rr + g * gr + b * br + r0;
      const toGreen = r * rg + g * gg + b * bg + g0;
      const toBlue = r * rb + g * gb + b * bb + b0;
      pixels[i] = red[toRed <= 0 ? 0 : toRed >= top ? top : toRed | 0]!;
      pixels[i + 1] = green[toGreen <= 0 ? 0 : toGreen >= top ? top : toGreen | 0]!;
      pixels[i + 2] = blue[toBlue <= 0 ? 0 : toBlue >= top ? top : toBlue | 0]!;
    }
  };
};
