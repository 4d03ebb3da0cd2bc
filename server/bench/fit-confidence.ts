import { CONFIDENCE, type ConfidenceModel, type Evidence, spreadPx } from '../../pipelines/slide/confidence.ts';
import type { Judged } from './reliability.ts';

/** Share of registered frames that is taken to be chance before anything speaks for or against: chance matches are made for the fit, not met. */
const CHANCE_PRIOR = 0.002;
const ROUNDS = 40;

/** Mean negative log-likelihood of the errors, which are radii of a bivariate Student's t. */
const surprise = (judged: readonly Judged[], model: ConfidenceModel): number => {
  let sum = 0;
  for (const { evidence, errorPx } of judged) {
    const sigma = spreadPx(evidence, model);
    const r = Math.max(0.01, errorPx);
    sum += Math.log(sigma * sigma) - Math.log(r) + (model.freedom / 2 + 1) * Math.log1p((r / sigma) ** 2 / model.freedom);
  }
  return sum / judged.length;
};

/** Bounds of what is searched: below the floor no camera measures, and fewer degrees of freedom have no variance. */
const SPREAD_BOUNDS = { floorPx: [0.03, 5], scale: [0.1, 50], movedPx: [0.02, 5], freedom: [2.5, 60] } as const;
const SPREAD_KEYS = Object.keys(SPREAD_BOUNDS) as (keyof typeof SPREAD_BOUNDS)[];

/** Maximum likelihood by a search along each number in turn, in ever smaller steps. */
const fitSpread = (judged: readonly Judged[], start: ConfidenceModel): ConfidenceModel => {
  let best = start;
  let least = surprise(judged, best);
  for (let round = 0, step = 1.6; round < ROUNDS; round++) {
    let moved = false;
    for (const key of SPREAD_KEYS) {
      for (const factor of [step, 1 / step]) {
        const [low, high] = SPREAD_BOUNDS[key];
        const tried = { ...best, [key]: Math.min(high, Math.max(low, best[key] * factor)) };
        const value = surprise(judged, tried);
        if (value >= least - 1e-7) continue;
        best = tried;
        least = value;
        moved = true;
      }
    }
    if (!moved) step = 1 + (step - 1) / 2;
  }
  return best;
};

const features = ({ excess, errorPx }: Evidence): [number, number, number] => [1, excess, Math.log(errorPx + 0.01)];

/** Logistic regression of true matches against chance ones by Newton's method with a light ridge, moved to the prior. */
const fitChance = (right: readonly Evidence[], chance: readonly Evidence[]): Pick<ConfidenceModel, 'odds' | 'perExcess' | 'perError'> => {
  const rows = [
    ...right.map((evidence) => ({ x: features(evidence), y: 1, weight: 0.5 / right.length })),
    ...chance.map((evidence) => ({ x: features(evidence), y: 0, weight: 0.5 / chance.length })),
  ];
  let w: [number, number, number] = [0, 0, 0];
  for (let round = 0; round < ROUNDS; round++) {
    const g = [0, 0, 0];
    const h = [1e-5, 0, 0, 0, 1e-5, 0, 0, 0, 1e-5];
    for (const { x, y, weight } of rows) {
      const p = 1 / (1 + Math.exp(-(w[0] * x[0] + w[1] * x[1] + w[2] * x[2])));
      for (let i = 0; i < 3; i++) {
        g[i]! += weight * (y - p) * x[i]!;
        for (let j = 0; j < 3; j++) h[3 * i + j]! += weight * p * (1 - p) * x[i]! * x[j]!;
      }
    }
    for (let i = 0; i < 3; i++) g[i]! -= 1e-5 * w[i]!;
    const [a, b, c, d, e, f, k, l, m] = h as [number, number, number, number, number, number, number, number, number];
    const determinant = a * (e * m - f * l) - b * (d * m - f * k) + c * (d * l - e * k);
    const solve = (column: number): number => {
      const t = [...h];
      for (let i = 0; i < 3; i++) t[3 * i + column] = g[i]!;
      const [p, q, r, s, u, v, x, y, z] = t as typeof h & [number, number, number, number, number, number, number, number, number];
      return (p * (u * z - v * y) - q * (s * z - v * x) + r * (s * y - u * x)) / determinant;
    };
    w = [w[0] + solve(0), w[1] + solve(1), w[2] + solve(2)];
  }
  return { odds: w[0] + Math.log((1 - CHANCE_PRIOR) / CHANCE_PRIOR), perExcess: w[1], perError: w[2] };
};

/** Fits the confidence of registration to judged frames and to matches that are chance. */
export const fitConfidence = (judged: readonly Judged[], chance: readonly Evidence[]): ConfidenceModel => {
  const moderate = judged.filter(({ errorPx }) => errorPx < 20);
  const spread = fitSpread(moderate, CONFIDENCE);
  if (chance.length === 0) return spread;
  return {
    ...spread,
    ...fitChance(
      moderate.map(({ evidence }) => evidence),
      chance,
    ),
  };
};
