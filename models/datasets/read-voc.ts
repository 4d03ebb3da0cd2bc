import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { FaultError } from '../../domain/fault.ts';
import type { LabelledBox, LabelledField } from './labelled-field.ts';

const damaged = (file: string, what: string): FaultError =>
  new FaultError({ kind: 'data', path: file, what, remedy: 'correct this file, or take the field out of its ImageSets list' });

const element = (xml: string, name: string): string | undefined => new RegExp(`<${name}>\\s*([^<]*?)\\s*</${name}>`).exec(xml)?.[1];

const numberOf = (xml: string, name: string, file: string): number => {
  const value = Number(element(xml, name) ?? Number.NaN);
  if (!Number.isFinite(value)) throw damaged(file, `<${name}> is missing or not a number`);
  return value;
};

const readField = async (dir: string, name: string, classes: readonly string[]): Promise<LabelledField> => {
  const file = path.join(dir, 'Annotations', `${name}.xml`);
  const xml = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new FaultError(
      { kind: 'data', path: file, what: 'annotation cannot be read', remedy: 'check the folder and the ImageSets list' },
      { cause },
    );
  });
  const boxes = [...xml.matchAll(/<object>([\s\S]*?)<\/object>/g)].map(([, object]): LabelledBox => {
    const className = element(object!, 'name') ?? '';
    const classIndex = classes.indexOf(className);
    if (classIndex === -1) throw damaged(file, `class "${className}" is none of ${classes.join(', ')}`);
    return {
      classIndex,
      box: [
        numberOf(object!, 'xmin', file),
        numberOf(object!, 'ymin', file),
        numberOf(object!, 'xmax', file),
        numberOf(object!, 'ymax', file),
      ],
    };
  });
  return {
    name,
    imagePath: path.join(dir, 'JPEGImages', element(xml, 'filename') ?? `${name}.jpg`),
    widthPx: numberOf(xml, 'width', file),
    heightPx: numberOf(xml, 'height', file),
    boxes,
  };
};

/** Names in `ImageSets/Main/<split>.txt`; `undefined` where there is no such list. */
export const vocNames = async (dir: string, split: string): Promise<string[] | undefined> => {
  const text = await readFile(path.join(dir, 'ImageSets', 'Main', `${split}.txt`), 'utf8').catch(() => undefined);
  return text
    ?.split(/\r?\n/)
    .map((line) => line.trim().split(/\s+/)[0] ?? '')
    .filter((name) => name !== '');
};

/** Reads one split of a Pascal VOC folder. Faults: `data` where a list or a file is missing or damaged. */
export const readVoc = async (dir: string, split: string, classes: readonly string[]): Promise<LabelledField[]> => {
  const names = await vocNames(dir, split);
  if (names === undefined || names.length === 0)
    throw new FaultError({
      kind: 'data',
      path: path.join(dir, 'ImageSets', 'Main', `${split}.txt`),
      what: `no Pascal VOC split "${split}"`,
      remedy: 'check the folder (it holds Annotations, ImageSets and JPEGImages) and the name of the split',
    });
  return Promise.all(names.map((name) => readField(dir, name, classes)));
};
