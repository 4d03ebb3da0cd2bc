import { stat } from 'node:fs/promises';
import { FaultError } from '../../domain/fault.ts';
import type { LabelledField } from './labelled-field.ts';
import { readCoco } from './read-coco.ts';
import { readVoc, vocNames } from './read-voc.ts';
import { readYolo, yoloNames } from './read-yolo.ts';

export type DatasetFormat = 'voc' | 'yolo' | 'coco';

/** Reads one split of a folder of labelled fields. Faults: `data`. */
export const readDataset = async (
  format: DatasetFormat,
  dir: string,
  split: string,
  classes: readonly string[],
): Promise<LabelledField[]> => {
  const isFolder = await stat(dir).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new FaultError({ kind: 'data', path: dir, what: 'no such folder of labelled fields', remedy: 'check the path' });
  switch (format) {
    case 'voc':
      return readVoc(dir, split, classes);
    case 'yolo':
      return readYolo(dir, split, classes);
    case 'coco':
      return readCoco(dir, split, classes);
    default:
      return format satisfies never;
  }
};

/** Names of the fields that a folder sets aside as its test split; none where it has no such split. */
export const testNames = async (format: DatasetFormat, dir: string): Promise<readonly string[]> => {
  switch (format) {
    case 'voc':
      return (await vocNames(dir, 'test')) ?? [];
    case 'yolo':
      return ((await yoloNames(dir, 'test')) ?? []).map((file) => file.replace(/\.[^.]+$/, ''));
    case 'coco':
      return [];
    default:
      return format satisfies never;
  }
};
