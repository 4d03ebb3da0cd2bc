import { createWriteStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/** Pictures are packed already. */
const PACKED = /\.(jpe?g|png)$/i;

/** Packs the files of a folder, by name. Names within have `/`, and none leads out of the folder. */
export const zipFolder = async (dir: string, path: string, at: Date, signal?: AbortSignal): Promise<void> => {
  const zip = new ZipFile();
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.sort())
    zip.addFile(file, relative(dir, file).split(sep).join('/'), { mtime: at, mode: 0o100_644, compress: !PACKED.test(file) });
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path), { signal });
};
