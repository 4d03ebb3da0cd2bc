import { z } from 'zod';

/** Colours of a gain map, in their order. */
const COLOURS = 3;
/** Gains are kept as whole numbers of this part of one. */
export const GAIN_UNIT = 4096;
const MOST_GAIN = 65_535 / GAIN_UNIT;

/**
 * Gains over the picture, one for each colour in each of `columns` × `rows` equal blocks: 16-bit numbers in units of 1/4096, little-endian, in base64,
 * all of red row after row, then green, then blue. A block's gain is that of its middle; between middles it is blended.
 */
export const gainMap = z
  .strictObject({
    columns: z.int().min(2).max(128),
    rows: z.int().min(2).max(128),
    gains: z.base64().max(40_000),
  })
  .refine(({ columns, rows, gains }) => decodedBytes(gains) === columns * rows * COLOURS * 2, {
    path: ['gains'],
    message: 'holds another number of gains than columns × rows × 3',
  });
export type GainMap = z.infer<typeof gainMap>;

const decodedBytes = (base64: string): number => (base64.length / 4) * 3 - (/=*$/.exec(base64)?.[0].length ?? 0);

/** Gains of the three colours, each row after row. */
export type ColourGains = readonly [Float32Array, Float32Array, Float32Array];

export const packGains = (columns: number, rows: number, gains: ColourGains): GainMap => {
  const bytes = new DataView(new ArrayBuffer(columns * rows * COLOURS * 2));
  let at = 0;
  for (const colour of gains)
    for (const gain of colour) {
      bytes.setUint16(at, Math.round(Math.min(MOST_GAIN, Math.max(0, gain)) * GAIN_UNIT), true);
      at += 2;
    }
  return { columns, rows, gains: btoa(Array.from(new Uint8Array(bytes.buffer), (byte) => String.fromCharCode(byte)).join('')) };
};

export const unpackGains = ({ columns, rows, gains }: GainMap): ColourGains => {
  const text = atob(gains);
  const bytes = new DataView(Uint8Array.from(text, (letter) => letter.charCodeAt(0)).buffer);
  const colour = (index: number): Float32Array =>
    Float32Array.from({ length: columns * rows }, (_, i) => bytes.getUint16(2 * (index * columns * rows + i), true) / GAIN_UNIT);
  return [colour(0), colour(1), colour(2)];
};

/** Where a coordinate of a picture lies among the middles of `blocks` blocks: the block before it, and how far beyond its middle, 0 to 1. */
export const betweenBlocks = (at: number, length: number, blocks: number): { readonly before: number; readonly beyond: number } => {
  const place = Math.min(blocks - 1, Math.max(0, ((at + 0.5) / length) * blocks - 0.5));
  const before = Math.min(blocks - 2, Math.floor(place));
  return { before, beyond: place - before };
};
