import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { FaultError } from '../../domain/fault.ts';
import type { LabelledField } from './labelled-field.ts';

const cocoDocument = z.object({
  images: z.array(z.object({ id: z.int(), file_name: z.string().min(1), width: z.int().positive(), height: z.int().positive() })),
  categories: z.array(z.object({ id: z.int(), name: z.string() })),
  annotations: z.array(
    z.object({ image_id: z.int(), category_id: z.int(), bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]) }),
  ),
});

/** Reads `annotations/<split>.json` (COCO detection) with the pictures in `images/` or `images/<split>/`, as `file_name` says. Faults: `data`. */
export const readCoco = async (dir: string, split: string, classes: readonly string[]): Promise<LabelledField[]> => {
  const file = path.join(dir, 'annotations', `${split}.json`);
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new FaultError(
      { kind: 'data', path: file, what: `no COCO split "${split}"`, remedy: 'check the folder and the name of the split' },
      { cause },
    );
  });
  let parsed: z.infer<typeof cocoDocument>;
  try {
    parsed = cocoDocument.parse(JSON.parse(text));
  } catch (cause) {
    throw new FaultError({ kind: 'data', path: file, what: 'not a COCO detection document', remedy: 'export it again' }, { cause });
  }
  const classIndexes = new Map(
    parsed.categories.map(({ id, name }) => {
      const index = classes.indexOf(name);
      if (index === -1)
        throw new FaultError({
          kind: 'data',
          path: file,
          what: `class "${name}" is none of ${classes.join(', ')}`,
          remedy: 'rename or remove it',
        });
      return [id, index];
    }),
  );
  return parsed.images.map((image) => ({
    name: path.parse(image.file_name).name,
    imagePath: path.join(dir, 'images', image.file_name),
    widthPx: image.width,
    heightPx: image.height,
    boxes: parsed.annotations
      .filter((annotation) => annotation.image_id === image.id)
      .map(({ category_id, bbox: [x, y, width, height] }) => ({
        classIndex: classIndexes.get(category_id) ?? 0,
        box: [x, y, x + width, y + height],
      })),
  }));
};
