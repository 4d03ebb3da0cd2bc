/** Highest power of the polynomial, x and y together: enough for the fall-off of a lens (cos⁴) that is out of the middle. */
const DEGREE = 4;
const ROUNDS = 6;
/** Tukey's constant: 95 % of the efficiency of least squares on normal noise. */
const TUKEY = 4.685;
/** Standard deviation of normal noise against the median of its absolute values. */
const SIGMA_OF_MAD = 1.4826;

const POWERS = Array.from({ length: DEGREE + 1 }, (_, total) =>
  Array.from({ length: total + 1 }, (_, j) => [total - j, j] as const),
).flat();

/** Solves a symmetric positive definite system in place by Cholesky's decomposition; a tiny ridge keeps it definite. */
const solve = (matrix: Float64Array, right: Float64Array): Float64Array => {
  const n = right.length;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j]! + (i === j ? 1e-9 : 0);
      for (let k = 0; k < j; k++) sum -= matrix[i * n + k]! * matrix[j * n + k]!;
      matrix[i * n + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / matrix[j * n + j]!;
    }
  }
  for (let i = 0; i < n; i++) {
    let sum = right[i]!;
    for (let k = 0; k < i; k++) sum -= matrix[i * n + k]! * right[k]!;
    right[i] = sum / matrix[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = right[i]!;
    for (let k = i + 1; k < n; k++) sum -= matrix[k * n + i]! * right[k]!;
    right[i] = sum / matrix[i * n + i]!;
  }
  return right;
};

export const medianOf = (values: ArrayLike<number>): number => {
  const sorted = Float64Array.from(values).sort();
  return sorted.length === 0 ? 0 : (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
};

/**
 * The smooth surface under values on a grid, row after row: a polynomial of degree 4 fitted by iteratively reweighted least squares with Tukey's biweight
 * (Beaton and Tukey, Technometrics 16, 1974), so that what covers a small part of the picture, like dust, does not pull at it.
 */
export const smoothSurface = (values: Float32Array, columns: number, rows: number): Float32Array => {
  const terms = POWERS.length;
  const basis = new Float64Array(values.length * terms);
  for (let row = 0, at = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      for (const [px, py] of POWERS) basis[at++] = ((2 * column + 1) / columns - 1) ** px * ((2 * row + 1) / rows - 1) ** py;
  const weights = new Float64Array(values.length).fill(1);
  const fitted = new Float32Array(values.length);
  const misses = new Float64Array(values.length);
  for (let round = 0; round < ROUNDS; round++) {
    const matrix = new Float64Array(terms * terms);
    const right = new Float64Array(terms);
    for (let i = 0; i < values.length; i++) {
      const weight = weights[i]!;
      if (weight === 0) continue;
      const from = i * terms;
      for (let a = 0; a < terms; a++) {
        const weighted = weight * basis[from + a]!;
        right[a]! += weighted * values[i]!;
        for (let b = 0; b <= a; b++) matrix[a * terms + b]! += weighted * basis[from + b]!;
      }
    }
    const factors = solve(matrix, right);
    for (let i = 0; i < values.length; i++) {
      let sum = 0;
      for (let a = 0; a < terms; a++) sum += factors[a]! * basis[i * terms + a]!;
      fitted[i] = sum;
      misses[i] = Math.abs(values[i]! - sum);
    }
    const limit = TUKEY * Math.max(1e-6, SIGMA_OF_MAD * medianOf(misses));
    for (let i = 0; i < values.length; i++) weights[i] = misses[i]! >= limit ? 0 : (1 - (misses[i]! / limit) ** 2) ** 2;
  }
  return fitted;
};
