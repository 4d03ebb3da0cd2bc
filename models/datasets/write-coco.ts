import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { boxArea } from '../../domain/geometry.ts';
import { copyPicture } from './copy-picture.ts';
import type { Dataset, DatasetFacts, Field, Mark, WriteOptions } from './dataset.ts';
import { roundPixels, TEXT_DECIMALS } from './round-pixels.ts';

const annotationOf = (mark: Mark, id: number, imageId: number, ids: ReadonlyMap<string, number>) => {
  const { box, outline, areaPx2, crowd, difficult, truncated } = mark;
  const side = (value: number): number => roundPixels(value, TEXT_DECIMALS);
  return {
    id,
    image_id: imageId,
    category_id: ids.get(mark.label),
    bbox: [box[0], box[1], side(box[2] - box[0]), side(box[3] - box[1])],
    area: areaPx2 ?? side(boxArea(box)),
    iscrowd: crowd ? 1 : 0,
    segmentation: outline ?? [],
    ...(difficult || truncated ? { attributes: { difficult: difficult === true, truncated: truncated === true } } : {}),
  };
};

const documentOf = (fields: readonly Field[], classes: readonly string[], { source, licence }: DatasetFacts) => {
  const ids = new Map(classes.map((name, i) => [name, i + 1]));
  let annotationId = 0;
  return {
    info: source === undefined ? {} : { description: source },
    licenses: licence === undefined ? [] : [{ id: 1, name: licence }],
    images: fields.map((field, i) => ({ id: i + 1, file_name: field.file, width: field.widthPx, height: field.heightPx })),
    categories: classes.map((name, i) => ({ id: i + 1, name, supercategory: 'cell' })),
    annotations: fields.flatMap(({ marks }, i) => marks.map((mark) => annotationOf(mark, ++annotationId, i + 1, ids))),
  };
};

/** Writes `annotations/<split>.json` and `images/<split>`; outlines, crowds and areas as they were read. */
export const writeCoco = async (dir: string, { classes, splits, facts }: Dataset, { onField, signal }: WriteOptions): Promise<void> => {
  await mkdir(path.join(dir, 'annotations'), { recursive: true });
  for (const { name, fields } of splits) {
    const images = path.join(dir, 'images', name);
    await mkdir(images, { recursive: true });
    for (const field of fields) {
      signal?.throwIfAborted();
      await copyPicture(field.picture, path.join(images, field.file));
      onField?.();
    }
    await writeFile(path.join(dir, 'annotations', `${name}.json`), `${JSON.stringify(documentOf(fields, classes, facts))}\n`);
  }
};
