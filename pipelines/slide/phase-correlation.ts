import { createRealFft2d, type Spectrum } from './fourier.ts';
import type { GreyImage } from './grey-image.ts';
import { createSigner, type Signature } from './signature.ts';

/** Phases of a picture's spectrum as unit numbers of length 127: all that finding a shift needs, in a quarter of the memory. */
export type Phases = { readonly re: Int8Array; readonly im: Int8Array };

/** A shift in samples: a point p of the frame lies at p + (x, y) of the keyframe. Known up to the size of the transform. */
export type ShiftPeak = {
  readonly x: number;
  readonly y: number;
  readonly height: number;
  /** Height in standard deviations of the surface: pictures that have nothing in common reach about 5. */
  readonly contrast: number;
};

/** Share of each side over which a picture fades to its background. */
const TAPER_SHARE = 0.12;

/** Detail that counts, in samples: periods from a few samples to about the local background's width. */
const SHORTEST_PERIOD = 3.5;
const LONGEST_PERIOD = 50;

const paddedSize = (size: number): number => 2 ** Math.ceil(Math.log2(size * 1.3));

const taper = (size: number): Float32Array => {
  const edge = Math.max(1, Math.round(size * TAPER_SHARE));
  return Float32Array.from({ length: size }, (_, i) => {
    const inwards = Math.min(i, size - 1 - i) + 0.5;
    return inwards >= edge ? 1 : 0.5 - 0.5 * Math.cos((Math.PI * inwards) / edge);
  });
};

/** Weight of each frequency: falls off as a Gaussian towards noise, nothing below the local background's scale. */
const bandWeights = (width: number, height: number): Float32Array => {
  const weights = new Float32Array((width / 2 + 1) * height);
  for (let u = 0; u <= width / 2; u++) {
    for (let v = 0; v < height; v++) {
      const fx = u / width;
      const fy = (v <= height / 2 ? v : v - height) / height;
      const frequency = Math.hypot(fx, fy);
      weights[u * height + v] = frequency < 1 / LONGEST_PERIOD ? 0 : Math.exp(-((frequency * SHORTEST_PERIOD) ** 2));
    }
  }
  return weights;
};

export type PhaseCorrelator = {
  /** What a picture's spectrum gives: the phases for finding a shift, the signature for recognising the place. */
  analyse(picture: GreyImage): { readonly phases: Phases; readonly signature: Signature };
  /** The highest `count` peaks, highest first, at least a few samples apart. */
  peaks(frame: Phases, keyframe: Phases, count: number): ShiftPeak[];
  /** Size of the transform: shifts are known modulo these. */
  readonly period: { readonly x: number; readonly y: number };
};

/** Phase correlation of pictures of one size (Kuglin and Hines, 1975), windowed and padded with background. */
export const createPhaseCorrelator = (pictureWidth: number, pictureHeight: number): PhaseCorrelator => {
  const fft = createRealFft2d(paddedSize(pictureWidth), paddedSize(pictureHeight));
  const { width, height, spectrumLength } = fft;
  const windowX = taper(pictureWidth);
  const windowY = taper(pictureHeight);
  const weights = bandWeights(width, height);
  const padded = new Float32Array(width * height);
  const surface = new Float32Array(width * height);
  const sign = createSigner(width, height);
  const spectrum: Spectrum = { re: new Float32Array(spectrumLength), im: new Float32Array(spectrumLength) };

  return {
    period: { x: width, y: height },
    analyse: ({ data }) => {
      for (let y = 0; y < pictureHeight; y++) {
        for (let x = 0; x < pictureWidth; x++) padded[y * width + x] = data[y * pictureWidth + x]! * windowX[x]! * windowY[y]!;
      }
      fft.forward(padded, pictureHeight, spectrum);
      const re = new Int8Array(spectrumLength);
      const im = new Int8Array(spectrumLength);
      for (let i = 0; i < spectrumLength; i++) {
        const r = spectrum.re[i]!;
        const m = spectrum.im[i]!;
        const scale = 127 / Math.sqrt(r * r + m * m + 1e-9);
        re[i] = Math.round(r * scale);
        im[i] = Math.round(m * scale);
      }
      return { phases: { re, im }, signature: sign(spectrum) };
    },
    peaks: (frame, keyframe, count) => {
      for (let i = 0; i < spectrumLength; i++) {
        const weight = weights[i]!;
        spectrum.re[i] = weight * (keyframe.re[i]! * frame.re[i]! + keyframe.im[i]! * frame.im[i]!);
        spectrum.im[i] = weight * (keyframe.im[i]! * frame.re[i]! - keyframe.re[i]! * frame.im[i]!);
      }
      fft.inverse(spectrum, surface);
      let power = 0;
      for (let i = 0; i < surface.length; i++) power += surface[i]! * surface[i]!;
      const deviation = Math.sqrt(power / surface.length) + 1e-9;
      const peaks: ShiftPeak[] = [];
      while (peaks.length < count) {
        let best = 0;
        for (let i = 1; i < surface.length; i++) if (surface[i]! > surface[best]!) best = i;
        const x = best % width;
        const y = (best - x) / width;
        peaks.push({ x, y, height: surface[best]!, contrast: surface[best]! / deviation });
        for (let dy = -4; dy <= 4; dy++) {
          for (let dx = -4; dx <= 4; dx++) surface[((y + dy + height) % height) * width + ((x + dx + width) % width)] = -Infinity;
        }
      }
      return peaks;
    },
  };
};
