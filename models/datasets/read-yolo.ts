import path from 'node:path';
import type { Box } from '../../domain/geometry.ts';
import { damaged, filesOf, foldersOf, LIMITS, pathWithin, readTextIfThere } from './bounded-read.ts';
import { yamlNames } from './class-names.ts';
import { type DatasetReader, type Field, type Mark, type ReadOptions, WHOLE, withLabels } from './dataset.ts';
import { mapBounded } from './map-bounded.ts';
import { PICTURE_NAME, pictureSize } from './picture-file.ts';
import { roundPixels, TEXT_DECIMALS } from './round-pixels.ts';

const AT_ONCE = 16;

type Naming = (id: number) => string | undefined;
type Place = { readonly pictures: string; readonly labels: string; readonly files: readonly string[] };

const pixels = (value: number): number => roundPixels(value, TEXT_DECIMALS);

/** `class x y width height`, with a score behind it that is left out, or `class` and an outline `x y x y x y …`: fractions of the picture. */
const parseLine = (line: string, widthPx: number, heightPx: number, nameOf: Naming, file: string): Mark => {
  const [id, ...values] = line.split(/\s+/).map(Number);
  const label = nameOf(id!);
  const isBox = values.length === 4 || values.length === 5;
  if (label === undefined || !values.every(Number.isFinite) || !(isBox || (values.length >= 6 && values.length % 2 === 0)))
    throw damaged(
      file,
      `"${line.slice(0, 60)}" is not a YOLO line`,
      'write class (a number that the set names) and centre x, centre y, width, height as fractions',
    );
  if (isBox) {
    const [x, y, width, height] = values as [number, number, number, number];
    const corners = [(x - width / 2) * widthPx, (y - height / 2) * heightPx, (x + width / 2) * widthPx, (y + height / 2) * heightPx];
    return { label, box: corners.map(pixels) as unknown as Box };
  }
  const outline = values.map((value, i) => pixels(value * (i % 2 === 0 ? widthPx : heightPx)));
  const along = (odd: number): number[] => outline.filter((_, i) => i % 2 === odd);
  const [xs, ys] = [along(0), along(1)];
  const least = (list: number[]): number => list.reduce((a, b) => Math.min(a, b));
  const most = (list: number[]): number => list.reduce((a, b) => Math.max(a, b));
  return { label, box: [least(xs), least(ys), most(xs), most(ys)], outline: [outline] };
};

const readField = async ({ pictures, labels }: Place, image: string, nameOf: Naming, onDamage: ReadOptions['onDamage']): Promise<Field> => {
  const picture = { path: path.join(pictures, image) };
  const file = path.join(labels, `${image.replace(PICTURE_NAME, '')}.txt`);
  // The picture's header alone; a field without cells may have no file of labels.
  const size = await pictureSize(picture).catch((error) => {
    if (onDamage === undefined) throw error;
  });
  if (size === undefined) return { file: image, picture, annotation: file, widthPx: 0, heightPx: 0, marks: [] };
  const { widthPx, heightPx } = size;
  const lines = ((await readTextIfThere(file, LIMITS.annotationBytes, 'labels')) ?? '').split(/\r?\n/).filter((line) => line.trim() !== '');
  if (lines.length > LIMITS.marksOfField) throw damaged(file, `more than ${LIMITS.marksOfField} boxes`);
  return {
    file: image,
    picture,
    annotation: file,
    widthPx,
    heightPx,
    marks: lines.map((line) => parseLine(line.trim(), widthPx, heightPx, nameOf, file)),
  };
};

const picturesOf = async (dir: string): Promise<string[]> => (await filesOf(dir)).filter((file) => PICTURE_NAME.test(file));

/** Pictures that have a file of labels beside them. */
const labelledPictures = async (dir: string): Promise<string[]> => {
  const files = new Set(await filesOf(dir));
  return [...files].filter((file) => PICTURE_NAME.test(file) && files.has(`${file.replace(PICTURE_NAME, '')}.txt`));
};

const placeOf = async (dir: string, split: string): Promise<Place> => {
  const [images, labels] = [path.join(dir, 'images'), path.join(dir, 'labels')];
  const own = pathWithin(dir, split, dir);
  const places: [pictures: string, labels: string][] = [
    [path.join(images, split), path.join(labels, split)],
    ...(split === WHOLE
      ? [[images, labels] as [string, string]]
      : [[path.join(own, 'images'), path.join(own, 'labels')] as [string, string]]),
  ];
  for (const [pictures, texts] of places) {
    const files = await picturesOf(pictures);
    if (files.length > 0) return { pictures, labels: texts, files };
  }
  return { pictures: dir, labels: dir, files: split === WHOLE ? await labelledPictures(dir) : [] };
};

/** Names of the pictures of a split; `undefined` where there is none. */
export const yoloNames = async (dir: string, split: string): Promise<readonly string[] | undefined> => {
  const { files } = await placeOf(dir, split);
  return files.length === 0 ? undefined : files;
};

const splits = async (dir: string): Promise<string[]> => {
  const folders = new Set(await foldersOf(dir));
  if (folders.has('images') && folders.has('labels')) {
    const labelled = await foldersOf(path.join(dir, 'labels'));
    const inside = (await foldersOf(path.join(dir, 'images'))).filter((name) => labelled.includes(name));
    return inside.length > 0 ? inside : [WHOLE];
  }
  const own: string[] = [];
  for (const folder of folders) {
    const inside = await foldersOf(path.join(dir, folder));
    if (inside.includes('images') && inside.includes('labels')) own.push(folder);
  }
  if (own.length > 0) return own;
  return (await labelledPictures(dir)).length > 0 ? [WHOLE] : [];
};

/** Names by class id: `data.yaml`, `classes.txt`, else `undefined`. */
const folderNames = async (dir: string): Promise<ReadonlyMap<number, string> | undefined> => {
  for (const file of (await filesOf(dir)).filter((name) => /\.ya?ml$/i.test(name))) {
    const names = yamlNames(
      await readTextIfThere(path.join(dir, file), LIMITS.annotationBytes, 'list of classes').then((text) => text ?? ''),
    );
    if (names !== undefined) return names;
  }
  const listed = await readTextIfThere(path.join(dir, 'classes.txt'), LIMITS.annotationBytes, 'list of classes');
  return listed === undefined
    ? undefined
    : new Map([
        ...listed
          .trim()
          .split(/\s*\r?\n\s*/)
          .entries(),
      ]);
};

const read = async (dir: string, split: string, { classes, onDamage, onField, signal }: ReadOptions) => {
  const place = await placeOf(dir, split);
  if (place.files.length === 0)
    throw damaged(
      path.join(dir, 'images', split),
      `no YOLO split "${split}"`,
      'check the folder (it holds images/<split> and labels/<split>) and the name of the split',
    );
  const names = (await folderNames(dir)) ?? (classes === undefined ? undefined : new Map(classes.entries()));
  const nameOf: Naming = (id) => {
    if (!Number.isInteger(id) || id < 0) return undefined;
    // To whoever looks for damage a number without a name is an unknown label; others cannot go on with it.
    return names === undefined ? `class ${id}` : (names.get(id) ?? (onDamage === undefined ? undefined : `class ${id}`));
  };
  const found = await mapBounded(
    place.files,
    AT_ONCE,
    async (file) => {
      onField?.();
      return readField(place, file, nameOf, onDamage).catch((error) => {
        if (onDamage === undefined) throw error;
        onDamage(error);
      });
    },
    signal,
  );
  const fields = found.filter((field) => field !== undefined);
  const ordered = [...(names ?? [])].sort(([a], [b]) => a - b).map(([, name]) => name);
  const numbered = names === undefined ? withLabels([], fields).sort((a, b) => Number(a.slice(6)) - Number(b.slice(6))) : ordered;
  return { classes: withLabels(numbered, fields), fields };
};

/**
 * YOLO text: `images/<split>` with `labels/<split>`, or `<split>/images` with `<split>/labels`, or pictures and texts in one folder; class names in
 * `data.yaml`. Outlines are read with the box around them. Corners are rounded to a millionth of a pixel.
 */
export const yoloReader: DatasetReader = { splits, read };
