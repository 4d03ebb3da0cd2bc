import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { namesYaml } from './class-names.ts';
import { copyPicture } from './copy-picture.ts';
import { type Dataset, type Field, fieldName, type Mark, type WriteOptions } from './dataset.ts';

type Size = Pick<Field, 'widthPx' | 'heightPx'>;

const boxFractions = ({ box: [x0, y0, x1, y1] }: Mark, { widthPx, heightPx }: Size): number[] => [
  (x0 + x1) / 2 / widthPx,
  (y0 + y1) / 2 / heightPx,
  (x1 - x0) / widthPx,
  (y1 - y0) / heightPx,
];

/** Of several polygons the one with the most corners: a line holds one. */
const polygonFractions = ({ box: [x0, y0, x1, y1], outline }: Mark, { widthPx, heightPx }: Size): number[] => {
  const rings = outline === undefined || 'counts' in outline ? [] : outline;
  const longest = rings.reduce((most, ring) => (ring.length > most.length ? ring : most), [] as readonly number[]);
  const polygon = longest.length >= 6 ? longest : [x0, y0, x1, y0, x1, y1, x0, y1];
  return polygon.map((value, i) => value / (i % 2 === 0 ? widthPx : heightPx));
};

const linesOf = (field: Field, ids: ReadonlyMap<string, number>, polygons: boolean): string =>
  field.marks.map((mark) => `${ids.get(mark.label)} ${(polygons ? polygonFractions : boxFractions)(mark, field).join(' ')}\n`).join('');

/** Writes `images/<split>`, `labels/<split>` and `data.yaml`. Fractions have all their digits, so that the pixels come back. */
export const writeYolo = async (
  dir: string,
  { classes, splits }: Dataset,
  { onField, polygons = false, signal }: WriteOptions,
): Promise<void> => {
  const ids = new Map(classes.map((name, id) => [name, id]));
  for (const { name, fields } of splits) {
    const [images, labels] = [path.join(dir, 'images', name), path.join(dir, 'labels', name)];
    for (const folder of [images, labels]) await mkdir(folder, { recursive: true });
    for (const field of fields) {
      signal?.throwIfAborted();
      await writeFile(path.join(labels, `${fieldName(field)}.txt`), linesOf(field, ids, polygons));
      await copyPicture(field.picture, path.join(images, field.file));
      onField?.();
    }
  }
  const folders = splits.map(({ name }) => `${JSON.stringify(name)}: ${JSON.stringify(`images/${name}`)}\n`);
  await writeFile(path.join(dir, 'data.yaml'), `path: .\n${folders.join('')}${namesYaml(classes)}`);
};
