import path from 'node:path';
import { isFault } from '../../domain/fault.ts';
import type { Box } from '../../domain/geometry.ts';
import { baseName, damaged, filesOf, foldersOf, LIMITS, readText } from './bounded-read.ts';
import { type DatasetReader, type Field, type Mark, type ReadOptions, withLabels } from './dataset.ts';
import { parseLabelMap } from './label-map.ts';
import { pictureSize } from './picture-file.ts';
import { type FileRecord, readRecords } from './record-file.ts';
import { RECORD_DECIMALS, roundPixels } from './round-pixels.ts';
import { type Feature, readExample } from './tf-example.ts';

const RECORDS = /^(.+)\.(?:tfrecords?|record)(?:-\d{5}-of-\d{5})?$/;

type Features = ReadonlyMap<string, Feature>;

const textsOf = (features: Features, name: string): string[] => {
  const feature = features.get(name);
  return feature?.kind === 'bytes' ? feature.values.map((value) => Buffer.from(value).toString('utf8')) : [];
};

const numbersOf = (features: Features, name: string): readonly number[] => {
  const feature = features.get(name);
  return feature === undefined || feature.kind === 'bytes' ? [] : feature.values;
};

/** The files of each split, shards in order. */
const locate = async (dir: string): Promise<Map<string, string[]>> => {
  const found = new Map<string, string[]>();
  for (const file of await filesOf(dir)) {
    const name = RECORDS.exec(file)?.[1];
    if (name !== undefined) found.set(name, [...(found.get(name) ?? []), path.join(dir, file)]);
  }
  if (found.size > 0) return found;
  for (const folder of await foldersOf(dir)) {
    const files = (await filesOf(path.join(dir, folder))).filter((file) => RECORDS.test(file)).map((file) => path.join(dir, folder, file));
    if (files.length > 0) found.set(folder, files);
  }
  return found;
};

const labelMapOf = async (folders: readonly string[]): Promise<ReadonlyMap<number, string>> => {
  for (const folder of folders)
    for (const file of await filesOf(folder))
      if (file.endsWith('.pbtxt')) return parseLabelMap(await readText(path.join(folder, file), LIMITS.annotationBytes, 'label map'));
  return new Map();
};

const marksOf = (features: Features, widthPx: number, heightPx: number, names: ReadonlyMap<number, string>): Mark[] => {
  const sides = ['xmin', 'ymin', 'xmax', 'ymax'].map((side) => numbersOf(features, `image/object/bbox/${side}`));
  const count = sides[0]!.length;
  const labels = textsOf(features, 'image/object/class/text');
  const ids = numbersOf(features, 'image/object/class/label');
  if (sides.some((side) => side.length !== count) || (labels.length !== count && ids.length !== count))
    throw new Error('its lists of sides and classes differ in length');
  if (count > LIMITS.marksOfField) throw new Error(`it has more than ${LIMITS.marksOfField} boxes`);
  const difficult = numbersOf(features, 'image/object/difficult');
  const truncated = numbersOf(features, 'image/object/truncated');
  const crowd = numbersOf(features, 'image/object/is_crowd');
  return Array.from({ length: count }, (_, i): Mark => {
    const box = sides.map((side, axis) => roundPixels(side[i]! * (axis % 2 === 0 ? widthPx : heightPx), RECORD_DECIMALS));
    if (!box.every(Number.isFinite)) throw new Error(`box ${i + 1} is not made of numbers`);
    return {
      label: (labels.length === count ? labels[i] : names.get(ids[i]!)) || `class ${ids[i] ?? ''}`,
      box: box as unknown as Box,
      ...(crowd[i] === 1 ? { crowd: true } : {}),
      ...(difficult[i] === 1 ? { difficult: true } : {}),
      ...(truncated[i] === 1 ? { truncated: true } : {}),
    };
  });
};

const fieldOf = async (file: string, record: FileRecord, index: number, names: ReadonlyMap<number, string>): Promise<Field> => {
  const features = readExample(record.bytes);
  const encoded = features.get('image/encoded');
  const picture = encoded?.kind === 'bytes' ? encoded.values[0] : undefined;
  if (picture === undefined) throw new Error('it has no image/encoded');
  const start = record.start + (picture.byteOffset - record.bytes.byteOffset);
  const bytes = { path: file, range: { start, length: picture.length } };
  const said = [numbersOf(features, 'image/width')[0], numbersOf(features, 'image/height')[0]];
  const isSaid = said.every((side) => side !== undefined && Number.isInteger(side) && side > 0 && side <= LIMITS.sidePx);
  const { widthPx, heightPx } = isSaid ? { widthPx: said[0]!, heightPx: said[1]! } : await pictureSize(bytes);
  const extension = textsOf(features, 'image/format')[0] === 'png' ? 'png' : 'jpg';
  const called = [...textsOf(features, 'image/filename'), ...textsOf(features, 'image/source_id')]
    .map(baseName)
    .find((name) => name !== '');
  const name = called ?? `${String(index).padStart(6, '0')}.${extension}`;
  return {
    file: path.extname(name) === '' ? `${name}.${extension}` : name,
    picture: bytes,
    annotation: file,
    widthPx,
    heightPx,
    marks: marksOf(features, widthPx, heightPx, names),
  };
};

/** The records up to the first that is damaged, where somebody hears of the damage. */
async function* undamaged(file: string, onDamage: ReadOptions['onDamage']): AsyncGenerator<FileRecord> {
  try {
    yield* readRecords(file);
  } catch (error) {
    if (onDamage === undefined || !isFault(error)) throw error;
    onDamage(error);
  }
}

const read = async (dir: string, split: string, { onDamage, onField, signal }: ReadOptions) => {
  const files = (await locate(dir)).get(split);
  if (files === undefined)
    throw damaged(path.join(dir, `${split}.tfrecord`), `no TFRecord split "${split}"`, 'check the folder and the name of the split');
  const names = await labelMapOf([path.dirname(files[0]!), dir]);
  const fields: Field[] = [];
  for (const file of files) {
    let index = 0;
    for await (const record of undamaged(file, onDamage)) {
      signal?.throwIfAborted();
      if (fields.length >= LIMITS.fields) throw damaged(file, `more than ${LIMITS.fields} fields`);
      index++;
      onField?.();
      try {
        fields.push(await fieldOf(file, record, index, names));
      } catch (cause) {
        const why = cause instanceof Error ? cause.message : String(cause);
        const damage = damaged(file, `record ${index} is no labelled picture (${why})`, 'export the file again', cause);
        if (onDamage === undefined) throw damage;
        onDamage(damage);
      }
    }
  }
  if (fields.length === 0 && onDamage === undefined)
    throw damaged(files[0]!, 'no picture is in the file', 'export it again, with its pictures');
  const listed = [...names].sort(([a], [b]) => a - b).map(([, name]) => name);
  return { classes: withLabels(listed, fields), fields };
};

/**
 * TFRecord with the features of the TensorFlow Object Detection API: `<split>.tfrecord`, also in shards, or `<split>/*.tfrecord`; the label map
 * (`*.pbtxt`) beside it. Sides are 32-bit fractions of the picture, so corners are rounded to a thousandth of a pixel. Pictures stay in the file.
 */
export const tfrecordReader: DatasetReader = { splits: async (dir) => [...(await locate(dir)).keys()], read };
