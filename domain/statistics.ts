/**
 * Intervals for counts. Totals are Poisson: Garwood's exact interval (Biometrika 28, 1936). Shares of the differential
 * are binomial: Clopper and Pearson's exact interval (Biometrika 26, 1934), the one behind Rümke's tables.
 */
export type Interval = { readonly low: number; readonly high: number };

/** ln Γ(x) for x > 0; Lanczos approximation, g = 7, relative error below 1e-13. */
const logGamma = (x: number): number => {
  const series = [
    676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012,
    9.9843695780195716e-6, 1.5056327351493116e-7,
  ];
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const z = x - 1;
  const t = z + 7.5;
  const sum = series.reduce((total, term, i) => total + term / (z + i + 1), 0.99999999999980993);
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
};

/** Regularised lower incomplete gamma P(a, x): series below a + 1, Lentz's continued fraction above. */
const gammaP = (a: number, x: number): number => {
  if (x <= 0) return 0;
  const scale = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = a + 1; Math.abs(term) > Math.abs(sum) * 1e-15; n++) {
      term *= x / n;
      sum += term;
    }
    return sum * scale;
  }
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let fraction = d;
  for (let i = 1; i < 10_000; i++) {
    const an = -i * (i - a);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return 1 - scale * fraction;
};

/** Regularised incomplete beta I_x(a, b), by Lentz's continued fraction. */
const betaI = (x: number, a: number, b: number): number => {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - betaI(1 - x, b, a);
  const scale = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    fraction *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return scale * fraction;
};

/** The x in [low, high] where a rising `probability` reaches `target`, by bisection. */
const invert = (probability: (x: number) => number, target: number, low: number, high: number): number => {
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (probability(middle) < target) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
};

/** Garwood's exact interval for the mean of a Poisson count `n`. */
export const poissonInterval = (n: number, level = 0.95): Interval => {
  const tail = (1 - level) / 2;
  const top = n + 20 * Math.sqrt(n + 1) + 20;
  return {
    low: n === 0 ? 0 : invert((x) => gammaP(n, x), tail, 0, top),
    high: invert((x) => gammaP(n + 1, x), 1 - tail, 0, top),
  };
};

/** Clopper and Pearson's exact interval for a share of `successes` among `n`; [0, 1] where n is 0. */
export const binomialInterval = (successes: number, n: number, level = 0.95): Interval => {
  const tail = (1 - level) / 2;
  return {
    low: successes === 0 ? 0 : invert((x) => betaI(x, successes, n - successes + 1), tail, 0, 1),
    high: successes === n ? 1 : invert((x) => betaI(x, successes + 1, n - successes), 1 - tail, 0, 1),
  };
};

/** The t that |T| of Student's distribution with `df` degrees of freedom stays below with probability `level`. */
export const studentQuantile = (df: number, level = 0.95): number =>
  invert((t) => 1 - betaI(df / (df + t * t), df / 2, 0.5), level, 0, 1000);
