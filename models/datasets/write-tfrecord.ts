import { createHash } from 'node:crypto';
import { open, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { damaged } from './bounded-read.ts';
import type { Dataset, Field, Mark, WriteOptions } from './dataset.ts';
import { labelMapText } from './label-map.ts';
import { pictureType, readPictureBytes } from './picture-file.ts';
import { writeRecord } from './record-file.ts';
import { type Feature, writeExample } from './tf-example.ts';

const text = (...values: string[]): Feature => ({ kind: 'bytes', values: values.map((value) => Buffer.from(value)) });
const int = (...values: number[]): Feature => ({ kind: 'int', values });

/** A flag of the marks, where any of them has it. */
const flagOf = (marks: readonly Mark[], name: string, is: (mark: Mark) => true | undefined): [string, Feature][] =>
  marks.some(is) ? [[`image/object/${name}`, int(...marks.map((mark) => (is(mark) ? 1 : 0)))]] : [];

const exampleOf = async (field: Field, ids: ReadonlyMap<string, number>): Promise<Uint8Array> => {
  const { marks, widthPx, heightPx, picture } = field;
  const bytes = await readPictureBytes(picture);
  const type = pictureType(bytes);
  if (type !== 'jpeg' && type !== 'png')
    throw damaged(picture.path, 'TFRecord holds JPEG and PNG pictures alone', 'turn it into PNG, and name that in the set');
  const side = (name: string, axis: 0 | 1 | 2 | 3): [string, Feature] => [
    `image/object/bbox/${name}`,
    { kind: 'float', values: marks.map(({ box }) => box[axis] / (axis % 2 === 0 ? widthPx : heightPx)) },
  ];
  return writeExample(
    new Map<string, Feature>([
      ['image/encoded', { kind: 'bytes', values: [bytes] }],
      ['image/format', text(type)],
      ['image/filename', text(field.file)],
      ['image/source_id', text(field.file)],
      ['image/key/sha256', text(createHash('sha256').update(bytes).digest('hex'))],
      ['image/height', int(heightPx)],
      ['image/width', int(widthPx)],
      side('xmin', 0),
      side('xmax', 2),
      side('ymin', 1),
      side('ymax', 3),
      ['image/object/class/text', text(...marks.map(({ label }) => label))],
      ['image/object/class/label', int(...marks.map(({ label }) => ids.get(label)!))],
      ...flagOf(marks, 'difficult', (mark) => mark.difficult),
      ...flagOf(marks, 'truncated', (mark) => mark.truncated),
      ...flagOf(marks, 'is_crowd', (mark) => mark.crowd),
    ]),
  );
};

/** Writes `<split>.tfrecord`, pictures inside, and `label_map.pbtxt`. Faults: `data` where a picture is neither JPEG nor PNG. */
export const writeTfrecord = async (dir: string, { classes, splits }: Dataset, { onField, signal }: WriteOptions): Promise<void> => {
  const ids = new Map(classes.map((name, i) => [name, i + 1]));
  for (const { name, fields } of splits) {
    await using file = await open(path.join(dir, `${name}.tfrecord`), 'w');
    for (const field of fields) {
      signal?.throwIfAborted();
      await writeRecord(file, await exampleOf(field, ids));
      onField?.();
    }
  }
  await writeFile(path.join(dir, 'label_map.pbtxt'), labelMapText(classes));
};
