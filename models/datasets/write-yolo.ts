import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { namesYaml } from './class-names.ts';
import { copyPicture } from './copy-picture.ts';
import { type Dataset, type Field, fieldName, type WriteOptions } from './dataset.ts';

const linesOf = ({ marks, widthPx, heightPx }: Field, ids: ReadonlyMap<string, number>): string =>
  marks
    .map(({ label, box: [x0, y0, x1, y1] }) => {
      const fractions = [(x0 + x1) / 2 / widthPx, (y0 + y1) / 2 / heightPx, (x1 - x0) / widthPx, (y1 - y0) / heightPx];
      return `${ids.get(label)} ${fractions.join(' ')}\n`;
    })
    .join('');

/** Writes `images/<split>`, `labels/<split>` and `data.yaml`. Fractions have all their digits, so that the pixels come back. */
export const writeYolo = async (dir: string, { classes, splits }: Dataset, { onField, signal }: WriteOptions): Promise<void> => {
  const ids = new Map(classes.map((name, id) => [name, id]));
  for (const { name, fields } of splits) {
    const [images, labels] = [path.join(dir, 'images', name), path.join(dir, 'labels', name)];
    for (const folder of [images, labels]) await mkdir(folder, { recursive: true });
    for (const field of fields) {
      signal?.throwIfAborted();
      await writeFile(path.join(labels, `${fieldName(field)}.txt`), linesOf(field, ids));
      await copyPicture(field.picture, path.join(images, field.file));
      onField?.();
    }
  }
  const folders = splits.map(({ name }) => `${JSON.stringify(name)}: ${JSON.stringify(`images/${name}`)}\n`);
  await writeFile(path.join(dir, 'data.yaml'), `path: .\n${folders.join('')}${namesYaml(classes)}`);
};
