/** First and second moments of the gradient, flat like the weights; `step` counts updates done. */
export type AdamState = { readonly first: Float32Array; readonly second: Float32Array; step: number };

export type AdamOptions = { readonly learningRate: number; readonly weightDecay: number; readonly clipNorm: number };

/** For each weight: its share of the learning rate, and 1 where it decays (kernels). */
export type WeightRules = { readonly rates: Float32Array; readonly decays: Uint8Array };

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/**
 * One step of Adam with decoupled weight decay (Loshchilov and Hutter, 2019), in place. The gradient, of the weights
 * from `firstWeight` on, is first shortened to `clipNorm`.
 * Gives the gradient's norm before clipping.
 */
export const adamStep = (
  weights: Float32Array,
  gradient: Float32Array,
  firstWeight: number,
  rules: WeightRules,
  state: AdamState,
  options: AdamOptions,
): number => {
  let square = 0;
  for (let i = 0; i < gradient.length; i++) square += gradient[i]! * gradient[i]!;
  const norm = Math.sqrt(square);
  const shorten = Math.min(1, options.clipNorm / (norm + EPSILON));
  state.step++;
  const correction1 = 1 - BETA1 ** state.step;
  const correction2 = Math.sqrt(1 - BETA2 ** state.step);
  const rate = (options.learningRate * correction2) / correction1;
  const { first, second } = state;
  const { rates, decays } = rules;
  for (let i = firstWeight; i < weights.length; i++) {
    const slope = gradient[i - firstWeight]! * shorten;
    const m = BETA1 * first[i]! + (1 - BETA1) * slope;
    const v = BETA2 * second[i]! + (1 - BETA2) * slope * slope;
    first[i] = m;
    second[i] = v;
    const own = rates[i]!;
    const decay = options.learningRate * options.weightDecay * decays[i]!;
    weights[i] = weights[i]! - own * ((rate * m) / (Math.sqrt(v) + EPSILON * correction2) + decay * weights[i]!);
  }
  return norm;
};

/** Learning rate over the run: a linear rise over the first `warmUp` steps, then half a cosine to a hundredth of the peak. */
export const oneCycle = (step: number, steps: number, warmUp: number, peak: number): number => {
  if (step < warmUp) return (peak * (step + 1)) / warmUp;
  const done = (step - warmUp) / Math.max(1, steps - warmUp);
  return peak * (0.01 + 0.99 * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, done))));
};

/** Moves the average towards the present values: fast at first, by `1 - decay` later. */
export const averageStep = (average: Float32Array, values: Float32Array, decay: number, step: number): void => {
  const share = 1 - Math.min(decay, (1 + step) / (10 + step));
  for (let i = 0; i < values.length; i++) average[i] = average[i]! + share * (values[i]! - average[i]!);
};
