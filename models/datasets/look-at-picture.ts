import { createHash } from 'node:crypto';
import path from 'node:path';
import sharp from 'sharp';
import { LIMITS } from './bounded-read.ts';
import type { PictureBytes } from './dataset.ts';
import { extensionsOf, type PictureType, pictureType, readPictureBytes } from './picture-file.ts';
import { type PictureHash, pictureHashes, THUMBNAIL_PX } from './picture-hash.ts';

/** What is known of a picture that can be decoded. */
export type SeenPicture = {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly sha256: string;
  readonly grey: Uint8Array;
  /** In each of the eight ways to lay it down. */
  readonly hashes: readonly PictureHash[];
};

export type PictureTrouble = { readonly kind: 'missing' | 'no picture' | 'corrupt'; readonly what: string };

export type LookedAt = {
  /** From the first bytes. */
  readonly type?: PictureType;
  /** Extension that the content asks for, where the name has another. */
  readonly extension?: string;
  readonly seen?: SeenPicture;
  readonly trouble?: PictureTrouble;
};

const firstLine = (error: unknown): string => (error instanceof Error ? error.message.split('\n')[0]! : String(error)).slice(0, 120);

/** Decodes a whole picture, at a small size, and says what it is or what is wrong with it. Throws nothing of the picture's. */
export const lookAtPicture = async (picture: PictureBytes, file: string): Promise<LookedAt> => {
  let bytes: Buffer;
  try {
    bytes = await readPictureBytes(picture);
  } catch (error) {
    return { trouble: { kind: 'missing', what: firstLine(error) } };
  }
  const type = pictureType(bytes);
  if (type === undefined)
    return { trouble: { kind: 'no picture', what: bytes.length === 0 ? 'the file is empty' : 'its content is no picture' } };
  const wanted = extensionsOf(type);
  const extension = wanted.includes(path.extname(file).toLowerCase()) ? {} : { extension: wanted[0]! };
  try {
    // A damaged JPEG is decoded grey from the damage on where warnings are let pass.
    const open = () => sharp(bytes, { failOn: 'warning', limitInputPixels: LIMITS.pixels });
    const { width, height } = await open().metadata();
    const data = await open().flatten().greyscale().resize(THUMBNAIL_PX, THUMBNAIL_PX, { fit: 'fill' }).raw().toBuffer();
    const grey = new Uint8Array(data);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { type, ...extension, seen: { widthPx: width, heightPx: height, sha256, grey, hashes: pictureHashes(grey) } };
  } catch (error) {
    return { type, ...extension, trouble: { kind: 'corrupt', what: firstLine(error) } };
  }
};
