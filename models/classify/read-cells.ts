import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { FaultError } from '../../domain/fault.ts';
import { resampleRgb } from '../runtime/resample.ts';
import { nameShare } from '../segment/segment-field.ts';
import { type Raster, readRaster } from '../train/picture.ts';

/** A picture of one cell: which file, which kind. */
export type CellFile = { readonly name: string; readonly path: string; readonly kind: number };

/** A cell in memory, at the network's scale, in the middle of its picture. */
export type CellPicture = { readonly name: string; readonly kind: number; readonly raster: Raster };

export const CELL_SPLITS = ['held-out', 'train', 'all'] as const;
export type CellSplit = (typeof CELL_SPLITS)[number];

/** More are not taken from one folder. */
const MOST_PICTURES = 200_000;

/**
 * The pictures of a folder with one folder for each kind, by name. The hash of a name says which are held out: the same ones whatever else is there.
 * Faults: `data` for a folder that is missing, empty, or of no known kind.
 */
export const listCells = async (dir: string, kinds: readonly string[], split: CellSplit, heldOut: number): Promise<CellFile[]> => {
  const wrong = (what: string, remedy: string, cause?: unknown): FaultError =>
    new FaultError({ kind: 'data', path: dir, what, remedy }, { cause });
  const folders = await readdir(dir, { withFileTypes: true }).catch((cause: unknown) => {
    throw wrong('the folder cannot be read', 'check its path', cause);
  });
  const named = folders.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
  const strange = named.find((name) => !kinds.includes(name));
  if (strange !== undefined) throw wrong(`the folder "${strange}" is of no kind`, `the kinds are ${kinds.join(', ')}`);
  const cells: CellFile[] = [];
  for (const [kind, folder] of kinds.entries()) {
    if (!named.includes(folder)) continue;
    const files = (await readdir(path.join(dir, folder))).filter((file) => /\.(jpe?g|png|bmp|tiff?|webp)$/i.test(file)).sort();
    for (const file of files) {
      const { name } = path.parse(file);
      const isHeldOut = nameShare(name) < heldOut;
      if (split === 'all' || isHeldOut === (split === 'held-out')) cells.push({ name, path: path.join(dir, folder, file), kind });
    }
  }
  if (cells.length === 0) throw wrong(`no picture of a cell (${split})`, 'each kind is a folder of pictures');
  if (cells.length > MOST_PICTURES) throw wrong(`${cells.length} pictures`, `give ${MOST_PICTURES} at most`);
  return cells;
};

/** Reads a cell at `factor` times its size. Faults: `data`. */
export const readCell = async (file: CellFile, factor: number): Promise<CellPicture> => {
  const { data, widthPx, heightPx } = resampleRgb(await readRaster(file.path), factor);
  return {
    name: file.name,
    kind: file.kind,
    raster: { data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), widthPx, heightPx },
  };
};
