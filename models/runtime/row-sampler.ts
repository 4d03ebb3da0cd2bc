export type Size = { readonly widthPx: number; readonly heightPx: number };

/** For each output sample the first input sample, and `count` weights that sum to 1. */
type Taps = { readonly count: number; readonly first: Int32Array; readonly weights: Float64Array };

/**
 * Taps of one axis: the mean over the covered length when shrinking, linear between neighbours when enlarging; pixel centres at .5, edges repeated.
 */
const makeTaps = (from: number, to: number): Taps => {
  const step = from / to;
  const count = step > 1 ? Math.ceil(step) + 1 : 2;
  const first = new Int32Array(to);
  const weights = new Float64Array(to * count);
  for (let out = 0; out < to; out++) {
    const at = out * count;
    if (step > 1) {
      const start = out * step;
      const end = Math.min(from, start + step);
      first[out] = Math.min(Math.floor(start), from - 1);
      for (let tap = 0; tap < count; tap++) {
        const sample = first[out]! + tap;
        weights[at + tap] = Math.max(0, Math.min(end, sample + 1) - Math.max(start, sample)) / (end - start);
      }
    } else {
      const centre = Math.min(from - 1, Math.max(0, (out + 0.5) * step - 0.5));
      first[out] = Math.floor(centre);
      weights[at + 1] = centre - first[out]!;
      weights[at] = 1 - weights[at + 1]!;
    }
  }
  return { count, first, weights };
};

const KEPT_TAPS = 32;
const tapsByLengths = new Map<string, Taps>();

const taps = (from: number, to: number): Taps => {
  const key = `${from}>${to}`;
  const known = tapsByLengths.get(key);
  if (known !== undefined) return known;
  if (tapsByLengths.size >= KEPT_TAPS) tapsByLengths.clear();
  const made = makeTaps(from, to);
  tapsByLengths.set(key, made);
  return made;
};

/** Interleaved samples: `stride` from one row to the next, `channels` for each pixel. */
export type Samples = {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly offset: number;
  readonly stride: number;
  readonly channels: 1 | 3;
};

const alongRow = (column: Float64Array, { count, first, weights }: Taps, row: Float64Array): void => {
  const length = row.length;
  // Most scales take two or three taps; without the inner loop they take half the time.
  if (count === 2) {
    for (let x = 0; x < length; x++) {
      const at = first[x]!;
      row[x] = weights[2 * x]! * column[at]! + weights[2 * x + 1]! * column[at + 1]!;
    }
  } else if (count === 3) {
    for (let x = 0; x < length; x++) {
      const at = first[x]!;
      row[x] = weights[3 * x]! * column[at]! + weights[3 * x + 1]! * column[at + 1]! + weights[3 * x + 2]! * column[at + 2]!;
    }
  } else {
    for (let x = 0; x < length; x++) {
      const at = first[x]!;
      let sum = 0;
      for (let tap = 0; tap < count; tap++) sum += weights[x * count + tap]! * column[at + tap]!;
      row[x] = sum;
    }
  }
};

/** Three colours at once: their taps are the same. */
const alongRowOfColours = (column: Float64Array, { count, first, weights }: Taps, row: Float64Array): void => {
  if (count === 3) {
    for (let x = 0, out = 0; out < row.length; x++, out += 3) {
      const at = first[x]! * 3;
      const [a, b, c] = [weights[out]!, weights[out + 1]!, weights[out + 2]!];
      row[out] = a * column[at]! + b * column[at + 3]! + c * column[at + 6]!;
      row[out + 1] = a * column[at + 1]! + b * column[at + 4]! + c * column[at + 7]!;
      row[out + 2] = a * column[at + 2]! + b * column[at + 5]! + c * column[at + 8]!;
    }
    return;
  }
  for (let x = 0, out = 0; out < row.length; x++, out += 3) {
    let at = first[x]! * 3;
    let [red, green, blue] = [0, 0, 0];
    for (let tap = x * count; tap < (x + 1) * count; tap++, at += 3) {
      const weight = weights[tap]!;
      red += weight * column[at]!;
      green += weight * column[at + 1]!;
      blue += weight * column[at + 2]!;
    }
    row[out] = red;
    row[out + 1] = green;
    row[out + 2] = blue;
  }
};

type Bytes = Uint8Array | Uint8ClampedArray;

/** column = Σ weight · row, over rows `stride` apart; two and three rows, as most scales have, in one pass. */
const acrossRows = (column: Float64Array, data: Bytes, at: number, stride: number, weights: Float64Array, length: number): void => {
  const [first = 0, second = 0, third = 0] = weights;
  const below = at + stride;
  const last = below + stride;
  if (weights.length === 1) for (let x = 0; x < length; x++) column[x] = first * data[at + x]!;
  else if (weights.length === 2) for (let x = 0; x < length; x++) column[x] = first * data[at + x]! + second * data[below + x]!;
  else {
    for (let x = 0; x < length; x++) column[x] = first * data[at + x]! + second * data[below + x]! + third * data[last + x]!;
    for (let tap = 3; tap < weights.length; tap++) {
      const weight = weights[tap]!;
      const from = at + tap * stride;
      for (let x = 0; x < length; x++) column[x] = column[x]! + weight * data[from + x]!;
    }
  }
};

/** Weights without the last ones where they are nothing: those rows may lie beyond the picture. */
const rowWeights = ({ count, weights }: Taps, y: number): Float64Array => {
  let end = (y + 1) * count;
  while (end > y * count + 1 && weights[end - 1] === 0) end--;
  return weights.subarray(y * count, end);
};

/**
 * Resamples interleaved channels row by row: `row(y)` gives one output row of float samples, valid until the next call.
 * Columns come first, over whole rows at a time, so that memory is read in order.
 */
export const rowSampler = (source: Samples, from: Size, to: Size): ((y: number) => Float64Array) => {
  const { data, offset, stride, channels } = source;
  const across = taps(from.widthPx, to.widthPx);
  const down = taps(from.heightPx, to.heightPx);
  const length = from.widthPx * channels;
  // The last taps of a row have no weight where they lie beyond its end; the sum must not meet what is not a number there.
  const column = new Float64Array(length + across.count * channels);
  const row = new Float64Array(to.widthPx * channels);
  return (y) => {
    const weights = rowWeights(down, y);
    const firstRow = down.first[y]!;
    const within = weights.length <= from.heightPx - firstRow ? weights : weights.subarray(0, from.heightPx - firstRow);
    acrossRows(column, data, offset + firstRow * stride, stride, within, length);
    if (channels === 1) alongRow(column, across, row);
    else alongRowOfColours(column, across, row);
    return row;
  };
};
