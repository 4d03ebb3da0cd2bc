/** One row or column: the lower envelope of parabolas (Felzenszwalb and Huttenlocher, 2012). */
const envelope = (values: Float64Array, length: number, feet: Int32Array, borders: Float64Array, out: Float64Array): void => {
  let last = 0;
  feet[0] = 0;
  borders[0] = Number.NEGATIVE_INFINITY;
  borders[1] = Number.POSITIVE_INFINITY;
  const meet = (a: number, b: number): number => (values[a]! + a * a - values[b]! - b * b) / (2 * a - 2 * b);
  for (let at = 1; at < length; at++) {
    let border = meet(at, feet[last]!);
    while (border <= borders[last]!) border = meet(at, feet[--last]!);
    feet[++last] = at;
    borders[last] = border;
    borders[last + 1] = Number.POSITIVE_INFINITY;
  }
  for (let at = 0, part = 0; at < length; at++) {
    while (borders[part + 1]! < at) part++;
    out[at] = (at - feet[part]!) ** 2 + values[feet[part]!]!;
  }
};

/** No picture is so large. */
const FAR = 1e12;

/** Distance in pixels of each pixel of a mask from the nearest one outside it, 0 outside; what lies beyond the picture is not outside. */
export const insideDistance = (mask: Uint8Array, widthPx: number, heightPx: number): Float32Array => {
  const longest = Math.max(widthPx, heightPx);
  const [values, out] = [new Float64Array(longest), new Float64Array(longest)];
  const [feet, borders] = [new Int32Array(longest), new Float64Array(longest + 1)];
  const squares = new Float64Array(widthPx * heightPx);
  for (let x = 0; x < widthPx; x++) {
    for (let y = 0; y < heightPx; y++) values[y] = mask[y * widthPx + x] === 0 ? 0 : FAR;
    envelope(values, heightPx, feet, borders, out);
    for (let y = 0; y < heightPx; y++) squares[y * widthPx + x] = out[y]!;
  }
  const distances = new Float32Array(widthPx * heightPx);
  for (let y = 0; y < heightPx; y++) {
    values.set(squares.subarray(y * widthPx, (y + 1) * widthPx));
    envelope(values, widthPx, feet, borders, out);
    for (let x = 0; x < widthPx; x++) distances[y * widthPx + x] = Math.sqrt(out[x]!);
  }
  return distances;
};
