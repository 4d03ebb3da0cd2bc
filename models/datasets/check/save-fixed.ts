import { realpath, rename, rm } from 'node:fs/promises';
import type { Dataset, WriteOptions } from '../dataset.ts';
import type { DatasetFormat } from '../dataset-format.ts';
import type { Renamed } from '../plain-names.ts';
import { needNewFolder, writeDataset } from '../write-dataset.ts';

/**
 * Writes a corrected set to a new folder; without one, in place of the folder it was read from, which then lies beside it as `<dir>.before-fix`,
 * whole. Gives where both are. Faults: `data` where a folder is in the way.
 */
export const saveFixed = async (
  dir: string,
  format: DatasetFormat,
  dataset: Dataset,
  { out, ...options }: WriteOptions & { readonly out?: string | undefined },
): Promise<{ out: string; backup?: string; renamed: readonly Renamed[] }> => {
  if (out !== undefined) {
    const { renamed } = await writeDataset(format, out, dataset, { ...options, companionsFrom: dir });
    return { out, renamed };
  }
  const place = await realpath(dir);
  const [backup, made] = [`${place}.before-fix`, `${place}.fixed`];
  await needNewFolder(backup);
  const { renamed } = await writeDataset(format, made, dataset, { ...options, companionsFrom: dir });
  try {
    await rename(place, backup);
    await rename(made, place).catch(async (error) => {
      await rename(backup, place);
      throw error;
    });
  } catch (error) {
    await rm(made, { recursive: true, force: true });
    throw error;
  }
  return { out: dir, backup, renamed };
};
