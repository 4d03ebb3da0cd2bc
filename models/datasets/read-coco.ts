import path from 'node:path';
import { z } from 'zod';
import { damaged, filesOf, foldersOf, isFile, LIMITS, pathWithin, readText, readTextIfThere } from './bounded-read.ts';
import { type DatasetReader, type Field, type Mark, type ReadOptions, WHOLE } from './dataset.ts';
import { roundPixels, TEXT_DECIMALS } from './round-pixels.ts';

const side = z.int().positive().max(LIMITS.sidePx);
const flag = z.union([z.boolean(), z.literal(0), z.literal(1)]).optional();
const outline = z.union([
  z.array(z.array(z.number())),
  z.object({ counts: z.union([z.string(), z.array(z.int().nonnegative())]), size: z.tuple([side, side]) }),
]);

const cocoDocument = z.object({
  info: z
    .object({ description: z.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
  licenses: z
    .array(z.object({ name: z.string() }))
    .optional()
    .catch(undefined),
  images: z.array(z.object({ id: z.int(), file_name: z.string().min(1).max(1000), width: side, height: side })).max(LIMITS.fields),
  categories: z.array(z.object({ id: z.int(), name: z.string().min(1) })).max(10_000),
  annotations: z.array(
    z.object({
      image_id: z.int(),
      category_id: z.int(),
      bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]),
      segmentation: outline.optional().catch(undefined),
      area: z.number().nonnegative().optional().catch(undefined),
      iscrowd: flag,
      attributes: z.object({ difficult: flag, truncated: flag }).optional().catch(undefined),
    }),
  ),
});

type CocoDocument = z.infer<typeof cocoDocument>;
type Annotation = CocoDocument['annotations'][number];

const parse = async (file: string): Promise<CocoDocument> => {
  const text = await readText(file, LIMITS.documentBytes, 'COCO document');
  try {
    return cocoDocument.parse(JSON.parse(text));
  } catch (cause) {
    const issue = cause instanceof z.ZodError ? `: ${cause.issues[0]?.path.join('.')} ${cause.issues[0]?.message}` : '';
    throw damaged(file, `not a COCO detection document${issue}`, 'export it again', cause);
  }
};

/** Documents of a COCO set that hold something else than boxes. */
const OTHER = /^(captions|person_keypoints|stuff|panoptic|image_info)_/;
/** Documents that lie beside the pictures or in the folder itself. */
const LOOSE = /coco|annotation|instances|^(train|val|valid|test|result|labels)\.json$/i;

const documentsOf = async (dir: string): Promise<string[]> =>
  (await filesOf(dir)).filter((file) => file.endsWith('.json') && !OTHER.test(file));

/** The document of each split. */
const locate = async (dir: string): Promise<Map<string, string>> => {
  const annotations = path.join(dir, 'annotations');
  const usual = await documentsOf(annotations);
  if (usual.length > 0) return new Map(usual.map((file) => [file.slice(0, -5).replace(/^instances_/, ''), path.join(annotations, file)]));
  const own = new Map<string, string>();
  for (const folder of await foldersOf(dir)) {
    const [file, another] = (await documentsOf(path.join(dir, folder))).filter((name) => LOOSE.test(name));
    if (file !== undefined && another === undefined) own.set(folder, path.join(dir, folder, file));
  }
  if (own.size > 0) return own;
  const loose = (await documentsOf(dir)).filter((name) => LOOSE.test(name));
  return new Map(loose.map((file) => [loose.length === 1 ? WHOLE : file.slice(0, -5).replace(/^instances_/, ''), path.join(dir, file)]));
};

/** The folder that `file_name` counts from: the first of the usual ones that has the first picture. */
const pictureFolder = async (dir: string, split: string, file: string, names: readonly string[]): Promise<string> => {
  const images = path.join(dir, 'images');
  const usual = [path.join(images, split), images, path.join(dir, split), path.dirname(file), path.join(path.dirname(file), 'images'), dir];
  for (const name of names.slice(0, 5)) for (const folder of usual) if (await isFile(pathWithin(folder, name, file))) return folder;
  return images;
};

const isSet = (value: boolean | number | undefined): boolean => value === 1 || value === true;

const markOf = ({ bbox: [x, y, width, height], ...annotation }: Annotation, label: string): Mark => {
  const { segmentation, area, iscrowd, attributes } = annotation;
  const isEmpty = segmentation === undefined || (Array.isArray(segmentation) && segmentation.length === 0);
  const far = (value: number): number => roundPixels(value, TEXT_DECIMALS);
  return {
    label,
    box: [x, y, far(x + width), far(y + height)],
    ...(isEmpty ? {} : { outline: segmentation }),
    ...(isEmpty || area === undefined ? {} : { areaPx2: area }),
    ...(isSet(iscrowd) ? { crowd: true } : {}),
    ...(isSet(attributes?.difficult) ? { difficult: true } : {}),
    ...(isSet(attributes?.truncated) ? { truncated: true } : {}),
  };
};

const read = async (dir: string, split: string, { onDamage, onField, signal }: ReadOptions) => {
  const usual = path.join(dir, 'annotations', `${split}.json`);
  const file = (await locate(dir)).get(split);
  if (file === undefined) throw damaged(usual, `no COCO split "${split}"`, 'check the folder and the name of the split');
  const document = await parse(file);
  signal?.throwIfAborted();
  if (document.images.length === 0) throw damaged(file, 'no picture is listed', 'export it again, with its pictures');
  const labels = new Map(document.categories.map(({ id, name }) => [id, name]));
  const marks = new Map<number, Mark[]>(document.images.map(({ id }) => [id, []]));
  const complain = (what: string): void => {
    const damage = damaged(file, what, 'export it again');
    if (onDamage === undefined) throw damage;
    onDamage(damage);
  };
  for (const annotation of document.annotations) {
    const { image_id, category_id } = annotation;
    const label = labels.get(category_id) ?? (onDamage === undefined ? undefined : `class ${category_id}`);
    const list = marks.get(image_id);
    if (label === undefined) complain(`category ${category_id} is not listed`);
    else if (list === undefined) complain(`a box belongs to picture ${image_id}, which is not listed`);
    else if (list.length >= LIMITS.marksOfField) complain(`picture ${image_id} has more than ${LIMITS.marksOfField} boxes`);
    else list.push(markOf(annotation, label));
  }
  const folder = await pictureFolder(
    dir,
    split,
    file,
    document.images.map((image) => image.file_name),
  );
  const fields = document.images.map((image): Field => {
    onField?.();
    const where = pathWithin(folder, image.file_name, file);
    const name = image.file_name.replaceAll('\\', '/');
    return {
      file: name,
      picture: { path: where },
      annotation: file,
      widthPx: image.width,
      heightPx: image.height,
      marks: marks.get(image.id)!,
    };
  });
  const classes = [...document.categories].sort((a, b) => a.id - b.id).map(({ name }) => name);
  return { classes: [...new Set([...classes, ...fields.flatMap((field) => field.marks.map((mark) => mark.label))])], fields };
};

/** Source and licence as a COCO document says them. */
export const cocoFacts = async (dir: string): Promise<{ source?: string | undefined; licence?: string | undefined }> => {
  const file = [...(await locate(dir)).values()][0];
  if (file === undefined || (await readTextIfThere(file, LIMITS.documentBytes, 'COCO document')) === undefined) return {};
  const { info, licenses } = await parse(file);
  return { source: info?.description, licence: licenses?.map(({ name }) => name).join('; ') || undefined };
};

/**
 * COCO detection: `annotations/<split>.json` (or `instances_<split>.json`) with the pictures in `images/`, `images/<split>/` or `<split>/`; or a
 * document beside the pictures. Outlines, crowds and areas are kept. Corners are rounded to a millionth of a pixel.
 */
export const cocoReader: DatasetReader = { splits: async (dir) => [...(await locate(dir)).keys()], read };
