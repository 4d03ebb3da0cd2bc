import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { FaultError } from '../../domain/fault.ts';
import type { LabelledBox, LabelledField } from './labelled-field.ts';

const IMAGE = /\.(jpe?g|png|bmp|tiff?|webp)$/i;

const parseLine = (line: string, widthPx: number, heightPx: number, classes: number, file: string): LabelledBox => {
  const [id, x, y, width, height] = line.split(/\s+/).map(Number) as [number, number, number, number, number];
  if (![id, x, y, width, height].every(Number.isFinite) || !Number.isInteger(id) || id < 0 || id >= classes)
    throw new FaultError({
      kind: 'data',
      path: file,
      what: `"${line.slice(0, 60)}" is not a YOLO line`,
      remedy: `write class (0 to ${classes - 1}) and centre x, centre y, width, height as fractions`,
    });
  return {
    classIndex: id,
    box: [(x - width / 2) * widthPx, (y - height / 2) * heightPx, (x + width / 2) * widthPx, (y + height / 2) * heightPx],
  };
};

const readField = async (dir: string, split: string, image: string, classes: number): Promise<LabelledField> => {
  const name = image.replace(IMAGE, '');
  const imagePath = path.join(dir, 'images', split, image);
  const file = path.join(dir, 'labels', split, `${name}.txt`);
  // The picture's header alone; a field without cells may have no file of labels.
  const { width, height } = await sharp(imagePath)
    .metadata()
    .catch((cause: unknown) => {
      throw new FaultError({ kind: 'data', path: imagePath, what: 'picture cannot be read', remedy: 'replace or remove it' }, { cause });
    });
  const text = await readFile(file, 'utf8').catch(() => '');
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  return {
    name,
    imagePath,
    widthPx: width,
    heightPx: height,
    boxes: lines.map((line) => parseLine(line.trim(), width, height, classes, file)),
  };
};

/** Names in `images/<split>`; `undefined` where there is no such folder. */
export const yoloNames = async (dir: string, split: string): Promise<string[] | undefined> => {
  const files = await readdir(path.join(dir, 'images', split)).catch(() => undefined);
  return files?.filter((file) => IMAGE.test(file)).sort();
};

/** Reads one split of a YOLO folder (`images/<split>`, `labels/<split>`). Faults: `data` where something is missing or damaged. */
export const readYolo = async (dir: string, split: string, classes: readonly string[]): Promise<LabelledField[]> => {
  const files = await yoloNames(dir, split);
  if (files === undefined || files.length === 0)
    throw new FaultError({
      kind: 'data',
      path: path.join(dir, 'images', split),
      what: `no YOLO split "${split}"`,
      remedy: 'check the folder (it holds images/<split> and labels/<split>) and the name of the split',
    });
  return Promise.all(files.map((file) => readField(dir, split, file, classes.length)));
};
