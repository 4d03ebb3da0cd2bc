import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { FaultError } from '../../domain/fault.ts';
import type { BloodField, FieldCell } from '../../models/compose/blood-field.ts';

/** Classes of the shipped fields, in the order of their label ids. */
export const FIELD_CLASSES = ['RBC', 'WBC', 'Platelets'] as const;

/** Micrometres for one pixel of the shipped fields, and so of every virtual slide. */
export const FIELD_UM_PER_PX = 0.072;

const shippedDir = fileURLToPath(new URL('fields/', import.meta.url));

/** Boxes of a YOLO text file: class id, then centre x, centre y, width, height as fractions. */
const parseLabels = (text: string, widthPx: number, heightPx: number): FieldCell[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [id = 0, x = 0, y = 0, width = 0, height = 0] = line.trim().split(/\s+/).map(Number);
      return {
        classIndex: id,
        box: [(x - width / 2) * widthPx, (y - height / 2) * heightPx, (x + width / 2) * widthPx, (y + height / 2) * heightPx],
      };
    });

const readField = async (dir: string, name: string): Promise<BloodField> => {
  const { data, info } = await sharp(join(dir, `${name}.jpg`))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const labels = await readFile(join(dir, `${name}.txt`), 'utf8');
  return { name, widthPx: info.width, heightPx: info.height, rgb: data, cells: parseLabels(labels, info.width, info.height) };
};

/** Every annotated field of a folder (`NAME.jpg` beside `NAME.txt`), by name; without a folder the shipped ones. Throws a `data` fault. */
export const readBloodFields = async (dir: string = shippedDir): Promise<BloodField[]> => {
  try {
    const files = await readdir(dir);
    const names = files.filter((file) => file.endsWith('.jpg')).map((file) => file.slice(0, -'.jpg'.length));
    return await Promise.all(names.sort().map((name) => readField(dir, name)));
  } catch (cause) {
    throw new FaultError(
      { kind: 'data', path: dir, what: 'the blood fields of the virtual slide cannot be read', remedy: 'install the package again' },
      { cause },
    );
  }
};
