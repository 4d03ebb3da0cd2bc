/** Quantisation of luma and chroma at quality 50 (ITU-T T.81, annex K.1), row by row. */
const LUMA = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62, 18, 22,
  37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];
const CHROMA = [
  17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
];

/** Steps at another quality, as libjpeg scales them. */
const stepsAt = (table: readonly number[], quality: number): Float32Array => {
  const percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  return Float32Array.from(table, (step) => Math.min(255, Math.max(1, Math.floor((step * percent + 50) / 100))));
};

/** Half cosines of the eight-point transform: `C[k]` is cos(k π / 16) / 2. */
const C = Float64Array.from({ length: 8 }, (_, k) => Math.cos((k * Math.PI) / 16) / 2);
const [, C1, C2, C3, C4, C5, C6, C7] = C as unknown as [number, number, number, number, number, number, number, number];

/** Orthonormal eight-point cosine transform along one line of a block, in place, by its even and odd halves. */
const forward = (block: Float32Array, at: number, step: number): void => {
  const i1 = at + step;
  const i2 = i1 + step;
  const i3 = i2 + step;
  const i4 = i3 + step;
  const i5 = i4 + step;
  const i6 = i5 + step;
  const i7 = i6 + step;
  const s0 = block[at]! + block[i7]!;
  const s1 = block[i1]! + block[i6]!;
  const s2 = block[i2]! + block[i5]!;
  const s3 = block[i3]! + block[i4]!;
  const d0 = block[at]! - block[i7]!;
  const d1 = block[i1]! - block[i6]!;
  const d2 = block[i2]! - block[i5]!;
  const d3 = block[i3]! - block[i4]!;
  block[at] = (s0 + s1 + s2 + s3) * C4;
  block[i4] = (s0 - s1 - s2 + s3) * C4;
  block[i2] = (s0 - s3) * C2 + (s1 - s2) * C6;
  block[i6] = (s0 - s3) * C6 - (s1 - s2) * C2;
  block[i1] = d0 * C1 + d1 * C3 + d2 * C5 + d3 * C7;
  block[i3] = d0 * C3 - d1 * C7 - d2 * C1 - d3 * C5;
  block[i5] = d0 * C5 - d1 * C1 + d2 * C7 + d3 * C3;
  block[i7] = d0 * C7 - d1 * C5 + d2 * C3 - d3 * C1;
};

/** Its inverse, which is its transpose. */
const backward = (block: Float32Array, at: number, step: number): void => {
  const i1 = at + step;
  const i2 = i1 + step;
  const i3 = i2 + step;
  const i4 = i3 + step;
  const i5 = i4 + step;
  const i6 = i5 + step;
  const i7 = i6 + step;
  const high = (block[at]! + block[i4]!) * C4;
  const low = (block[at]! - block[i4]!) * C4;
  const a = block[i2]! * C2 + block[i6]! * C6;
  const b = block[i2]! * C6 - block[i6]! * C2;
  const x1 = block[i1]!;
  const x3 = block[i3]!;
  const x5 = block[i5]!;
  const x7 = block[i7]!;
  const o0 = x1 * C1 + x3 * C3 + x5 * C5 + x7 * C7;
  const o1 = x1 * C3 - x3 * C7 - x5 * C1 - x7 * C5;
  const o2 = x1 * C5 - x3 * C1 + x5 * C7 + x7 * C3;
  const o3 = x1 * C7 - x3 * C5 + x5 * C3 - x7 * C1;
  block[at] = high + a + o0;
  block[i7] = high + a - o0;
  block[i1] = low + b + o1;
  block[i6] = low + b - o1;
  block[i2] = low - b + o2;
  block[i5] = low - b - o2;
  block[i3] = high - a + o3;
  block[i4] = high - a - o3;
};

/** Loses in a plane what a JPEG with these steps would; sides are multiples of 8, values about 0. */
const quantisePlane = (plane: Float32Array, widthPx: number, steps: Float32Array): void => {
  for (let top = 0; top < plane.length; top += widthPx * 8)
    for (let left = top; left < top + widthPx; left += 8) {
      const below = left + 8 * widthPx;
      for (let row = left; row < below; row += widthPx) forward(plane, row, 1);
      for (let column = left; column < left + 8; column++) forward(plane, column, widthPx);
      let step = 0;
      for (let row = left; row < below; row += widthPx)
        for (let at = row; at < row + 8; at++, step++) {
          const size = steps[step]!;
          plane[at] = Math.round(plane[at]! / size) * size;
        }
      for (let column = left; column < left + 8; column++) backward(plane, column, widthPx);
      for (let row = left; row < below; row += widthPx) backward(plane, row, 1);
    }
};

/**
 * The losses of a JPEG (ITU-T T.81) at a quality: 8×8 cosine transform, quantised, chroma at half size. An encoder and decoder would
 * give the same, but not within a synchronous step. RGB 0 to 255 in place.
 */
export const degradeJpeg = (pixels: Float32Array, widthPx: number, quality: number): void => {
  const heightPx = pixels.length / 3 / widthPx;
  const wide = Math.ceil(widthPx / 16) * 16;
  const high = Math.ceil(heightPx / 16) * 16;
  const halfWide = wide / 2;
  const luma = new Float32Array(wide * high);
  const blue = new Float32Array(halfWide * (high / 2));
  const red = new Float32Array(blue.length);
  for (let y = 0; y < high; y++) {
    const row = Math.min(y, heightPx - 1) * widthPx;
    for (let x = 0; x < wide; x++) {
      const at = (row + (x < widthPx ? x : widthPx - 1)) * 3;
      const r = pixels[at]!;
      const g = pixels[at + 1]!;
      const b = pixels[at + 2]!;
      luma[y * wide + x] = 0.299 * r + 0.587 * g + 0.114 * b - 128;
      const half = (y >> 1) * halfWide + (x >> 1);
      blue[half]! += 0.25 * (0.5 * b - 0.168736 * r - 0.331264 * g);
      red[half]! += 0.25 * (0.5 * r - 0.418688 * g - 0.081312 * b);
    }
  }
  const chroma = stepsAt(CHROMA, quality);
  quantisePlane(luma, wide, stepsAt(LUMA, quality));
  quantisePlane(blue, halfWide, chroma);
  quantisePlane(red, halfWide, chroma);
  for (let y = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++) {
      const light = luma[y * wide + x]! + 128;
      const half = (y >> 1) * halfWide + (x >> 1);
      const cb = blue[half]!;
      const cr = red[half]!;
      const at = (y * widthPx + x) * 3;
      const r = light + 1.402 * cr;
      const g = light - 0.344136 * cb - 0.714136 * cr;
      const b = light + 1.772 * cb;
      pixels[at] = r < 0 ? 0 : r > 255 ? 255 : r;
      pixels[at + 1] = g < 0 ? 0 : g > 255 ? 255 : g;
      pixels[at + 2] = b < 0 ? 0 : b > 255 ? 255 : b;
    }
};
