/**
 * Radix-2 Fourier transforms of fixed sizes, tables made once (Cooley and Tukey, 1965). Two-dimensional spectra of real
 * pictures keep the columns 0 … width/2 alone, each column's `height` values in a row: `[u * height + v]`.
 */
export type ComplexFft = (re: Float32Array, im: Float32Array, offset: number) => void;

const complexFft = (size: number): ComplexFft => {
  const swaps: number[] = [];
  const bits = Math.log2(size);
  for (let i = 0; i < size; i++) {
    let reversed = 0;
    for (let bit = 0; bit < bits; bit++) reversed |= ((i >> bit) & 1) << (bits - 1 - bit);
    if (reversed > i) swaps.push(i, reversed);
  }
  const order = Uint16Array.from(swaps);
  const cosines = Float64Array.from({ length: size / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / size));
  const sines = Float64Array.from({ length: size / 2 }, (_, i) => -Math.sin((2 * Math.PI * i) / size));
  return (re, im, offset) => {
    for (let k = 0; k < order.length; k += 2) {
      const a = offset + order[k]!;
      const b = offset + order[k + 1]!;
      const r = re[a]!;
      const i = im[a]!;
      re[a] = re[b]!;
      im[a] = im[b]!;
      re[b] = r;
      im[b] = i;
    }
    for (let half = 1; half < size; half *= 2) {
      const step = size / (2 * half);
      for (let k = 0; k < half; k++) {
        const c = cosines[k * step]!;
        const s = sines[k * step]!;
        for (let a = offset + k; a < offset + size; a += 2 * half) {
          const b = a + half;
          const br = re[b]! * c - im[b]! * s;
          const bi = re[b]! * s + im[b]! * c;
          const ar = re[a]!;
          const ai = im[a]!;
          re[b] = ar - br;
          im[b] = ai - bi;
          re[a] = ar + br;
          im[a] = ai + bi;
        }
      }
    }
  };
};

export type Spectrum = { readonly re: Float32Array; readonly im: Float32Array };

export type RealFft2d = {
  readonly width: number;
  readonly height: number;
  /** Values in a spectrum: (width/2 + 1) · height. */
  readonly spectrumLength: number;
  /** Spectrum of a real picture of `rows` rows (the rest is zero), `picture` having the transform's width. */
  forward(picture: Float32Array, rows: number, into: Spectrum): void;
  /** The real picture of a spectrum, unscaled (times width · height). Consumes the spectrum's content. */
  inverse(spectrum: Spectrum, into: Float32Array): void;
};

/** Two rows travel as one complex row: the first in the real part, the second in the imaginary part. */
export const createRealFft2d = (width: number, height: number): RealFft2d => {
  const rowFft = complexFft(width);
  const columnFft = complexFft(height);
  const half = width / 2;
  const rowRe = new Float32Array(width);
  const rowIm = new Float32Array(width);
  return {
    width,
    height,
    spectrumLength: (half + 1) * height,
    forward: (picture, rows, { re, im }) => {
      re.fill(0);
      im.fill(0);
      for (let v = 0; v < rows; v += 2) {
        rowRe.set(picture.subarray(v * width, (v + 1) * width));
        if (v + 1 < rows) rowIm.set(picture.subarray((v + 1) * width, (v + 2) * width));
        else rowIm.fill(0);
        rowFft(rowRe, rowIm, 0);
        for (let u = 0; u <= half; u++) {
          const mirror = (width - u) % width;
          const at = u * height + v;
          re[at] = (rowRe[u]! + rowRe[mirror]!) / 2;
          im[at] = (rowIm[u]! - rowIm[mirror]!) / 2;
          re[at + 1] = (rowIm[u]! + rowIm[mirror]!) / 2;
          im[at + 1] = (rowRe[mirror]! - rowRe[u]!) / 2;
        }
      }
      for (let u = 0; u <= half; u++) columnFft(re, im, u * height);
    },
    inverse: ({ re, im }, into) => {
      // The inverse is the forward transform with the parts of each number exchanged.
      for (let u = 0; u <= half; u++) columnFft(im, re, u * height);
      for (let v = 0; v < height; v += 2) {
        for (let u = 0; u <= half; u++) {
          const at = u * height + v;
          const mirror = (width - u) % width;
          rowRe[u] = re[at]! - im[at + 1]!;
          rowIm[u] = im[at]! + re[at + 1]!;
          if (mirror !== u && mirror !== 0) {
            rowRe[mirror] = re[at]! + im[at + 1]!;
            rowIm[mirror] = re[at + 1]! - im[at]!;
          }
        }
        rowFft(rowIm, rowRe, 0);
        into.set(rowRe, v * width);
        into.set(rowIm, (v + 1) * width);
      }
    },
  };
};
