const SYMBOLS = 257;
const END = 256;
const LONGEST = 15;
/** Order in which DEFLATE writes the lengths of the code for lengths (RFC 1951, 3.2.7). */
const LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15] as const;

/** Lengths of a Huffman code for counts, none longer than 15 bits: counts are flattened until it fits. Every symbol gets a code. */
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

/** The codes of the bytes, two bytes at a time; `acc` holds the `held` bits that are not written yet. */
const putLiterals = (bytes: Uint8Array, codes: Uint32Array, out: Uint8Array, at: number, acc: number, held: number) => {
  for (let i = 0; i < bytes.length; i++) {
    const packed = codes[bytes[i]!]!;
    acc |= (packed >>> 4) << held;
    held += packed & 15;
    if (held < 16) continue;
    out[at] = acc;
    out[at + 1] = acc >>> 8;
    at += 2;
    acc >>>= 16;
    held -= 16;
  }
  return { at, acc, held };
};

/**
 * A zlib stream (RFC 1950, 1951) of one block of literals under a Huffman code of their own: photographs hold hardly a repeated string, and not looking for any
 * is several times as fast. `counts` are those of the bytes, `adler` their Adler-32. The bytes are in memory that the next call writes over.
 */
export const createHuffmanDeflate = (mostBytes: number) => {
  const out = new Uint8Array(2 * mostBytes + 1024);
  return (bytes: Uint8Array, counts: Uint32Array, adler: number): Uint8Array => {
    const lengths = codeLengths(counts);
    const codes = packedCodes(lengths);
    let [acc, held, at] = [0, 0, 2];
    out[0] = 0x78;
    out[1] = 0x01;
    const put = (value: number, bits: number): void => {
      acc |= value << held;
      held += bits;
      while (held >= 8) {
        out[at++] = acc;
        acc >>>= 8;
        held -= 8;
      }
    };
    // Last block, own code; 257 literals and one length of a distance code that is not used; 19 lengths of the code for lengths: 4 bits for 0 to 15.
    put(0b101, 3);
    put(0, 5);
    put(0, 5);
    put(LENGTH_ORDER.length - 4, 4);
    for (const symbol of LENGTH_ORDER) put(symbol < 16 ? 4 : 0, 3);
    for (const length of lengths) put(reversed(length, 4), 4);
    put(0, 4);
    const written = putLiterals(bytes, codes, out, at, acc, held);
    at = written.at;
    acc = written.acc;
    held = written.held;
    put(codes[END]! >>> 4, codes[END]! & 15);
    if (held > 0) out[at++] = acc;
    for (let shift = 24; shift >= 0; shift -= 8) out[at++] = adler >>> shift;
    return out.subarray(0, at);
  };
};
