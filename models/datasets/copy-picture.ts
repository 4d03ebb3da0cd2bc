import { constants } from 'node:fs';
import { copyFile, writeFile } from 'node:fs/promises';
import { damaged } from './bounded-read.ts';
import type { PictureBytes } from './dataset.ts';
import { readPictureBytes } from './picture-file.ts';

/** Writes a picture's bytes, unchanged, to a file of its own. Faults: `data` where the picture is missing. */
export const copyPicture = async (picture: PictureBytes, to: string): Promise<void> => {
  if (picture.range !== undefined) return writeFile(to, await readPictureBytes(picture));
  await copyFile(picture.path, to, constants.COPYFILE_FICLONE).catch((cause: NodeJS.ErrnoException) => {
    throw cause.code === 'ENOENT'
      ? damaged(picture.path, 'the picture is missing', 'bring it back, or take its annotation out', cause)
      : damaged(to, 'the picture cannot be copied', 'check the space and the rights there', cause);
  });
};
