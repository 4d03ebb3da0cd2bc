export type Size = { readonly widthPx: number; readonly heightPx: number };

/** For each output sample the first input sample, and `count` weights that sum to 1. */
type Taps = { readonly count: number; readonly first: Int32Array; readonly weights: Float32Array };

/**
 * Taps of one axis: the mean over the covered length when shrinking, linear between neighbours when enlarging; pixel centres at .5, edges repeated.
 */
const makeTaps = (from: number, to: number): Taps => {
  const step = from / to;
  const count = step > 1 ? Math.ceil(step) + 1 : 2;
  const first = new Int32Array(to);
  const weights = new Float32Array(to * count);
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
  readonly channels: number;
};

const alongRow = (column: Float32Array, { count, first, weights }: Taps, row: Float32Array): void => {
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

const alongRowOfColours = (column: Float32Array, { count, first, weights }: Taps, channels: number, row: Float32Array): void => {
  for (let channel = 0; channel < channels; channel++) {
    for (let out = channel, x = 0; out < row.length; out += channels, x++) {
      const at = first[x]! * channels + channel;
      let sum = 0;
      for (let tap = 0; tap < count; tap++) sum += weights[x * count + tap]! * column[at + tap * channels]!;
      row[out] = sum;
    }
  }
};

/** column = (column) + weight · samples */
const addRow = (column: Float32Array, data: Uint8Array | Uint8ClampedArray, at: number, length: number, weight: number): void => {
  for (let x = 0; x < length; x++) column[x] = column[x]! + weight * data[at + x]!;
};

/**
 * Resamples interleaved channels row by row: `row(y)` gives one output row of float samples, valid until the next call.
 * Columns come first, over whole rows at a time, so that memory is read in order.
 */
export const rowSampler = (source: Samples, from: Size, to: Size): ((y: number) => Float32Array) => {
  const { data, offset, stride, channels } = source;
  const across = taps(from.widthPx, to.widthPx);
  const down = taps(from.heightPx, to.heightPx);
  const length = from.widthPx * channels;
  // The last taps of a row have no weight where they lie beyond its end; the sum must not meet what is not a number there.
  const column = new Float32Array(length + across.count * channels);
  const row = new Float32Array(to.widthPx * channels);
  return (y) => {
    const firstRow = down.first[y]!;
    const last = Math.min(down.count, from.heightPx - firstRow);
    column.fill(0, 0, length);
    for (let tap = 0; tap < last; tap++) {
      const weight = down.weights[y * down.count + tap]!;
      const at = offset + (firstRow + tap) * stride;
      if (weight !== 0) addRow(column, data, at, length, weight);
    }
    if (channels === 1) alongRow(column, across, row);
    else alongRowOfColours(column, across, channels, row);
    return row;
  };
};
