import path from 'node:path';
import { damaged } from '../datasets/bounded-read.ts';
import { readDataset, testNames } from '../datasets/read-dataset.ts';
import { readPicture } from '../train/picture.ts';
import { boxMasks, CELL_PLANE, NUCLEUS_PLANE } from './box-masks.ts';
import { createPlanes, type Planes, planeAt, setPlane } from './planes.ts';
import { type FieldOnDisk, type FieldsOnDisk, holdOut } from './segment-field.ts';
import type { BoxLabels, SegmentRecipe, SegmentSource } from './segment-recipe.ts';

/** The planes of boxes, in the order of the recipe's; those that boxes do not tell are known nowhere. */
const arranged = (recipe: SegmentRecipe, made: Planes): Planes => {
  if (recipe.planes.length === 2 && recipe.planes[CELL_PLANE] === 'cell' && recipe.planes[NUCLEUS_PLANE] === 'nucleus') return made;
  const { widthPx, heightPx } = made.rasters[0]!;
  const planes = createPlanes(recipe.planes.length, widthPx, heightPx);
  const from = new Map([
    ['cell', CELL_PLANE],
    ['nucleus', NUCLEUS_PLANE],
  ]);
  for (let at = 0; at < widthPx * heightPx; at++) {
    for (const [plane, name] of recipe.planes.entries())
      setPlane(planes, plane, at, from.has(name) ? planeAt(made, from.get(name)!, at) : 0);
    setPlane(planes, recipe.planes.length, at, planeAt(made, made.count, at));
  }
  return planes;
};

/** Fields with boxes alone; outlines are made from their pictures. Faults: `data` where a test field is among them, or a plane is none that boxes tell. */
export const openBoxes = async (recipe: SegmentRecipe, source: SegmentSource, labels: BoxLabels, dir: string): Promise<FieldsOnDisk> => {
  const strange = recipe.planes.find((name) => name !== 'cell' && name !== 'nucleus');
  if (strange !== undefined) throw damaged(dir, `boxes do not tell the plane "${strange}"`, 'their planes are cell and nucleus');
  const test = new Set(await testNames(labels.format, dir));
  const nucleated = labels.nucleated.map((name) => labels.classes.indexOf(name));
  const read = async (splits: readonly string[]): Promise<FieldOnDisk[]> => {
    const fields = (await Promise.all(splits.map((split) => readDataset(labels.format, dir, split, labels.classes)))).flat();
    const leaked = fields.find(({ name }) => test.has(name));
    if (leaked !== undefined)
      throw damaged(path.join(dir, leaked.name), 'field of a test split among the training data', 'take it out of the training splits');
    return fields.map((field) => ({
      name: field.name,
      load: async () => {
        const picture = await readPicture(field, (field.umPerPx ?? source.umPerPx) / recipe.umPerPx);
        return { name: field.name, picture, planes: arranged(recipe, boxMasks(picture.base, picture.boxes, { nucleated })) };
      },
    }));
  };
  const validate = await read(labels.validate);
  const train = await read(labels.train);
  if (validate.length === 0) return holdOut(train, labels.heldOut);
  const heldOut = new Set(validate.map(({ name }) => name));
  return { train: train.filter(({ name }) => !heldOut.has(name)), validate };
};
