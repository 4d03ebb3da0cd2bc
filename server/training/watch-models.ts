import { unwatchFile, watchFile } from 'node:fs';
import { join } from 'node:path';
import { IN_USE_FILE } from '../../models/runtime/models-in-use.ts';
import { modelsFolder } from './known-sites.ts';
import { modelsInUseOf } from './model-store.ts';

const LOOK_EVERY_MS = 1000;

/**
 * Hears of names that another bundle stands for from now on, whoever changed it: the service, or a command beside it. Looks at the file once
 * a second, which works on every file system. The returned function stops it.
 */
export const watchModels = (dataDir: string, onChange: (name: string) => void): (() => void) => {
  const path = join(modelsFolder(dataDir), IN_USE_FILE);
  let known: Readonly<Record<string, string>> = {};
  let turn: Promise<void> = modelsInUseOf(dataDir).then(
    ({ inUse }) => {
      known = inUse;
    },
    () => {},
  );
  const look = async (): Promise<void> => {
    try {
      const { inUse } = await modelsInUseOf(dataDir);
      const before = known;
      known = inUse;
      for (const name of new Set([...Object.keys(before), ...Object.keys(inUse)])) if (before[name] !== inUse[name]) onChange(name);
    } catch {
      // A damaged list changes nothing; who reads it next is told.
    }
  };
  const listener = (): void => {
    turn = turn.then(look);
  };
  watchFile(path, { interval: LOOK_EVERY_MS, persistent: false }, listener);
  return () => unwatchFile(path, listener);
};
