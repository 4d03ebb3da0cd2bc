import sharp from 'sharp';
import { damaged, LIMITS } from '../datasets/bounded-read.ts';
import { mapBounded } from '../datasets/map-bounded.ts';
import { readRaster } from '../train/picture.ts';
import { insideDistance } from './distance-transform.ts';
import { findMaskPairs, type MaskPair } from './mask-pairs.ts';
import { createPlanes, type Planes, planeAt, setPlane } from './planes.ts';
import { type FieldOnDisk, type FieldsOnDisk, holdOut, planeIndex, type SegmentField, scaledField } from './segment-field.ts';
import type { MaskLabels, SegmentRecipe, SegmentSource } from './segment-recipe.ts';

/** A mask whose pixels have colours that nobody named, more than this share of them, is not what the recipe speaks of. */
const MOST_STRANGE = 0.02;
const AT_ONCE = 8;

const sizeOf = async (file: string): Promise<{ widthPx: number; heightPx: number }> => {
  const { width, height } = await sharp(file, { limitInputPixels: LIMITS.pixels })
    .metadata()
    .catch((cause: unknown) => {
      throw damaged(file, 'picture cannot be decoded', 'replace or remove it', cause);
    });
  return { widthPx: width, heightPx: height };
};

/** Looks at the sizes alone: a set is refused before hours are spent on it. */
const needSameSize = async ({ picture, mask }: MaskPair): Promise<void> => {
  const [own, its] = [await sizeOf(picture), await sizeOf(mask)];
  if (own.widthPx === its.widthPx && own.heightPx === its.heightPx) return;
  const sizes = `a mask of ${its.widthPx}×${its.heightPx} for a picture of ${own.widthPx}×${own.heightPx}`;
  throw damaged(mask, sizes, 'bring the mask that belongs to it');
};

/** Planes of each value of a mask, `undefined` where nobody vouches for it. */
type Meaning = (red: number, green: number, blue: number) => readonly number[] | undefined;

const hex = (red: number, green: number, blue: number): string =>
  `#${[red, green, blue].map((value) => value.toString(16).padStart(2, '0')).join('')}`;

const meaningOf = (recipe: SegmentRecipe, source: SegmentSource, labels: MaskLabels): { meaning: Meaning; isColoured: boolean } => {
  const indexes = (names: readonly string[]): number[] => names.map((name) => planeIndex(recipe, source, name));
  if (labels.colours !== undefined) {
    const byColour = new Map(
      Object.entries(labels.colours).map(([colour, names]) => [Number.parseInt(colour.slice(1), 16), indexes(names)]),
    );
    return { isColoured: true, meaning: (red, green, blue) => byColour.get((red << 16) | (green << 8) | blue) };
  }
  const byValue = new Map(Object.entries(labels.values).map(([value, names]) => [Number(value), indexes(names)]));
  const unknown = new Set(labels.unknown);
  return { isColoured: false, meaning: (grey) => (unknown.has(grey) ? undefined : (byValue.get(grey) ?? [])) };
};

/** Lays a plane of what lies deep enough within the pieces of another one. */
const addCore = (planes: Planes, core: number, cell: number, leastPx: number): void => {
  const { widthPx, heightPx } = planes.rasters[0]!;
  const mask = Uint8Array.from({ length: widthPx * heightPx }, (_, at) => planeAt(planes, cell, at));
  const deep = insideDistance(mask, widthPx, heightPx);
  for (let at = 0; at < mask.length; at++) if (deep[at]! >= leastPx) setPlane(planes, core, at, 255);
};

const readPair = async (recipe: SegmentRecipe, source: SegmentSource, labels: MaskLabels, pair: MaskPair): Promise<SegmentField> => {
  const whole = await readRaster(pair.picture);
  const { meaning, isColoured } = meaningOf(recipe, source, labels);
  const mask = isColoured ? sharp(pair.mask).removeAlpha().toColourspace('srgb') : sharp(pair.mask).greyscale();
  const { data, info } = await mask
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch((cause: unknown) => {
      throw damaged(pair.mask, 'the mask cannot be decoded', 'replace or remove it', cause);
    });
  const { channels } = info;
  const count = recipe.planes.length;
  const planes = createPlanes(count, whole.widthPx, whole.heightPx);
  const pixels = whole.widthPx * whole.heightPx;
  let strange = 0;
  let example = '';
  for (let at = 0; at < pixels; at++) {
    const from = at * channels;
    const belongs = meaning(data[from]!, data[from + 1]!, data[from + 2]!);
    if (belongs === undefined) {
      strange++;
      if (example === '' && isColoured) example = hex(data[from]!, data[from + 1]!, data[from + 2]!);
      continue;
    }
    setPlane(planes, count, at, 255);
    for (const plane of belongs) setPlane(planes, plane, at, 255);
  }
  if (isColoured && strange > MOST_STRANGE * pixels)
    throw damaged(
      pair.mask,
      `${Math.round((strange / pixels) * 100)} % of the mask has colours that "${source.name}" does not name, such as ${example}`,
      'name them in the recipe; masks must be PNG, not JPEG',
    );
  if (labels.core !== undefined) {
    const { plane, of, insetUm } = labels.core;
    addCore(planes, planeIndex(recipe, source, plane), planeIndex(recipe, source, of), insetUm / source.umPerPx);
  }
  return scaledField(pair.name, whole, planes, source.umPerPx / recipe.umPerPx);
};

/** Fields whose masks lie in files, as grey values or colours. Faults: `data` where a mask is missing, damaged or not of its picture's size. */
export const openMasks = async (recipe: SegmentRecipe, source: SegmentSource, labels: MaskLabels, dir: string): Promise<FieldsOnDisk> => {
  let withoutMask = 0;
  const read = async (split?: string): Promise<FieldOnDisk[]> => {
    const found = await findMaskPairs(dir, split);
    withoutMask += found.withoutMask;
    await mapBounded(found.pairs, AT_ONCE, needSameSize);
    return found.pairs.map((pair) => ({ name: pair.name, load: () => readPair(recipe, source, labels, pair) }));
  };
  const readAll = async (splits: readonly string[]): Promise<FieldOnDisk[]> => (await Promise.all(splits.map(read))).flat();
  meaningOf(recipe, source, labels);
  const fields =
    labels.train === undefined
      ? holdOut(await read(), labels.heldOut)
      : { train: await readAll(labels.train), validate: await readAll(labels.validate) };
  return withoutMask === 0 ? fields : { ...fields, left: `${withoutMask} pictures without a mask are left out` };
};
