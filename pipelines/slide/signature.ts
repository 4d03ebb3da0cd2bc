import type { Spectrum } from './fourier.ts';

/**
 * A picture told by which of its frequencies stand out: one bit for each, set where its magnitude is above that of its neighbours. The magnitudes do not
 * change as the picture shifts, and being compared with their neighbours they change little with light and focus.
 */
export type Signature = Uint32Array;

/** Words of a signature; bits beyond the frequencies in the band stay 0. */
export const SIGNATURE_WORDS = 64;

/** Periods that are looked at, in samples of the coarse picture. */
const SHORTEST_PERIOD = 3.4;
const LONGEST_PERIOD = 36;
/** Neighbours that a magnitude is compared with: so many steps of the transform either way. */
const NEIGHBOURS = 5;

/** Takes signatures from half spectra of `width` × `height` (see `createRealFft2d`) of pictures that fill a part of them. */
export const createSigner = (width: number, height: number): ((spectrum: Spectrum) => Signature) => {
  const reachU = Math.min(width / 2, Math.floor(width / SHORTEST_PERIOD) + NEIGHBOURS);
  const reachV = Math.min(height / 2 - 1, Math.floor(height / SHORTEST_PERIOD) + NEIGHBOURS);
  const columns = reachU + 1;
  const rows = 2 * reachV + 1;
  const levels = new Float32Array(columns * rows);
  // Sums over all rectangles from the corner, so that a mean over neighbours takes four looks.
  const sums = new Float64Array((columns + 1) * (rows + 1));
  const inBand: number[] = [];
  for (let u = 0; u < columns; u++) {
    for (let v = -reachV; v <= reachV; v++) {
      const frequency = Math.hypot(u / width, v / height);
      const half = u > 0 || v > 0;
      if (half && frequency >= 1 / LONGEST_PERIOD && frequency <= 1 / SHORTEST_PERIOD) inBand.push(u * rows + v + reachV);
    }
  }
  // Neighbouring steps of a padded transform say much the same: evenly thinned to the bits there are.
  const bits = 32 * SIGNATURE_WORDS;
  const step = Math.max(1, inBand.length / bits);
  const chosen = Int32Array.from({ length: Math.min(bits, inBand.length) }, (_, i) => inBand[Math.floor(i * step)]!);

  return ({ re, im }) => {
    for (let u = 0; u < columns; u++) {
      let row = 0;
      for (let i = 0; i < rows; i++) {
        const v = i - reachV;
        const from = u * height + (v < 0 ? v + height : v);
        const level = Math.log(re[from]! * re[from]! + im[from]! * im[from]! + 1e-6);
        levels[u * rows + i] = level;
        row += level;
        const at = (u + 1) * (rows + 1) + i + 1;
        sums[at] = sums[at - rows - 1]! + row;
      }
    }
    const signature = new Uint32Array(SIGNATURE_WORDS);
    for (let bit = 0; bit < chosen.length; bit++) {
      const at = chosen[bit]!;
      const u = Math.floor(at / rows);
      const i = at - u * rows;
      const u0 = Math.max(0, u - NEIGHBOURS);
      const u1 = Math.min(columns, u + NEIGHBOURS + 1);
      const i0 = Math.max(0, i - NEIGHBOURS);
      const i1 = Math.min(rows, i + NEIGHBOURS + 1);
      const sum = sums[u1 * (rows + 1) + i1]! - sums[u0 * (rows + 1) + i1]! - sums[u1 * (rows + 1) + i0]! + sums[u0 * (rows + 1) + i0]!;
      if (levels[at]! * (u1 - u0) * (i1 - i0) > sum) signature[bit >> 5]! |= 1 << (bit & 31);
    }
    return signature;
  };
};

const bitCount = (word: number): number => {
  let n = word - ((word >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
};

/** Bits in which a signature differs from the one that begins at `offset` of `others`; half of them for pictures that have nothing in common. */
export const signatureDistance = (signature: Signature, others: Uint32Array, offset = 0): number => {
  let distance = 0;
  for (let i = 0; i < SIGNATURE_WORDS; i++) distance += bitCount(signature[i]! ^ others[offset + i]!);
  return distance;
};
