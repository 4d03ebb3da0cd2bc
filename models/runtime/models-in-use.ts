import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { FaultError } from '../../domain/fault.ts';
import { type ModelsInUse, modelsInUse } from '../../domain/models-in-use.ts';

/** File in a folder of bundles that says which of them stands in for a shipped one. */
export const IN_USE_FILE = 'current.json';

const MOST_BYTES = 2 ** 20;

/** What was promoted in a folder of bundles; `undefined` where nothing was. Faults: `bundle` where the file is damaged. */
export const readModelsInUse = async (folder: string): Promise<ModelsInUse | undefined> => {
  const path = join(folder, IN_USE_FILE);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
  try {
    if (text.length > MOST_BYTES) throw new Error('longer than 1 MB');
    return modelsInUse.parse(JSON.parse(text));
  } catch (cause) {
    const what = `the list of promoted bundles is damaged (${cause instanceof z.ZodError ? cause.issues[0]?.message : String(cause)})`;
    throw new FaultError({ kind: 'bundle', bundle: path, what, remedy: 'take the file away to go back to the shipped bundle' }, { cause });
  }
};

/** Folder of the bundle that stands in for a name in one of the folders of bundles. */
export const standInFor = async (name: string, folders: readonly string[]): Promise<string | undefined> => {
  for (const folder of folders) {
    const found = (await readModelsInUse(folder))?.inUse[name];
    if (found !== undefined) return join(folder, found);
  }
  return undefined;
};
