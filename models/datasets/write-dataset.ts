import { copyFile, mkdir, mkdtemp, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FaultError } from '../../domain/fault.ts';
import { damaged, filesOf } from './bounded-read.ts';
import type { Dataset, WriteOptions } from './dataset.ts';
import { DATASET_CARD, type DatasetCard } from './dataset-card.ts';
import { type DatasetFormat, FORMAT_NAMES } from './dataset-format.ts';
import { FIELD_NOTES } from './field-notes.ts';
import { type Renamed, withPlainNames } from './plain-names.ts';
import { writeCoco } from './write-coco.ts';
import { writeTfrecord } from './write-tfrecord.ts';
import { writeVoc } from './write-voc.ts';
import { writeYolo } from './write-yolo.ts';

const WRITERS: Readonly<Record<DatasetFormat, (dir: string, dataset: Dataset, options: WriteOptions) => Promise<void>>> = {
  voc: writeVoc,
  yolo: writeYolo,
  coco: writeCoco,
  tfrecord: writeTfrecord,
};

const SPLIT_NAME = /^[\w][\w .+-]{0,63}$/;
/** Files that go with the pictures wherever they go. */
const COMPANION = /^(licen[cs]e|copying|notice|readme|citation)\b.{0,40}$/i;

const cardOf = (format: DatasetFormat, { classes, facts }: Dataset): DatasetCard => ({
  schema: 'smearscope.dataset/1',
  format,
  classes: [...classes],
  ...Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)),
});

/** Throws a `data` fault where the folder is there and not empty: nothing of somebody's is written over. */
export const needNewFolder = async (dir: string): Promise<void> => {
  const there = await readdir(dir).catch((error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? [] : undefined));
  if (there === undefined) throw damaged(dir, 'no folder can be made there', 'give another --out');
  if (there.length > 0) throw damaged(dir, 'the folder is not empty', 'give another --out, or take it away');
};

const needWritable = (format: DatasetFormat, { splits, classes }: Dataset): void => {
  for (const { name } of splits)
    if (!SPLIT_NAME.test(name))
      throw new FaultError({ kind: 'usage', what: `"${name.slice(0, 80)}" is no name for a split`, remedy: 'use letters, digits and -' });
  const odd = classes.find((name) => /\p{Cc}/u.test(name) || name !== name.trim());
  if (odd !== undefined)
    throw new FaultError({
      kind: 'usage',
      what: `${FORMAT_NAMES[format]} cannot hold the class name ${JSON.stringify(odd)}`,
      remedy: 'give it another with --map',
    });
};

/**
 * Writes a set into a new folder, with the licence and readme files of the folder it comes from. The folder appears when everything is written:
 * stopped or failed on the way, nothing is left. Faults: `data` where the folder is in use or a picture is missing, `usage`.
 */
export const writeDataset = async (
  format: DatasetFormat,
  dir: string,
  given: Dataset,
  options: WriteOptions & { readonly companionsFrom?: string | undefined },
): Promise<{ dataset: Dataset; renamed: readonly Renamed[] }> => {
  needWritable(format, given);
  const { dataset, renamed } = withPlainNames(given, format);
  const target = path.resolve(dir);
  await needNewFolder(target);
  await mkdir(path.dirname(target), { recursive: true });
  const part = await mkdtemp(`${target}.part-`);
  try {
    await WRITERS[format](part, dataset, options);
    await writeFile(path.join(part, DATASET_CARD), `${JSON.stringify(cardOf(format, dataset), undefined, 2)}\n`);
    if (dataset.notes !== undefined) await writeFile(path.join(part, FIELD_NOTES), `${JSON.stringify(dataset.notes)}\n`);
    const from = options.companionsFrom;
    if (from !== undefined)
      for (const file of (await filesOf(from)).filter((name) => COMPANION.test(name)))
        await copyFile(path.join(from, file), path.join(part, file));
    options.signal?.throwIfAborted();
    await rmdir(target).catch(() => undefined);
    await rename(part, target);
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC') throw damaged(dir, 'the disk is full', 'make room, or give another --out', error);
    throw error;
  }
  return { dataset, renamed };
};
