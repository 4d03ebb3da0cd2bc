import { readFile, stat } from 'node:fs/promises';
import sharp from 'sharp';
import { damaged, LIMITS, readRange } from './bounded-read.ts';
import type { PictureBytes } from './dataset.ts';

/** File names of pictures. */
export const PICTURE_NAME = /\.(jpe?g|png|bmp|tiff?|webp)$/i;

/** Kinds of content, each with the extensions that it may have. */
const EXTENSIONS = {
  jpeg: ['.jpg', '.jpeg'],
  png: ['.png'],
  webp: ['.webp'],
  tiff: ['.tif', '.tiff'],
  bmp: ['.bmp'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type PictureType = keyof typeof EXTENSIONS;

export const extensionsOf = (type: PictureType): readonly string[] => EXTENSIONS[type];

const starts = (bytes: Uint8Array, ...start: number[]): boolean => start.every((byte, i) => bytes[i] === byte);

/** What a picture's first bytes say that it is, whatever its name; `undefined` where they are no picture's. */
export const pictureType = (bytes: Uint8Array): PictureType | undefined => {
  if (starts(bytes, 0xff, 0xd8, 0xff)) return 'jpeg';
  if (starts(bytes, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'png';
  if (starts(bytes, 0x52, 0x49, 0x46, 0x46) && starts(bytes.subarray(8), 0x57, 0x45, 0x42, 0x50)) return 'webp';
  if (starts(bytes, 0x49, 0x49, 0x2a, 0x00) || starts(bytes, 0x4d, 0x4d, 0x00, 0x2a)) return 'tiff';
  if (starts(bytes, 0x42, 0x4d)) return 'bmp';
  return undefined;
};

/** The file's bytes, no more than a picture may have. Faults: `data`. */
export const readPictureBytes = async ({ path, range }: PictureBytes): Promise<Buffer> => {
  const size =
    range?.length ??
    (
      await stat(path).catch((cause: unknown) =>
        Promise.reject(damaged(path, 'the picture is missing', 'bring it back, or take its annotation out', cause)),
      )
    ).size;
  if (size > LIMITS.pictureBytes) throw damaged(path, 'the picture is longer than 512 MiB');
  return range === undefined ? readFile(path) : readRange(path, range.start, range.length);
};

/** Width and height from the picture's header. Faults: `data`. */
export const pictureSize = async (picture: PictureBytes): Promise<{ widthPx: number; heightPx: number }> => {
  const input = picture.range === undefined ? picture.path : await readPictureBytes(picture);
  const { width, height } = await sharp(input, { limitInputPixels: LIMITS.pixels })
    .metadata()
    .catch((cause: unknown) => {
      throw damaged(picture.path, 'picture cannot be read', 'replace or remove it', cause);
    });
  return { widthPx: width, heightPx: height };
};
