import path from 'node:path';
import { damaged } from '../datasets/bounded-read.ts';
import { type Field, fieldName } from '../datasets/dataset.ts';
import { needFolder, readerOf } from '../datasets/open-dataset.ts';
import { testNames } from '../datasets/read-dataset.ts';
import { readRaster } from '../train/picture.ts';
import { fillOutline } from './fill-outline.ts';
import { createPlanes, setPlane } from './planes.ts';
import { type FieldOnDisk, type FieldsOnDisk, holdOut, planeIndex, type SegmentField, scaledField } from './segment-field.ts';
import type { OutlineLabels, SegmentRecipe, SegmentSource } from './segment-recipe.ts';

const readField = async (
  recipe: SegmentRecipe,
  source: SegmentSource,
  field: Field,
  planesOf: (label: string) => readonly number[],
): Promise<SegmentField> => {
  const whole = await readRaster(field.picture.path);
  const { widthPx, heightPx } = whole;
  if (widthPx !== field.widthPx || heightPx !== field.heightPx)
    throw damaged(
      field.picture.path,
      `picture of ${widthPx}×${heightPx} pixels, outlined as one of ${field.widthPx}×${field.heightPx}`,
      'bring the picture that was outlined, or correct its labels',
    );
  const count = recipe.planes.length;
  const planes = createPlanes(count, widthPx, heightPx);
  for (let at = 0; at < widthPx * heightPx; at++) setPlane(planes, count, at, 255);
  const open: number[] = [];
  for (const { label, box, outline, crowd } of field.marks) {
    const data = new Uint8Array(widthPx * heightPx);
    if (outline !== undefined && !fillOutline({ data, widthPx, heightPx }, outline))
      throw damaged(field.annotation, `an outline of ${label} in ${field.file} cannot be read`, 'export it again');
    const isDrawn = outline !== undefined && !crowd;
    // Nobody says where in its box a cell without an outline lies, nor where one of a crowd ends.
    if (outline === undefined)
      for (let y = Math.max(0, Math.floor(box[1])); y < Math.min(heightPx, Math.ceil(box[3])); y++)
        data.fill(255, y * widthPx + Math.max(0, Math.floor(box[0])), y * widthPx + Math.max(0, Math.min(widthPx, Math.ceil(box[2]))));
    const belongs = isDrawn ? planesOf(label) : [];
    for (let at = 0; at < data.length; at++) {
      if (data[at] === 0) continue;
      if (!isDrawn) open.push(at);
      for (const plane of belongs) setPlane(planes, plane, at, 255);
    }
  }
  for (const at of open) setPlane(planes, count, at, 0);
  return scaledField(fieldName(field), whole, planes, source.umPerPx / recipe.umPerPx);
};

/** Fields outlined in COCO documents. Faults: `data` where a label or an outline cannot be understood, or a test field is among them. */
export const openOutlines = async (
  recipe: SegmentRecipe,
  source: SegmentSource,
  labels: OutlineLabels,
  dir: string,
): Promise<FieldsOnDisk> => {
  await needFolder(dir);
  const byLabel = new Map(
    Object.entries(labels.classes).map(([label, names]) => [label, names.map((name) => planeIndex(recipe, source, name))]),
  );
  const test = new Set(await testNames('coco', dir));
  const read = async (split: string): Promise<FieldOnDisk[]> => {
    const { fields } = await readerOf('coco').read(dir, split, {});
    return fields.map((field) => {
      if (test.has(fieldName(field)))
        throw damaged(path.join(dir, field.file), 'field of a test split among the training data', 'take it out of the training splits');
      const strange = field.marks.find(({ label }) => !byLabel.has(label));
      if (strange !== undefined)
        throw damaged(field.annotation, `class "${strange.label}" is none of ${[...byLabel.keys()].join(', ')}`, 'name it in the recipe');
      return { name: fieldName(field), load: () => readField(recipe, source, field, (label) => byLabel.get(label)!) };
    });
  };
  const readAll = async (splits: readonly string[]): Promise<FieldOnDisk[]> => (await Promise.all(splits.map(read))).flat();
  const validate = await readAll(labels.validate);
  const train = await readAll(labels.train);
  return validate.length === 0 ? holdOut(train, labels.heldOut) : { train, validate };
};
