import { type FileHandle, open } from 'node:fs/promises';

/** Types of TIFF values that are written here, with their size in bytes (TIFF 6.0, section 2; BigTIFF). */
const TYPES = { ascii: [2, 1], short: [3, 2], long: [4, 4], rational: [5, 8], long8: [16, 8], ifd8: [18, 8] } as const;

/** One field of a directory. A rational is two numbers; an ASCII value holds UTF-8 and gets its final zero here. */
export type TiffField = { readonly tag: number } & (
  | { readonly type: 'ascii'; readonly value: string }
  | { readonly type: Exclude<keyof typeof TYPES, 'ascii'>; readonly value: readonly number[] }
);

/** A BigTIFF file that is written from its beginning to its end; offsets are bytes from its beginning. */
export type TiffFile = AsyncDisposable & {
  /** Puts bytes at the end; where they lie. */
  append(bytes: Uint8Array): Promise<number>;
  /** Puts a directory at the end, its fields by tag; where it lies. */
  directory(fields: readonly TiffField[]): Promise<number>;
  /** Says which directory comes first, which makes the file whole. */
  finish(first: number): Promise<void>;
};

const HEADER_BYTES = 16;
const ENTRY_BYTES = 20;

const encode = (field: TiffField): { readonly count: number; readonly bytes: Buffer } => {
  if (field.type === 'ascii') {
    const bytes = Buffer.from(`${field.value}\0`, 'utf8');
    return { count: bytes.length, bytes };
  }
  const [, size] = TYPES[field.type];
  const step = field.type === 'rational' ? 4 : size;
  const bytes = Buffer.alloc(field.value.length * step);
  for (const [i, value] of field.value.entries()) {
    if (step === 2) bytes.writeUInt16LE(value, i * step);
    else if (step === 4) bytes.writeUInt32LE(value, i * step);
    else bytes.writeBigUInt64LE(BigInt(value), i * step);
  }
  return { count: field.type === 'rational' ? field.value.length / 2 : field.value.length, bytes };
};

/** Begins a little-endian BigTIFF file (the TIFF that may be longer than 4 GiB). Throws what the file system throws. */
export const createTiffFile = async (path: string): Promise<TiffFile> => {
  const file: FileHandle = await open(path, 'w');
  let end = HEADER_BYTES;
  const append = async (bytes: Uint8Array): Promise<number> => {
    // Values of 8 bytes want an even place, and all of them take one.
    const at = end + (-end & 7);
    await file.write(bytes, 0, bytes.length, at);
    end = at + bytes.length;
    return at;
  };
  return {
    append,
    directory: async (fields) => {
      const sorted = fields.toSorted((a, b) => a.tag - b.tag);
      const bytes = Buffer.alloc(8 + sorted.length * ENTRY_BYTES + 8);
      bytes.writeBigUInt64LE(BigInt(sorted.length), 0);
      for (const [i, field] of sorted.entries()) {
        const value = encode(field);
        const at = 8 + i * ENTRY_BYTES;
        bytes.writeUInt16LE(field.tag, at);
        bytes.writeUInt16LE(TYPES[field.type][0], at + 2);
        bytes.writeBigUInt64LE(BigInt(value.count), at + 4);
        if (value.bytes.length <= 8) value.bytes.copy(bytes, at + 12);
        else bytes.writeBigUInt64LE(BigInt(await append(value.bytes)), at + 12);
      }
      return append(bytes);
    },
    finish: async (first) => {
      const header = Buffer.alloc(HEADER_BYTES);
      header.write('II', 0, 'latin1');
      header.writeUInt16LE(43, 2);
      header.writeUInt16LE(8, 4);
      header.writeBigUInt64LE(BigInt(first), 8);
      await file.write(header, 0, HEADER_BYTES, 0);
    },
    [Symbol.asyncDispose]: () => file.close(),
  };
};
