import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { FaultError } from '../../domain/fault.ts';
import { readDataset, testNames } from '../datasets/read-dataset.ts';
import { resampleRgb } from '../runtime/resample.ts';
import { type Picture, type Raster, readPicture, readRaster } from '../train/picture.ts';
import { boxMasks, CELL_PLANE, NUCLEUS_PLANE } from './box-masks.ts';
import { insideDistance } from './distance-transform.ts';
import { createPlanes, type Planes, planeAt, setPlane } from './planes.ts';
import type { SegmentRecipe, SegmentSource } from './segment-recipe.ts';

/** A field with what is known of its pixels, both at the network's scale. */
export type SegmentField = { readonly name: string; readonly picture: Picture; readonly planes: Planes };

export type SegmentData = {
  readonly source: SegmentSource;
  readonly train: readonly SegmentField[];
  readonly validate: readonly SegmentField[];
};

const MASK = '_mask.png';

/** Share of all names that come before this one, by a hash: the same fields are held out whatever else is in the folder. */
export const nameShare = (name: string): number => createHash('sha256').update(name).digest().readUInt32BE(0) / 2 ** 32;

const planeIndex = (recipe: SegmentRecipe, source: SegmentSource, name: string): number => {
  const index = recipe.planes.indexOf(name);
  if (index < 0)
    throw new FaultError({
      kind: 'data',
      path: source.dir,
      what: `"${source.name}" names a plane "${name}" that the recipe lacks`,
      remedy: `its planes are ${recipe.planes.join(', ')}`,
    });
  return index;
};

const picturesOf = async (dir: string): Promise<string[]> => {
  const files = await readdir(dir).catch((cause: unknown) => {
    throw new FaultError({ kind: 'data', path: dir, what: 'the folder cannot be read', remedy: 'check its path' }, { cause });
  });
  const there = new Set(files);
  const named = files.filter((file) => /\.(jpe?g|png|bmp|tiff?|webp)$/i.test(file) && !file.endsWith(MASK)).sort();
  const kept = named.filter((file) => there.has(`${path.parse(file).name}${MASK}`));
  if (kept.length === 0)
    throw new FaultError({ kind: 'data', path: dir, what: 'no picture with a mask', remedy: `masks are called NAME${MASK}` });
  return kept;
};

const readMaskField = async (recipe: SegmentRecipe, source: SegmentSource, file: string): Promise<SegmentField> => {
  const { labels } = source;
  if (labels.kind !== 'masks') throw new Error('not a source of masks');
  const factor = source.umPerPx / recipe.umPerPx;
  const whole = await readRaster(file);
  const maskPath = path.join(path.dirname(file), `${path.parse(file).name}${MASK}`);
  const { data: grey, info } = await sharp(maskPath)
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch((cause: unknown) => {
      throw new FaultError({ kind: 'data', path: maskPath, what: 'the mask cannot be decoded', remedy: 'replace or remove it' }, { cause });
    });
  if (info.width !== whole.widthPx || info.height !== whole.heightPx)
    throw new FaultError({
      kind: 'data',
      path: maskPath,
      what: `a mask of ${info.width}×${info.height} for a picture of ${whole.widthPx}×${whole.heightPx}`,
      remedy: 'bring the mask that belongs to it',
    });
  const count = recipe.planes.length;
  const small = createPlanes(count, whole.widthPx, whole.heightPx);
  const byValue = new Map(
    Object.entries(labels.values).map(([value, names]) => [Number(value), names.map((name) => planeIndex(recipe, source, name))]),
  );
  const unknown = new Set(labels.unknown);
  for (let at = 0; at < grey.length; at++) {
    for (const plane of byValue.get(grey[at]!) ?? []) setPlane(small, plane, at, 255);
    if (!unknown.has(grey[at]!)) setPlane(small, count, at, 255);
  }
  if (labels.core !== undefined) {
    const { plane, of, insetUm } = labels.core;
    const [core, cell] = [planeIndex(recipe, source, plane), planeIndex(recipe, source, of)];
    const mask = Uint8Array.from(grey, (_, at) => planeAt(small, cell, at));
    const deep = insideDistance(mask, whole.widthPx, whole.heightPx);
    for (let at = 0; at < grey.length; at++) if (deep[at]! * source.umPerPx >= insetUm) setPlane(small, core, at, 255);
  }
  const sized = (raster: Raster): Raster => {
    const { data, widthPx, heightPx } = resampleRgb(raster, factor);
    return { data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), widthPx, heightPx };
  };
  const base = sized(whole);
  const name = path.parse(file).name;
  return {
    name,
    picture: { name, base, fine: factor < 1 ? whole : base, boxes: [] },
    planes: { count, rasters: small.rasters.map(sized) },
  };
};

const readMasks = async (recipe: SegmentRecipe, source: SegmentSource, dir: string): Promise<SegmentData> => {
  const { labels } = source;
  if (labels.kind !== 'masks') throw new Error('not a source of masks');
  const train: SegmentField[] = [];
  const validate: SegmentField[] = [];
  for (const file of await picturesOf(dir)) {
    const field = await readMaskField(recipe, source, path.join(dir, file));
    (nameShare(field.name) < labels.heldOut ? validate : train).push(field);
  }
  return { source, train, validate };
};

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

const readBoxes = async (recipe: SegmentRecipe, source: SegmentSource, dir: string): Promise<SegmentData> => {
  const { labels } = source;
  if (labels.kind !== 'boxes') throw new Error('not a source of boxes');
  const strange = recipe.planes.find((name) => name !== 'cell' && name !== 'nucleus');
  if (strange !== undefined)
    throw new FaultError({
      kind: 'data',
      path: dir,
      what: `boxes do not tell the plane "${strange}"`,
      remedy: 'their planes are cell and nucleus',
    });
  const test = new Set(await testNames(labels.format, dir));
  const nucleated = labels.nucleated.map((name) => labels.classes.indexOf(name));
  const read = async (splits: readonly string[]): Promise<SegmentField[]> => {
    const fields = (await Promise.all(splits.map((split) => readDataset(labels.format, dir, split, labels.classes)))).flat();
    const leaked = fields.find(({ name }) => test.has(name));
    if (leaked !== undefined)
      throw new FaultError({
        kind: 'data',
        path: path.join(dir, leaked.name),
        what: 'field of a test split among the training data',
        remedy: 'take it out',
      });
    const made: SegmentField[] = [];
    for (const field of fields) {
      const picture = await readPicture(field, (field.umPerPx ?? source.umPerPx) / recipe.umPerPx);
      made.push({ name: field.name, picture, planes: arranged(recipe, boxMasks(picture.base, picture.boxes, { nucleated })) });
    }
    return made;
  };
  const validate = await read(labels.validate);
  const heldOut = new Set(validate.map(({ name }) => name));
  return { source, train: (await read(labels.train)).filter(({ name }) => !heldOut.has(name)), validate };
};

/** Reads what a recipe trains on. Fields of a test split are refused, held-out ones never trained on. Faults: `data`. */
export const loadSegmentData = async (
  recipe: SegmentRecipe,
  dataRoot: string,
  progress: (line: string) => void,
): Promise<SegmentData[]> => {
  const loaded: SegmentData[] = [];
  for (const source of recipe.data) {
    const dir = path.resolve(dataRoot, source.dir);
    const data = await (source.labels.kind === 'masks' ? readMasks : readBoxes)(recipe, source, dir);
    progress(`${source.name}: ${data.train.length} fields to train on, ${data.validate.length} held out`);
    loaded.push(data);
  }
  const heldOut = new Set(loaded.flatMap(({ validate }) => validate.map(({ name }) => name)));
  return loaded.map((data) => ({ ...data, train: data.train.filter(({ name }) => !heldOut.has(name)) }));
};
