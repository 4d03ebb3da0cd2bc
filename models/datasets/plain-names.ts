import path from 'node:path';
import type { Dataset, Field } from './dataset.ts';
import type { DatasetFormat } from './dataset-format.ts';

export type Renamed = { readonly from: string; readonly to: string };

const key = ({ picture: { path: file, range } }: Field): string => `${file}\0${range?.start ?? ''}`;

/** A name without folders that every file system takes. */
const plain = (file: string): string => {
  const { name, ext } = path.posix.parse(file.replaceAll(/[\\/]+/g, '-'));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const safe = name.replaceAll(/[<>:"|?*\u0000-\u001f]/g, '-').replace(/^[.-]+/, '');
  return `${safe === '' ? 'field' : safe.slice(0, 200)}${ext}`;
};

/**
 * The set with file names that the format can hold: no folders, and no two pictures of one name (within a split; in Pascal VOC, whose splits
 * share a folder, within the set). Names are kept where they can be, and the others told.
 */
export const withPlainNames = (dataset: Dataset, format: DatasetFormat): { dataset: Dataset; renamed: readonly Renamed[] } => {
  const renamed: Renamed[] = [];
  const set = new Map<string, string>();
  const splits = dataset.splits.map((split) => {
    const taken = format === 'voc' ? set : new Map<string, string>();
    const fields = split.fields.map((field): Field => {
      const wanted = path.posix.basename(field.file) === field.file ? plain(field.file) : plain(path.posix.basename(field.file));
      const { name, ext } = path.posix.parse(wanted);
      const isFree = (stem: string): boolean => (taken.get(stem.toLowerCase()) ?? key(field)) === key(field);
      const tries = [name, path.posix.parse(plain(field.file)).name, `${split.name}-${name}`];
      let stem = tries.find(isFree);
      for (let n = 2; stem === undefined; n++) if (isFree(`${name}-${n}`)) stem = `${name}-${n}`;
      taken.set(stem.toLowerCase(), key(field));
      const file = `${stem}${ext}`;
      if (file !== field.file) renamed.push({ from: field.file, to: file });
      return file === field.file ? field : { ...field, file };
    });
    return { ...split, fields };
  });
  return { dataset: { ...dataset, splits }, renamed };
};
