import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRealFft2d, type Spectrum } from '../../../pipelines/slide/fourier.ts';

const size = fc.constantFrom(2, 4, 8, 16);
const picture = fc
  .tuple(size, size, fc.integer({ min: 1, max: 16 }))
  .chain(([width, height, rows]) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      rows: fc.constant(Math.min(rows, height)),
      values: fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: width * height, maxLength: width * height }),
    }),
  )
  .map(({ width, height, rows, values }) => ({
    width,
    height,
    rows,
    data: Float32Array.from(values, (v, i) => (i < rows * width ? v : 0)),
  }));

const emptySpectrum = (length: number): Spectrum => ({ re: new Float32Array(length), im: new Float32Array(length) });

/** The transform by its definition, column u's values in a row. */
const naiveDft = (data: Float32Array, width: number, height: number): Spectrum => {
  const spectrum = emptySpectrum((width / 2 + 1) * height);
  for (let u = 0; u <= width / 2; u++) {
    for (let v = 0; v < height; v++) {
      let re = 0;
      let im = 0;
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const angle = -2 * Math.PI * ((u * x) / width + (v * y) / height);
          re += data[y * width + x]! * Math.cos(angle);
          im += data[y * width + x]! * Math.sin(angle);
        }
      }
      spectrum.re[u * height + v] = re;
      spectrum.im[u * height + v] = im;
    }
  }
  return spectrum;
};

const farthest = (a: Float32Array, b: Float32Array): number => a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - b[i]!)), 0);

describe('createRealFft2d', () => {
  test('equals the transform by its definition', () => {
    fc.assert(
      fc.property(picture, ({ width, height, rows, data }) => {
        const fft = createRealFft2d(width, height);
        const spectrum = emptySpectrum(fft.spectrumLength);
        fft.forward(data, rows, spectrum);
        const wanted = naiveDft(data, width, height);
        expect(farthest(spectrum.re, wanted.re)).toBeLessThan(0.1);
        expect(farthest(spectrum.im, wanted.im)).toBeLessThan(0.1);
      }),
    );
  });

  test('the inverse of the forward transform is the picture', () => {
    fc.assert(
      fc.property(picture, ({ width, height, rows, data }) => {
        const fft = createRealFft2d(width, height);
        const spectrum = emptySpectrum(fft.spectrumLength);
        fft.forward(data, rows, spectrum);
        const back = new Float32Array(width * height);
        fft.inverse(spectrum, back);
        const scaled = back.map((value) => value / (width * height));
        expect(farthest(scaled, data)).toBeLessThan(1e-2);
      }),
    );
  });
});
