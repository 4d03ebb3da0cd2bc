import { stat } from 'node:fs/promises';
import { FaultError } from '../../domain/fault.ts';
import { damaged } from './bounded-read.ts';
import type { Dataset, DatasetReader, ReadOptions, Split } from './dataset.ts';
import { readDatasetCard } from './dataset-card.ts';
import { DATASET_FORMATS, type DatasetFormat, FORMAT_NAMES } from './dataset-format.ts';
import { cocoFacts, cocoReader } from './read-coco.ts';
import { tfrecordReader } from './read-tfrecord.ts';
import { vocReader } from './read-voc.ts';
import { yoloReader } from './read-yolo.ts';

const READERS: Readonly<Record<DatasetFormat, DatasetReader>> = {
  voc: vocReader,
  yolo: yoloReader,
  coco: cocoReader,
  tfrecord: tfrecordReader,
};

export const readerOf = (format: DatasetFormat): DatasetReader => READERS[format];

/** Throws a `data` fault where there is no such folder. */
export const needFolder = async (dir: string): Promise<void> => {
  const isFolder = await stat(dir).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  if (!isFolder) throw damaged(dir, 'no such folder of labelled fields', 'check the path');
};

/** The format that a folder is in, from its card or its layout. Faults: `data` where none or several fit. */
export const detectFormat = async (dir: string): Promise<DatasetFormat> => {
  await needFolder(dir);
  const card = await readDatasetCard(dir);
  if (card !== undefined) return card.format;
  const fitting: DatasetFormat[] = [];
  for (const format of DATASET_FORMATS) if ((await READERS[format].splits(dir)).length > 0) fitting.push(format);
  const [format, another] = fitting;
  if (format === undefined)
    throw damaged(dir, `no labelled fields in it (${DATASET_FORMATS.map((name) => FORMAT_NAMES[name]).join(', ')})`, 'check the path');
  if (another !== undefined) throw damaged(dir, `it can be read as ${fitting.join(' and as ')}`, 'say which with --format');
  return format;
};

export type OpenOptions = ReadOptions & {
  readonly format: DatasetFormat | 'auto';
  /** Splits to read; all where none is named. */
  readonly splits?: readonly string[] | undefined;
};

export type OpenedDataset = Dataset & { readonly dir: string; readonly format: DatasetFormat };

/** Reads a folder of labelled fields, whichever of the formats it is in. Faults: `data` where it is missing, empty or damaged. */
export const openDataset = async (dir: string, options: OpenOptions): Promise<OpenedDataset> => {
  await needFolder(dir);
  const format = options.format === 'auto' ? await detectFormat(dir) : options.format;
  const reader = READERS[format];
  const there = await reader.splits(dir);
  const wanted = options.splits ?? there;
  if (wanted.length === 0) throw damaged(dir, `no ${FORMAT_NAMES[format]} split in it`, 'check the path and the format');
  const card = await readDatasetCard(dir);
  const classes = new Set(card?.classes);
  const splits: Split[] = [];
  for (const name of wanted) {
    const split = await reader.read(dir, name, { ...options, classes: options.classes ?? card?.classes });
    for (const label of split.classes) classes.add(label);
    splits.push({ name, fields: split.fields });
  }
  if (splits.every(({ fields }) => fields.length === 0) && options.onDamage === undefined)
    throw new FaultError({ kind: 'data', path: dir, what: 'the set is empty', remedy: 'check the path and the format' });
  const said = card === undefined && format === 'coco' ? await cocoFacts(dir).catch(() => ({})) : {};
  const facts = { ...said, ...(card === undefined ? {} : { umPerPx: card.umPerPx, source: card.source, licence: card.licence }) };
  return { dir, format, classes: [...classes], splits, facts };
};
