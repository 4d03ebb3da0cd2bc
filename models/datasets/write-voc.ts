import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { copyPicture } from './copy-picture.ts';
import { type Dataset, type Field, fieldName, type Mark, type WriteOptions } from './dataset.ts';

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const SIDES = ['xmin', 'ymin', 'xmax', 'ymax'] as const;

const objectXml = ({ label, box, difficult, truncated }: Mark): string => `  <object>
    <name>${escaped(label)}</name>
    <pose>Unspecified</pose>
    <truncated>${truncated ? 1 : 0}</truncated>
    <difficult>${difficult ? 1 : 0}</difficult>
    <bndbox>
${SIDES.map((side, i) => `      <${side}>${box[i]}</${side}>\n`).join('')}    </bndbox>
  </object>
`;

const annotationXml = (field: Field): string => `<annotation>
  <folder>JPEGImages</folder>
  <filename>${escaped(field.file)}</filename>
  <size>
    <width>${field.widthPx}</width>
    <height>${field.heightPx}</height>
    <depth>3</depth>
  </size>
  <segmented>0</segmented>
${field.marks.map(objectXml).join('')}</annotation>
`;

/** Writes `Annotations`, `JPEGImages`, the lists in `ImageSets/Main` (with `trainval` where there are both) and `classes.txt`. */
export const writeVoc = async (dir: string, { classes, splits }: Dataset, { onField, signal }: WriteOptions): Promise<void> => {
  const lists = path.join(dir, 'ImageSets', 'Main');
  for (const folder of ['Annotations', 'JPEGImages']) await mkdir(path.join(dir, folder), { recursive: true });
  await mkdir(lists, { recursive: true });
  const namesOf = (name: string): string[] => splits.find((split) => split.name === name)?.fields.map(fieldName) ?? [];
  for (const { name, fields } of splits) {
    for (const field of fields) {
      signal?.throwIfAborted();
      await writeFile(path.join(dir, 'Annotations', `${fieldName(field)}.xml`), annotationXml(field));
      await copyPicture(field.picture, path.join(dir, 'JPEGImages', field.file));
      onField?.();
    }
    await writeFile(path.join(lists, `${name}.txt`), fields.map((field) => `${fieldName(field)}\n`).join(''));
  }
  const [train, val] = [namesOf('train'), namesOf('val')];
  if (train.length > 0 && val.length > 0 && namesOf('trainval').length === 0)
    await writeFile(path.join(lists, 'trainval.txt'), [...train, ...val].map((name) => `${name}\n`).join(''));
  await writeFile(path.join(dir, 'classes.txt'), classes.map((name) => `${name}\n`).join(''));
};
