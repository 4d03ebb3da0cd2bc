import { open, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { FaultError } from '../../domain/fault.ts';

const MIB = 2 ** 20;

/** What a file of a data set may hold at most: a set comes from anywhere, and a mistake in it must not fill the memory. */
export const LIMITS = {
  annotationBytes: 8 * MIB,
  documentBytes: 256 * MIB,
  pictureBytes: 512 * MIB,
  fields: 1_000_000,
  marksOfField: 20_000,
  sidePx: 65_535,
  pixels: 500_000_000,
} as const;

export const damaged = (file: string, what: string, remedy = 'correct or remove this file', cause?: unknown): FaultError =>
  new FaultError({ kind: 'data', path: file, what, remedy }, { cause });

/** The text of a file that is no longer than it may be. Faults: `data`. */
export const readText = async (file: string, maxBytes: number, what: string): Promise<string> => {
  try {
    const { size } = await stat(file);
    if (size > maxBytes) throw damaged(file, `${what} is longer than ${Math.round(maxBytes / MIB)} MiB`);
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (cause instanceof FaultError) throw cause;
    throw damaged(file, `${what} cannot be read`, 'check the folder and its rights', cause);
  }
};

/** Like `readText`, and `undefined` where there is no such file. */
export const readTextIfThere = async (file: string, maxBytes: number, what: string): Promise<string | undefined> =>
  (await isFile(file)) ? readText(file, maxBytes, what) : undefined;

export const isFile = (file: string): Promise<boolean> =>
  stat(file).then(
    (entry) => entry.isFile(),
    () => false,
  );

/** Names of the plain files of a folder, sorted; none where there is no such folder. */
export const filesOf = async (dir: string): Promise<string[]> => {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort();
};

/** Names of the folders in a folder, sorted. */
export const foldersOf = async (dir: string): Promise<string[]> => {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort();
};

/** A path within a folder, from a name that a file gives. Throws a `data` fault where the name leads out of the folder. */
export const pathWithin = (dir: string, name: string, saidBy: string): string => {
  const parts = name.split(/[\\/]/);
  if (name.includes('\0') || path.isAbsolute(name) || /^[a-z]:/i.test(name) || parts.includes('..') || parts.at(-1) === '')
    throw damaged(saidBy, `the file name "${name.slice(0, 80)}" leads out of the folder`);
  return path.join(dir, ...parts);
};

/** The file name alone of what may be the path on another machine. */
export const baseName = (name: string): string => name.split(/[\\/]/).at(-1)!.replaceAll('\0', '');

/** Whole bytes from `start` on; fewer where the file ends. */
export const readRange = async (file: string, start: number, length: number): Promise<Buffer> => {
  await using handle = await open(file);
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, start);
  return buffer.subarray(0, bytesRead);
};
