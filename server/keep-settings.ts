import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { FaultError } from '../domain/fault.ts';
import type { SettingsChange } from '../domain/settings-document.ts';

const readObject = async (file: string): Promise<Record<string, unknown>> => {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  const content: unknown = JSON.parse(text);
  if (typeof content !== 'object' || content === null || Array.isArray(content)) throw new Error('it holds no object');
  return content as Record<string, unknown>;
};

/**
 * Lays a change over a configuration file, which is made where it is not there and replaced in one step; other keys stay as they are,
 * `null` takes one out. Throws a `data` fault where the file cannot be read or written.
 */
export const keepSettings = async (file: string, change: SettingsChange): Promise<void> => {
  const beside = `${file}.new`;
  try {
    const content = await readObject(file);
    for (const [key, value] of Object.entries(change)) {
      if (value === null) delete content[key];
      else content[key] = value;
    }
    // A file that holds a token keeps its rights.
    const mode = (await stat(file).catch(() => undefined))?.mode ?? 0o644;
    await writeFile(beside, `${JSON.stringify(content, undefined, 2)}\n`, { mode });
    await rename(beside, file);
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => {});
    throw new FaultError(
      {
        kind: 'data',
        path: file,
        what: `the settings could not be kept (${cause instanceof Error ? cause.message : String(cause)})`,
        remedy: 'see that the file is JSON and can be written; nothing was changed',
      },
      { cause },
    );
  }
};
