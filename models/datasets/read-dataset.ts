import { damaged } from './bounded-read.ts';
import { fieldName } from './dataset.ts';
import type { DatasetFormat } from './dataset-format.ts';
import { extractPictures } from './extract-pictures.ts';
import { type FieldNote, readFieldNotes } from './field-notes.ts';
import type { LabelledBox, LabelledField } from './labelled-field.ts';
import { needFolder, readerOf } from './open-dataset.ts';
import { vocNames } from './read-voc.ts';
import { yoloNames } from './read-yolo.ts';

const notedOf = (note: FieldNote | undefined): Pick<LabelledField, 'ignored' | 'weight' | 'umPerPx'> =>
  note === undefined ? {} : { ignored: note.ignored, weight: note.weight, umPerPx: note.umPerPx };

/** Reads one split of a folder of labelled fields with the notes on them, classes as indexes into `classes`. Faults: `data`. */
export const readDataset = async (
  format: DatasetFormat,
  dir: string,
  split: string,
  classes: readonly string[],
): Promise<LabelledField[]> => {
  await needFolder(dir);
  const { fields } = await readerOf(format).read(dir, split, { classes });
  const indexes = new Map(classes.map((name, index) => [name, index]));
  const paths = await extractPictures(fields);
  const notes = (await readFieldNotes(dir))?.fields ?? {};
  return fields.map((field, i) => ({
    name: fieldName(field),
    imagePath: paths[i]!,
    widthPx: field.widthPx,
    heightPx: field.heightPx,
    ...notedOf(notes[field.file]),
    boxes: field.marks.map(({ label, box }): LabelledBox => {
      const classIndex = indexes.get(label);
      if (classIndex === undefined) {
        const remedy = 'correct this file, or bring the set in with dataset import --map';
        throw damaged(field.annotation, `class "${label}" is none of ${classes.join(', ')}`, remedy);
      }
      return { box, classIndex };
    }),
  }));
};

/** Names of the fields that a folder sets aside as its test split; none where it has no such split. */
export const testNames = async (format: DatasetFormat, dir: string): Promise<readonly string[]> => {
  switch (format) {
    case 'voc':
      return (await vocNames(dir, 'test')) ?? [];
    case 'yolo':
      return ((await yoloNames(dir, 'test')) ?? []).map((file) => fieldName({ file }));
    case 'coco':
    case 'tfrecord': {
      const reader = readerOf(format);
      return (await reader.splits(dir)).includes('test') ? (await reader.read(dir, 'test', {})).fields.map(fieldName) : [];
    }
    default:
      return format satisfies never;
  }
};
