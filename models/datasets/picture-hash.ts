/** Side of the small grey picture that is hashed and compared. */
export const THUMBNAIL_PX = 32;

const SIDE = 8;

/** `COSINES[u * 32 + x]` of the cosine transform's basis. */
const COSINES = Float64Array.from({ length: SIDE * THUMBNAIL_PX }, (_, i) => {
  const [u, x] = [Math.floor(i / THUMBNAIL_PX), i % THUMBNAIL_PX];
  return Math.cos(((2 * x + 1) * u * Math.PI) / (2 * THUMBNAIL_PX));
});

/** 63 bits: the signs of a picture's low frequencies, high and low half. */
export type PictureHash = readonly [high: number, low: number];

/** How a picture may be turned: mirrored along its rows, along its columns, rows taken for columns. */
export type Turn = { readonly mirrorX: boolean; readonly mirrorY: boolean; readonly swap: boolean };

/** The eight ways to lay a picture down; the first leaves it as it is. */
export const TURNS: readonly Turn[] = [false, true].flatMap((swap) =>
  [false, true].flatMap((mirrorY) => [false, true].map((mirrorX) => ({ mirrorX, mirrorY, swap }))),
);

/** The 8 × 8 lowest frequencies of a thumbnail (32 × 32 grey values, row after row), row after row. */
const lowFrequencies = (grey: Uint8Array): Float64Array => {
  const rows = new Float64Array(THUMBNAIL_PX * SIDE);
  for (let y = 0; y < THUMBNAIL_PX; y++)
    for (let u = 0; u < SIDE; u++) {
      let sum = 0;
      for (let x = 0; x < THUMBNAIL_PX; x++) sum += grey[y * THUMBNAIL_PX + x]! * COSINES[u * THUMBNAIL_PX + x]!;
      rows[y * SIDE + u] = sum;
    }
  const result = new Float64Array(SIDE * SIDE);
  for (let v = 0; v < SIDE; v++)
    for (let u = 0; u < SIDE; u++) {
      let sum = 0;
      for (let y = 0; y < THUMBNAIL_PX; y++) sum += rows[y * SIDE + u]! * COSINES[v * THUMBNAIL_PX + y]!;
      result[v * SIDE + u] = sum;
    }
  return result;
};

const bitsOf = (frequencies: Float64Array, { mirrorX, mirrorY, swap }: Turn): PictureHash => {
  const words: [number, number] = [0, 0];
  // Mirroring changes the sign of the odd frequencies along that axis; the mean, the first one, says nothing.
  for (let i = 1; i < SIDE * SIDE; i++) {
    const [v, u] = [i >> 3, i & 7];
    const value = frequencies[swap ? u * SIDE + v : i]!;
    const negative = (mirrorX && u % 2 === 1) !== (mirrorY && v % 2 === 1);
    if ((negative ? -value : value) > 0) words[i >> 5] = words[i >> 5]! | (1 << (i & 31));
  }
  return [words[0] >>> 0, words[1] >>> 0];
};

/**
 * Perceptual hashes of a thumbnail in each of the eight ways to lay it down, in the order of `TURNS`: the same picture at another size or quality
 * differs in few bits. Method: signs of the low frequencies of the discrete cosine transform (C. Zauner, 2010, section 3.2.1), here against 0.
 */
export const pictureHashes = (grey: Uint8Array): readonly PictureHash[] => {
  const frequencies = lowFrequencies(grey);
  return TURNS.map((turn) => bitsOf(frequencies, turn));
};

const onesIn = (word: number): number => {
  let n = word - ((word >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
};

/** In how many bits two hashes differ. */
export const hashDistance = (a: PictureHash, b: PictureHash): number => onesIn(a[0] ^ b[0]) + onesIn(a[1] ^ b[1]);

/** Correlation, -1 to 1, of a thumbnail laid down by `turn` with another; 0 where either is of one grey. */
export const likeness = (grey: Uint8Array, turn: Turn, other: Uint8Array): number => {
  const last = THUMBNAIL_PX - 1;
  const [mean, otherMean] = [grey, other].map((values) => values.reduce((sum, value) => sum + value, 0) / values.length) as [
    number,
    number,
  ];
  let [common, own, others] = [0, 0, 0];
  for (let y = 0; y < THUMBNAIL_PX; y++)
    for (let x = 0; x < THUMBNAIL_PX; x++) {
      const [fromX, fromY] = [turn.mirrorX ? last - x : x, turn.mirrorY ? last - y : y];
      const a = grey[turn.swap ? fromX * THUMBNAIL_PX + fromY : fromY * THUMBNAIL_PX + fromX]! - mean;
      const b = other[y * THUMBNAIL_PX + x]! - otherMean;
      common += a * b;
      own += a * a;
      others += b * b;
    }
  return own > 0 && others > 0 ? common / Math.sqrt(own * others) : 0;
};
