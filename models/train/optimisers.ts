/** First and second moments of the gradient, flat like the weights; `step` counts updates done. */
export type MomentState = { readonly first: Float32Array; readonly second: Float32Array; step: number };

export type UpdateOptions = {
  readonly optimiser: 'adamw' | 'sgd';
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly clipNorm: number;
};

/** For each weight: its share of the learning rate, and 1 where it decays (kernels). */
export type WeightRules = { readonly rates: Float32Array; readonly decays: Uint8Array };

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;
const MOMENTUM = 0.9;

const normOf = (gradient: Float32Array): number => {
  let square = 0;
  for (let i = 0; i < gradient.length; i++) square += gradient[i]! * gradient[i]!;
  return Math.sqrt(square);
};

/**
 * One step of training's update rule, in place: Adam with decoupled weight decay (Loshchilov and Hutter, 2019), or gradient descent with
 * Nesterov's momentum (Sutskever et al., 2013) and the same decay. The gradient, of the weights from `firstWeight` on, is first
 * shortened to `clipNorm`. Gives its norm before that.
 */
export const updateWeights = (
  weights: Float32Array,
  gradient: Float32Array,
  firstWeight: number,
  { rates, decays }: WeightRules,
  state: MomentState,
  { optimiser, learningRate, weightDecay, clipNorm }: UpdateOptions,
): number => {
  const norm = normOf(gradient);
  const shorten = Math.min(1, clipNorm / (norm + EPSILON));
  state.step++;
  const { first, second } = state;
  const decay = learningRate * weightDecay;
  if (optimiser === 'sgd') {
    for (let i = firstWeight; i < weights.length; i++) {
      const slope = gradient[i - firstWeight]! * shorten;
      const m = MOMENTUM * first[i]! + slope;
      first[i] = m;
      weights[i] = weights[i]! - rates[i]! * (learningRate * (slope + MOMENTUM * m) + decay * decays[i]! * weights[i]!);
    }
    return norm;
  }
  const correction2 = Math.sqrt(1 - BETA2 ** state.step);
  const rate = (learningRate * correction2) / (1 - BETA1 ** state.step);
  for (let i = firstWeight; i < weights.length; i++) {
    const slope = gradient[i - firstWeight]! * shorten;
    const m = BETA1 * first[i]! + (1 - BETA1) * slope;
    const v = BETA2 * second[i]! + (1 - BETA2) * slope * slope;
    first[i] = m;
    second[i] = v;
    const move = (rate * m) / (Math.sqrt(v) + EPSILON * correction2);
    weights[i] = weights[i]! - rates[i]! * (move + decay * decays[i]! * weights[i]!);
  }
  return norm;
};

/** Moves the average towards the present values: fast at first, by `1 - decay` later. */
export const averageStep = (average: Float32Array, values: Float32Array, decay: number, step: number): void => {
  const share = 1 - Math.min(decay, (1 + step) / (10 + step));
  for (let i = 0; i < values.length; i++) average[i] = average[i]! + share * (values[i]! - average[i]!);
};
