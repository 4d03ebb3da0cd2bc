import path from 'node:path';
import { baseName, damaged, filesOf, foldersOf, isFile, LIMITS, pathWithin, readText, readTextIfThere } from './bounded-read.ts';
import { type DatasetReader, type Field, type Mark, type ReadOptions, WHOLE, withLabels } from './dataset.ts';
import { mapBounded } from './map-bounded.ts';
import { PICTURE_NAME, pictureSize } from './picture-file.ts';

const REMEDY = 'correct this file, or take the field out of its ImageSets list';
const AT_ONCE = 16;

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const plainText = (text: string): string =>
  text.replaceAll(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[(name as string).toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex as string, 16) : Number(decimal);
    return code <= 0x10_ff_ff ? String.fromCodePoint(code) : whole;
  });

const element = (xml: string, name: string): string | undefined => {
  const text = new RegExp(`<${name}(?:\\s[^>]*)?>([^<]*)</${name}>`).exec(xml)?.[1];
  return text === undefined ? undefined : plainText(text.trim());
};

const numberOf = (xml: string, name: string, file: string): number => {
  const text = element(xml, name) ?? '';
  const value = text === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) throw damaged(file, `<${name}> is missing or not a number`, REMEDY);
  return value;
};

/** Width and height as the annotation says them; `undefined` where it leaves them out, or open with a 0. */
const saidSize = (head: string, file: string): { widthPx: number; heightPx: number } | undefined => {
  const [widthPx, heightPx] = ['width', 'height'].map((name) => (element(head, name) === undefined ? 0 : numberOf(head, name, file)));
  for (const side of [widthPx!, heightPx!])
    if (!Number.isInteger(side) || side < 0 || side > LIMITS.sidePx) throw damaged(file, `${side} px is no size of a picture`, REMEDY);
  return widthPx! > 0 && heightPx! > 0 ? { widthPx: widthPx!, heightPx: heightPx! } : undefined;
};

const markOf = (object: string, file: string): Mark => {
  const label = element(object, 'name') ?? '';
  if (label === '') throw damaged(file, 'an object has no name', REMEDY);
  return {
    label,
    box: [numberOf(object, 'xmin', file), numberOf(object, 'ymin', file), numberOf(object, 'xmax', file), numberOf(object, 'ymax', file)],
    ...(element(object, 'difficult') === '1' ? { difficult: true } : {}),
    ...(element(object, 'truncated') === '1' ? { truncated: true } : {}),
  };
};

/** The picture that an annotation names, or the one that has the annotation's own name. */
const findPicture = async (pictures: string, name: string, said: string | undefined): Promise<string> => {
  const wanted = said === undefined || said === '' ? `${name}.jpg` : baseName(said);
  if (await isFile(path.join(pictures, wanted))) return wanted;
  for (const extension of ['.jpg', '.jpeg', '.png', '.tif', '.tiff', '.webp', '.bmp', '.JPG', '.PNG'])
    if (await isFile(path.join(pictures, `${name}${extension}`))) return `${name}${extension}`;
  return PICTURE_NAME.test(wanted) ? wanted : `${name}.jpg`;
};

type Place = { readonly annotations: string; readonly pictures: string; readonly names: readonly string[] };

const readField = async ({ annotations, pictures }: Place, name: string): Promise<Field> => {
  const file = pathWithin(annotations, `${name}.xml`, annotations);
  const xml = (await readText(file, LIMITS.annotationBytes, 'annotation')).replaceAll(/<!--[\s\S]*?-->|<part>[\s\S]*?<\/part>/g, '');
  if (!/<annotation[\s>]/.test(xml)) throw damaged(file, 'not a Pascal VOC annotation', REMEDY);
  if (!xml.includes('</annotation>')) throw damaged(file, 'the annotation ends too early', REMEDY);
  const objects = [...xml.matchAll(/<object(?:\s[^>]*)?>([\s\S]*?)<\/object>/g)];
  if (objects.length > LIMITS.marksOfField) throw damaged(file, `more than ${LIMITS.marksOfField} boxes`, REMEDY);
  if (objects.length !== xml.split(/<object[\s>]/).length - 1) throw damaged(file, 'an <object> is not closed', REMEDY);
  const head = xml.replaceAll(/<object(?:\s[^>]*)?>[\s\S]*?<\/object>/g, '');
  const picture = await findPicture(pictures, name, element(head, 'filename'));
  const at = { path: path.join(pictures, picture) };
  return {
    file: picture,
    picture: at,
    annotation: file,
    ...(saidSize(head, file) ?? (await pictureSize(at))),
    marks: objects.map(([, object]) => markOf(object!, file)),
  };
};

const listsDir = (dir: string): string => path.join(dir, 'ImageSets', 'Main');

const readList = async (dir: string, split: string): Promise<string[][] | undefined> => {
  const file = pathWithin(listsDir(dir), `${split}.txt`, dir);
  const text = await readTextIfThere(file, LIMITS.documentBytes, 'list of fields');
  return text
    ?.split(/\r?\n/)
    .map((line) => line.trim().split(/\s+/))
    .filter(([name]) => name !== '');
};

/** Names in `ImageSets/Main/<split>.txt`; `undefined` where there is no such list. */
export const vocNames = async (dir: string, split: string): Promise<string[] | undefined> =>
  (await readList(dir, split))?.map(([name]) => name!);

/** The lists of fields, without those for one class (`cell_train.txt`) and those that others add up to (`trainval.txt`). */
const listedSplits = async (dir: string): Promise<string[]> => {
  const lists: { name: string; fields: Set<string> }[] = [];
  for (const file of (await filesOf(listsDir(dir))).filter((name) => name.endsWith('.txt'))) {
    const lines = (await readList(dir, file.slice(0, -4))) ?? [];
    if (lines.length === 0 || lines.every(([, sign]) => sign !== undefined && /^(-1|0|1)$/.test(sign))) continue;
    lists.push({ name: file.slice(0, -4), fields: new Set(lines.map(([name]) => name!)) });
  }
  return lists
    .filter((list) => {
      const parts = lists.filter((other) => other !== list && other.fields.size < list.fields.size && other.fields.isSubsetOf(list.fields));
      return parts.length < 2 || new Set(parts.flatMap((part) => [...part.fields])).size < list.fields.size;
    })
    .map((list) => list.name);
};

const annotationNames = async (dir: string): Promise<string[]> =>
  (await filesOf(dir)).filter((file) => file.endsWith('.xml')).map((file) => file.slice(0, -4));

const placeOf = async (dir: string, split: string): Promise<Place | undefined> => {
  const listed = await vocNames(dir, split);
  const usual = { annotations: path.join(dir, 'Annotations'), pictures: path.join(dir, 'JPEGImages') };
  if (listed !== undefined) return { ...usual, names: listed };
  if (split !== WHOLE) {
    const own = pathWithin(dir, split, dir);
    return { annotations: own, pictures: own, names: await annotationNames(own) };
  }
  const names = await annotationNames(usual.annotations);
  return names.length > 0 ? { ...usual, names } : { annotations: dir, pictures: dir, names: await annotationNames(dir) };
};

const splits = async (dir: string): Promise<string[]> => {
  const listed = await listedSplits(dir);
  if (listed.length > 0) return listed;
  if ((await annotationNames(path.join(dir, 'Annotations'))).length > 0) return [WHOLE];
  const folders: string[] = [];
  for (const folder of await foldersOf(dir)) if ((await annotationNames(path.join(dir, folder))).length > 0) folders.push(folder);
  if (folders.length > 0) return folders;
  return (await annotationNames(dir)).length > 0 ? [WHOLE] : [];
};

const read = async (dir: string, split: string, { onDamage, onField, signal }: ReadOptions) => {
  const place = await placeOf(dir, split);
  if (place === undefined || place.names.length === 0)
    throw damaged(
      path.join(listsDir(dir), `${split}.txt`),
      `no Pascal VOC split "${split}"`,
      'check the folder (it holds Annotations, ImageSets and JPEGImages) and the name of the split',
    );
  const found = await mapBounded(
    place.names,
    AT_ONCE,
    async (name) => {
      onField?.();
      return readField(place, name).catch((error) => {
        if (onDamage === undefined) throw error;
        onDamage(error);
      });
    },
    signal,
  );
  const fields = found.filter((field) => field !== undefined);
  const named = await readTextIfThere(path.join(dir, 'classes.txt'), LIMITS.annotationBytes, 'list of classes');
  const names = named?.split(/\r?\n/).filter((name) => name.trim() !== '') ?? [];
  return { classes: withLabels(names, fields), fields };
};

/**
 * Pascal VOC: `Annotations`, `JPEGImages` and the lists in `ImageSets/Main`; or annotations beside their pictures, in one folder for each split.
 * Corners are taken as they are written, with or without decimals. `classes.txt`, which is not of VOC, gives the order of the classes where it is there.
 */
export const vocReader: DatasetReader = { splits, read };
