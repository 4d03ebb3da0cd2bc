import { type FileHandle, open } from 'node:fs/promises';
import { damaged, LIMITS } from './bounded-read.ts';
import { maskedCrc32c } from './crc32c.ts';

/** One record, with where its bytes begin in the file. */
export type FileRecord = { readonly start: number; readonly bytes: Buffer };

const HEADER_BYTES = 12;
const FOOTER_BYTES = 4;
const RECORD_BYTES = LIMITS.pictureBytes + LIMITS.annotationBytes;

/**
 * The records of a TFRecord file: length (64 bit), masked CRC-32C of the length, data, masked CRC-32C of the data, all little-endian.
 * Faults: `data` where a checksum is wrong or the file ends within a record.
 */
export async function* readRecords(file: string): AsyncGenerator<FileRecord> {
  await using handle = await open(file).catch((cause: unknown) => {
    throw damaged(file, 'TFRecord file cannot be read', 'check the path and its rights', cause);
  });
  const { size } = await handle.stat();
  const remedy = 'copy or export the file again';
  let at = 0;
  for (let record = 1; at < size; record++) {
    const header = Buffer.alloc(HEADER_BYTES);
    const { bytesRead } = await handle.read(header, 0, HEADER_BYTES, at);
    if (bytesRead < HEADER_BYTES) throw damaged(file, `the file ends within record ${record}`, remedy);
    if (maskedCrc32c(header.subarray(0, 8)) !== header.readUInt32LE(8))
      throw damaged(file, record === 1 ? 'not a TFRecord file' : `the length of record ${record} is damaged`, remedy);
    const length = header.readBigUInt64LE(0);
    if (length > RECORD_BYTES) throw damaged(file, `record ${record} is too long (${length} bytes)`, remedy);
    const start = at + HEADER_BYTES;
    if (start + Number(length) + FOOTER_BYTES > size) throw damaged(file, `the file ends within record ${record}`, remedy);
    const body = Buffer.alloc(Number(length) + FOOTER_BYTES);
    await handle.read(body, 0, body.length, start);
    const bytes = body.subarray(0, Number(length));
    if (maskedCrc32c(bytes) !== body.readUInt32LE(bytes.length))
      throw damaged(file, `record ${record} is damaged (its checksum is wrong)`, remedy);
    yield { start, bytes };
    at = start + body.length;
  }
}

/** Appends one record to an open TFRecord file. Borrows the handle. */
export const writeRecord = async (handle: FileHandle, bytes: Uint8Array): Promise<void> => {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeBigUInt64LE(BigInt(bytes.length), 0);
  header.writeUInt32LE(maskedCrc32c(header.subarray(0, 8)), 8);
  const footer = Buffer.alloc(FOOTER_BYTES);
  footer.writeUInt32LE(maskedCrc32c(bytes), 0);
  for (const part of [header, bytes, footer]) await handle.writeFile(part);
};
