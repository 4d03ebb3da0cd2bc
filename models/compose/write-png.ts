import { constants, crc32, deflateSync } from 'node:zlib';
import { CELL_KINDS } from './cell-kinds.ts';
import { createHuffmanDeflate, mostDeflated } from './huffman-deflate.ts';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const RGB = 2;
const INDEXED = 3;
const GREY = 0;
const AVERAGE_FILTER = 3;
const ADLER_BASE = 65_521;
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
const KIND_COLOURS = CELL_KINDS.map(({ colour }) => colour);

/** Rows of which one is counted, to learn how often each byte comes. */
const COUNTED_ROW = 8;

/** Each byte less the mean of those to the left and above, rows after a byte that names the filter. Gives the Adler-32 of what comes out. */
const averageFilter = (rgb: Uint8Array, stride: number, out: Uint8Array): number => {
  const none = new Uint8Array(stride);
  let low = 1;
  let high = 0;
  for (let from = 0, to = 0; from < rgb.length; ) {
    const above = from === 0 ? none : rgb;
    let up = from === 0 ? 0 : from - stride;
    out[to++] = AVERAGE_FILTER;
    low += AVERAGE_FILTER;
    high += low;
    let red = 0;
    let green = 0;
    let blue = 0;
    for (const end = from + stride; from < end; from += 3, up += 3, to += 3) {
      const a = (rgb[from]! - ((red + above[up]!) >> 1)) & 255;
      const b = (rgb[from + 1]! - ((green + above[up + 1]!) >> 1)) & 255;
      const c = (rgb[from + 2]! - ((blue + above[up + 2]!) >> 1)) & 255;
      red = rgb[from]!;
      green = rgb[from + 1]!;
      blue = rgb[from + 2]!;
      out[to] = a;
      out[to + 1] = b;
      out[to + 2] = c;
      high += 3 * (low + a) + 2 * b + c;
      low += a + b + c;
    }
    low %= ADLER_BASE;
    high %= ADLER_BASE;
  }
  return ((high << 16) | low) >>> 0;
};

/** Memory that a whole PNG is put together in: `room` bytes of data between the given chunks and the end. The next call writes over it. */
const createAssembly = (before: readonly Uint8Array[], room: number) => {
  const start = Buffer.concat([SIGNATURE, ...before]);
  const out = Buffer.alloc(start.length + room + 12 + END.length);
  out.set(start);
  out.write('IDAT', start.length + 4, 'latin1');
  const data = out.subarray(start.length + 8);
  return {
    data,
    finish: (bytes: number): Buffer => {
      out.writeUInt32BE(bytes, start.length);
      const end = start.length + 8 + bytes;
      out.writeUInt32BE(crc32(out.subarray(start.length + 4, end)), end);
      out.set(END, end + 4);
      return out.subarray(0, end + 4 + END.length);
    },
  };
};

/** Makes what writes RGB pictures of one size as PNG (ISO/IEC 15948): the average filter, then a Huffman code alone. The next call writes over the bytes. */
export const createPictureWriter = (widthPx: number, heightPx: number) => {
  const stride = 3 * widthPx;
  const filtered = new Uint8Array((stride + 1) * heightPx);
  const counts = new Uint32Array(257);
  const assembly = createAssembly([header(widthPx, heightPx, RGB)], mostDeflated(filtered.length));
  const deflate = createHuffmanDeflate(assembly.data);
  return (rgb: Uint8Array): Buffer => {
    const adler = averageFilter(rgb, stride, filtered);
    counts.fill(0);
    for (let row = 0; row < heightPx; row += COUNTED_ROW)
      for (let i = row * (stride + 1); i < (row + 1) * (stride + 1); i++) counts[filtered[i]!]! += 1;
    return assembly.finish(deflate(filtered, counts, adler));
  };
};

/** Bytes with a filter byte of 0 before each row, deflated: flat areas are runs. */
const plain = (values: Uint8Array, rowBytes: number): Buffer => {
  const rows = values.length / rowBytes;
  const out = Buffer.alloc(values.length + rows);
  for (let y = 0; y < rows; y++) out.set(values.subarray(y * rowBytes, (y + 1) * rowBytes), y * (rowBytes + 1) + 1);
  return deflateSync(out, { level: 1, strategy: constants.Z_RLE });
};

/** Makes what writes class masks of one size, one byte a pixel, as indexed PNG; colours are RGB by index, those of the kinds unless given. */
export const createMaskWriter = (widthPx: number, heightPx: number, colours: readonly (readonly number[])[] = KIND_COLOURS) => {
  const before = [SIGNATURE, header(widthPx, heightPx, INDEXED), chunk('PLTE', Uint8Array.from(colours.flat()))];
  return (kinds: Uint8Array): Buffer => Buffer.concat([...before, chunk('IDAT', plain(kinds, widthPx)), END]);
};

/** The cell of each pixel as a grey PNG of 16 bits: 0 is nobody. */
export const cellsPng = (cellAt: Uint16Array, widthPx: number, heightPx: number): Buffer => {
  const bytes = new Uint8Array(2 * cellAt.length);
  for (let i = 0; i < cellAt.length; i++) {
    bytes[2 * i] = cellAt[i]! >> 8;
    bytes[2 * i + 1] = cellAt[i]!;
  }
  return Buffer.concat([SIGNATURE, header(widthPx, heightPx, GREY, 16), chunk('IDAT', plain(bytes, 2 * widthPx)), END]);
};
