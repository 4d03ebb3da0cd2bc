import { open, readFile, rename, rm } from 'node:fs/promises';
import { FaultError, isFault } from '../../domain/fault.ts';
import { loadSlideMap, type SavedSlideMap, saveSlideMap } from '../../pipelines/slide/slide-map-file.ts';

/** The map of a file; `undefined` where there is no such file. Throws a `data` fault on one that cannot be read or is no whole map. */
export const readMapFile = async (path: string): Promise<SavedSlideMap | undefined> => {
  try {
    return loadSlideMap(await readFile(path));
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    if (isFault(cause) && cause.fault.kind === 'data') throw new FaultError({ ...cause.fault, path }, { cause });
    throw new FaultError({ kind: 'data', path, what: 'the slide map cannot be read', remedy: 'give another file' }, { cause });
  }
};

/** Writes the map so that a crash leaves either the old file or the new one, whole. */
export const writeMapFile = async (path: string, map: SavedSlideMap): Promise<void> => {
  const beside = `${path}.${process.pid}.new`;
  try {
    const file = await open(beside, 'w');
    try {
      await file.writeFile(saveSlideMap(map));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (cause) {
    await rm(beside, { force: true });
    throw new FaultError(
      { kind: 'data', path, what: 'the slide map cannot be written', remedy: 'give a file in a folder that can be written' },
      { cause },
    );
  }
};
