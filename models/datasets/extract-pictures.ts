import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Field } from './dataset.ts';
import { fieldName } from './dataset.ts';
import { readPictureBytes } from './picture-file.ts';

let room: Promise<string> | undefined;

/** A temporary folder that goes away with the process. */
const temporaryFolder = async (): Promise<string> => {
  room ??= mkdtemp(path.join(tmpdir(), 'smearscope-pictures-')).then((folder) => {
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    return folder;
  });
  return mkdtemp(path.join(await room, 'split-'));
};

/** Paths of the fields' pictures as files of their own. Those that lie within another file are written to a temporary folder first. */
export const extractPictures = async (fields: readonly Field[]): Promise<string[]> => {
  if (fields.every(({ picture }) => picture.range === undefined)) return fields.map(({ picture }) => picture.path);
  const folder = await temporaryFolder();
  const paths: string[] = [];
  for (const [i, field] of fields.entries()) {
    // The number keeps two pictures of one name apart.
    const file = path.join(folder, `${i}-${fieldName(field).slice(0, 100)}${path.extname(field.file)}`);
    await writeFile(file, await readPictureBytes(field.picture));
    paths.push(file);
  }
  return paths;
};
