/**
 * Seeded pseudo-random numbers, so that every scan, split and training run can be made again.
 * Generator: sfc32 (C. Doty-Humphrey, PractRand), seeded through splitmix32.
 */
export type Random = {
  /** The next number, uniform in [0, 1). */
  next(): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** An integer, uniform in [0, below). */
  integer(below: number): number;
  /** Normal with mean 0 and standard deviation 1 (Box–Muller). */
  normal(): number;
  /** The items in a new random order; the input is left as it is. */
  shuffled<T>(items: readonly T[]): T[];
  /** The four words of state; `seededRandom` continues from them exactly. */
  state(): RandomState;
};

export type RandomState = readonly [number, number, number, number];

const splitmix32 = (seed: number) => () => {
  seed = (seed + 0x9e3779b9) | 0;
  let word = seed ^ (seed >>> 16);
  word = Math.imul(word, 0x21f0aaad);
  word ^= word >>> 15;
  word = Math.imul(word, 0x735a2d97);
  return (word ^ (word >>> 15)) >>> 0;
};

const stateFromSeed = (seed: number): [number, number, number, number] => {
  const word = splitmix32(seed);
  return [word(), word(), word(), word()];
};

/** A generator from a seed, or continued from a state taken earlier. */
export const seededRandom = (from: number | RandomState): Random => {
  let [a, b, c, d] = typeof from === 'number' ? stateFromSeed(from) : from;
  const next = (): number => {
    const sum = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 4_294_967_296;
  };
  if (typeof from === 'number') for (let i = 0; i < 12; i++) next();
  const integer = (below: number): number => Math.floor(next() * below);
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    integer,
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    shuffled: (items) => {
      const order = [...items];
      for (let i = order.length - 1; i > 0; i--) {
        const j = integer(i + 1);
        [order[i], order[j]] = [order[j] as (typeof order)[number], order[i] as (typeof order)[number]];
      }
      return order;
    },
    state: () => [a, b, c, d],
  };
};
