import { constants, crc32, deflateSync } from 'node:zlib';
import { CELL_KINDS } from './cell-kinds.ts';
import { createHuffmanDeflate } from './huffman-deflate.ts';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const RGB = 2;
const INDEXED = 3;
const GREY = 0;
const AVERAGE_FILTER = 3;
const ADLER_BASE = 65_521;
/** Bytes after which Adler's sums must be reduced to stay small integers. */
const ADLER_RUN = 1900;

const chunk = (type: string, data: Uint8Array): Buffer => {
  const out = Buffer.allocUnsafe(12 + data.length);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, 'latin1');
  out.set(data, 8);
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length);
  return out;
};

const header = (widthPx: number, heightPx: number, colour: number, bits = 8): Buffer => {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(widthPx, 0);
  data.writeUInt32BE(heightPx, 4);
  data.set([bits, colour, 0, 0, 0], 8);
  return chunk('IHDR', data);
};

const END = chunk('IEND', Buffer.alloc(0));
const PALETTE = chunk('PLTE', Uint8Array.from(CELL_KINDS.flatMap(({ colour }) => colour)));

/** Each byte less the mean of those to the left and above, rows after a byte that names the filter. */
const averageFilter = (rgb: Uint8Array, stride: number, out: Uint8Array): void => {
  const above = new Uint8Array(rgb.length + stride);
  above.set(rgb, stride);
  for (let from = 0, to = 0; from < rgb.length; ) {
    out[to++] = AVERAGE_FILTER;
    let red = 0;
    let green = 0;
    let blue = 0;
    for (const end = from + stride; from < end; from += 3, to += 3) {
      out[to] = rgb[from]! - ((red + above[from]!) >> 1);
      out[to + 1] = rgb[from + 1]! - ((green + above[from + 1]!) >> 1);
      out[to + 2] = rgb[from + 2]! - ((blue + above[from + 2]!) >> 1);
      red = rgb[from]!;
      green = rgb[from + 1]!;
      blue = rgb[from + 2]!;
    }
  }
};

const adler32 = (bytes: Uint8Array): number => {
  let low = 1;
  let high = 0;
  for (let i = 0; i < bytes.length; ) {
    for (const end = Math.min(bytes.length, i + ADLER_RUN); i < end; i++) {
      low += bytes[i]!;
      high += low;
    }
    low %= ADLER_BASE;
    high %= ADLER_BASE;
  }
  return ((high << 16) | low) >>> 0;
};

/** Writes RGB pictures of one size as PNG (ISO/IEC 15948): the average filter, then a Huffman code alone. */
export const createPictureWriter = (widthPx: number, heightPx: number) => {
  const stride = 3 * widthPx;
  const filtered = new Uint8Array((stride + 1) * heightPx);
  const deflate = createHuffmanDeflate(filtered.length);
  const counts = new Uint32Array(257);
  const head = header(widthPx, heightPx, RGB);
  return (rgb: Uint8Array): Buffer => {
    averageFilter(rgb, stride, filtered);
    counts.fill(0);
    for (let i = 0; i < filtered.length; i++) counts[filtered[i]!]! += 1;
    return Buffer.concat([SIGNATURE, head, chunk('IDAT', deflate(filtered, counts, adler32(filtered))), END]);
  };
};

/** Bytes with a filter byte of 0 before each row, deflated: flat areas are runs. */
const plain = (values: Uint8Array, rowBytes: number): Buffer => {
  const rows = values.length / rowBytes;
  const out = Buffer.alloc(values.length + rows);
  for (let y = 0; y < rows; y++) out.set(values.subarray(y * rowBytes, (y + 1) * rowBytes), y * (rowBytes + 1) + 1);
  return deflateSync(out, { level: 1, strategy: constants.Z_RLE });
};

/** A class mask, one byte a pixel, as an indexed PNG in the colours of the kinds. */
export const maskPng = (kinds: Uint8Array, widthPx: number, heightPx: number): Buffer =>
  Buffer.concat([SIGNATURE, header(widthPx, heightPx, INDEXED), PALETTE, chunk('IDAT', plain(kinds, widthPx)), END]);

/** The cell of each pixel as a grey PNG of 16 bits: 0 is nobody. */
export const cellsPng = (cellAt: Uint16Array, widthPx: number, heightPx: number): Buffer => {
  const bytes = new Uint8Array(2 * cellAt.length);
  for (let i = 0; i < cellAt.length; i++) {
    bytes[2 * i] = cellAt[i]! >> 8;
    bytes[2 * i + 1] = cellAt[i]!;
  }
  return Buffer.concat([SIGNATURE, header(widthPx, heightPx, GREY, 16), chunk('IDAT', plain(bytes, 2 * widthPx)), END]);
};
