import { constants } from 'node:fs';
import { copyFile, writeFile } from 'node:fs/promises';
import { FaultError } from '../../domain/fault.ts';
import { damaged, readRange } from './bounded-read.ts';
import type { PictureBytes } from './dataset.ts';
import { pictureType, readPictureBytes } from './picture-file.ts';

const FIRST_BYTES = 16;

/** Writes a picture's bytes, unchanged, to a file of its own. Faults: `data` where it is missing, or no picture: a link may point anywhere. */
export const copyPicture = async (picture: PictureBytes, to: string): Promise<void> => {
  const { path, range } = picture;
  try {
    const first = await readRange(path, range?.start ?? 0, Math.min(FIRST_BYTES, range?.length ?? FIRST_BYTES));
    if (pictureType(first) === undefined)
      throw damaged(path, 'its content is no picture', 'run dataset check: with --fix it leaves the field out');
    if (range === undefined) await copyFile(path, to, constants.COPYFILE_FICLONE);
    else await writeFile(to, await readPictureBytes(picture));
  } catch (cause) {
    const { code, syscall } = cause as NodeJS.ErrnoException;
    if (cause instanceof FaultError || code === 'ENOSPC') throw cause;
    if (code === 'ENOENT' && syscall === 'open')
      throw damaged(path, 'the picture is missing', 'bring it back, or take its annotation out', cause);
    throw damaged(path, 'the picture cannot be copied', 'check its rights, and those of the new folder', cause);
  }
};
