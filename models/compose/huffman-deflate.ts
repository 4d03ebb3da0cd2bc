const SYMBOLS = 257;
const END = 256;
/** Two codes and what is left of a byte fit into a word. */
const LONGEST = 12;
/** Order in which DEFLATE writes the lengths of the code for lengths (RFC 1951, 3.2.7). */
const LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15] as const;

/** Lengths of a Huffman code for counts, none longer than 12 bits: counts are flattened until it fits. Every symbol gets a code. */
const codeLengths = (counts: Uint32Array): Uint8Array => {
  for (let weights = Float64Array.from(counts, (n) => n + 1); ; weights = weights.map((n) => Math.floor(n / 4) + 1)) {
    const leaves = [...weights.keys()].sort((a, b) => weights[a]! - weights[b]! || a - b);
    const weight = new Float64Array(2 * SYMBOLS - 1);
    leaves.forEach((symbol, i) => {
      weight[i] = weights[symbol]!;
    });
    const parent = new Int32Array(2 * SYMBOLS - 1);
    let [leaf, inner] = [0, SYMBOLS];
    for (let node = SYMBOLS; node < 2 * SYMBOLS - 1; node++)
      for (let child = 0; child < 2; child++) {
        const takesLeaf = leaf < SYMBOLS && (inner >= node || weight[leaf]! <= weight[inner]!);
        const taken = takesLeaf ? leaf++ : inner++;
        weight[node]! += weight[taken]!;
        parent[taken] = node;
      }
    const depth = new Uint8Array(2 * SYMBOLS - 1);
    for (let node = 2 * SYMBOLS - 3; node >= 0; node--) depth[node] = depth[parent[node]!]! + 1;
    const lengths = new Uint8Array(SYMBOLS);
    leaves.forEach((symbol, i) => {
      lengths[symbol] = depth[i]!;
    });
    if (lengths.every((length) => length <= LONGEST)) return lengths;
  }
};

const reversed = (code: number, length: number): number => {
  let out = 0;
  for (let bit = 0; bit < length; bit++) out |= ((code >> bit) & 1) << (length - 1 - bit);
  return out;
};

/** Canonical codes, bits reversed, each above its length in 4 bits. */
const packedCodes = (lengths: Uint8Array): Uint32Array => {
  const packed = new Uint32Array(SYMBOLS);
  let code = 0;
  for (let length = 1; length <= LONGEST; length++, code <<= 1)
    for (let symbol = 0; symbol < SYMBOLS; symbol++)
      if (lengths[symbol] === length) packed[symbol] = (reversed(code++, length) << 4) | length;
  return packed;
};

/** Where a deflated stream has got to: the next byte, and the `held` bits, fewer than 8, that are not written yet. */
type Bits = { at: number; acc: number; held: number };

/** Writes the codes of the bytes, two bytes at a time. */
const putLiterals = (bytes: Uint8Array, codes: Uint32Array, out: DataView, bits: Bits): void => {
  let { at, acc, held } = bits;
  const pairs = bytes.length & ~1;
  for (let i = 0; i < pairs; i += 2) {
    const one = codes[bytes[i]!]!;
    const two = codes[bytes[i + 1]!]!;
    acc |= (one >>> 4) << held;
    held += one & 15;
    acc |= (two >>> 4) << held;
    held += two & 15;
    out.setUint32(at, acc, true);
    at += held >> 3;
    acc >>>= held & 24;
    held &= 7;
  }
  Object.assign(bits, { at, acc, held });
  if (pairs < bytes.length) put(out, bits, codes[bytes[pairs]!]!);
};

/** Writes a packed code: at most 24 bits above its length in 4. */
const put = (out: DataView, bits: Bits, packed: number): void => {
  const acc = bits.acc | ((packed >>> 4) << bits.held);
  const held = bits.held + (packed & 15);
  out.setUint32(bits.at, acc, true);
  bits.at += held >> 3;
  bits.acc = acc >>> (held & 24);
  bits.held = held & 7;
};

/** Room that so many bytes need at most. */
export const mostDeflated = (bytes: number): number => Math.ceil((bytes * LONGEST) / 8) + 512;

/**
 * Makes what writes a zlib stream (RFC 1950, 1951) of one block of literals under a Huffman code of their own: photographs hold hardly a repeated string, and
 * not looking for any is several times as fast. `counts` say how often each byte comes, roughly or exactly; `adler` is the Adler-32. Gives the bytes written.
 */
export const createHuffmanDeflate = (into: Uint8Array) => {
  const out = new DataView(into.buffer, into.byteOffset, into.byteLength);
  return (bytes: Uint8Array, counts: Uint32Array, adler: number): number => {
    const lengths = codeLengths(counts);
    const codes = packedCodes(lengths);
    const bits = { at: 2, acc: 0, held: 0 };
    out.setUint16(0, 0x7801);
    const say = (value: number, length: number): void => put(out, bits, (value << 4) | length);
    // Last block, own code; 257 literals and one length of a distance code that is not used; 19 lengths of the code for lengths: 4 bits for 0 to 15.
    say(0b101, 3);
    say(0, 5);
    say(0, 5);
    say(LENGTH_ORDER.length - 4, 4);
    for (const symbol of LENGTH_ORDER) say(symbol < 16 ? 4 : 0, 3);
    for (const length of lengths) say(reversed(length, 4), 4);
    say(0, 4);
    putLiterals(bytes, codes, out, bits);
    put(out, bits, codes[END]!);
    if (bits.held > 0) bits.at++;
    out.setUint32(bits.at, adler);
    return bits.at + 4;
  };
};
