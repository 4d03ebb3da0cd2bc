import type { Random } from '../../../domain/random.ts';

/** A draw from Gamma(shape, 1): Marsaglia and Tsang (2000); a shape below 1 by their section 6. */
const gamma = (random: Random, shape: number): number => {
  if (shape < 1) return gamma(random, shape + 1) * (1 - random.next()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const normal = random.normal();
    const v = (1 + c * normal) ** 3;
    if (v > 0 && Math.log(1 - random.next()) < 0.5 * normal ** 2 + d - d * v + d * Math.log(v)) return d * v;
  }
};

/** A draw from Beta(a, b), 0 to 1. */
export const drawBeta = (random: Random, a: number, b: number): number => {
  const first = gamma(random, a);
  return first / (first + gamma(random, b));
};
