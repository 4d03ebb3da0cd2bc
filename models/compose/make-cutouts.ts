import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { type Box, boxWidth } from '../../domain/geometry.ts';
import type { CommandIo } from '../command-io.ts';
import { damaged, filesOf, foldersOf, LIMITS, readTextIfThere } from '../datasets/bounded-read.ts';
import { type Field, fieldName } from '../datasets/dataset.ts';
import type { DatasetFormat } from '../datasets/dataset-format.ts';
import { openDataset } from '../datasets/open-dataset.ts';
import { PICTURE_NAME, readPictureBytes } from '../datasets/picture-file.ts';
import { createProgress } from '../progress.ts';
import { readRaster } from '../train/picture.ts';
import type { BloodField } from './blood-field.ts';
import { CELL_KINDS, HEALTHY, INFECTED, KIND_FOLDERS, THROMBOCYTE } from './cell-kinds.ts';
import { cutMasked, cutMiddle, cutSingle } from './cut-cells.ts';
import { addCutoutSet, makeCutoutFolder } from './cutout-folder.ts';
import type { CUTOUT_SOURCES } from './cutout-sources.ts';
import { matchStain } from './match-stain.ts';
import type { Patch } from './paint-patch.ts';
import { CLEAR, toTransmittance } from './transmittance.ts';
import { cutWholeClumps } from './whole-clumps.ts';

export type CutoutOptions = {
  readonly from: (typeof CUTOUT_SOURCES)[number];
  readonly data: string;
  readonly out: string;
  /** Scale of the pictures that are cut up. */
  readonly umPerPx: number;
  readonly licence: string;
  readonly source?: string | undefined;
  /** Of fields: label to the name of a kind; what is not named is left out. */
  readonly map: ReadonlyMap<string, string>;
  readonly format: DatasetFormat | 'auto';
  /** Of fields: splits to take; all but the held-back ones where none is named. */
  readonly splits?: readonly string[] | undefined;
  /** At most so many of a kind. */
  readonly most: number;
};

export type CutoutsMade = { readonly out: string; readonly kinds: Readonly<Record<string, number>>; readonly leftOut: number };

type Cut = { readonly patch: Patch; readonly kind: number; readonly name: string; readonly group: string };

/** Scale that cells are cut at, and that of the files. */
const CUT_UM_PER_PX = 0.072;
const FILE_UM_PER_PX = 0.1;
/** Level of clear glass in the files: rims that are brighter than the glass still fit above it. */
const GLASS_LEVEL = 235;
const WHITE_UM2 = [35, 420] as const;
const PLATELET_UM2 = [1.2, 30] as const;
/** Folders of the PBC collection of single cells. */
const PBC_FOLDERS: Readonly<Record<string, number>> = { EO: 0, BA: 1, SNE: 2, BNE: 2, LY: 3, MO: 4, PLATELET: THROMBOCYTE };
/** Labels 1 to 5 in the list beside the masks of white cells. */
const WBC_LABELS = [undefined, 2, 3, 4, 0, 1] as const;
/** Who is told apart when cells are cut whole out of a field: red cells, white cells, platelets. */
const cuttingClass = (kind: number | undefined): number => (kind === undefined || kind >= INFECTED ? 0 : kind >= THROMBOCYTE ? 2 : 1);
const HELD_BACK = /^(val|valid|validate|validation|test)$/;
const FIELDS_AT_ONCE = 40;

const readField = async (file: string, name: string, scale = 1): Promise<BloodField> => {
  const { width, height } = await sharp(await readPictureBytes({ path: file }), { limitInputPixels: LIMITS.pixels })
    .metadata()
    .catch((cause: unknown) => Promise.reject(damaged(file, 'picture cannot be decoded', 'replace or remove it', cause)));
  const { data, widthPx, heightPx } = await readRaster(file, { widthPx: Math.round(width * scale), heightPx: Math.round(height * scale) });
  return { name, widthPx, heightPx, rgb: data, cells: [] };
};

const writeCut = async (dir: string, { patch, kind, name }: Cut, scale: number): Promise<string> => {
  const { widthPx, heightPx, rgb, mask } = patch;
  const rgba = new Uint8Array(4 * mask.length);
  for (let i = 0; i < mask.length; i++) {
    for (let channel = 0; channel < 3; channel++)
      rgba[4 * i + channel] = Math.min(255, (rgb[3 * i + channel]! * GLASS_LEVEL) / CLEAR + 0.5);
    rgba[4 * i + 3] = mask[i]!;
  }
  const [width, height] = [Math.max(1, Math.round(widthPx * scale)), Math.max(1, Math.round(heightPx * scale))];
  const file = `${KIND_FOLDERS[kind]}/${name}.png`;
  const png = await sharp(rgba, { raw: { width: widthPx, height: heightPx, channels: 4 } })
    .resize(width, height, { fit: 'fill' })
    .png()
    .toBuffer();
  await writeFile(path.join(dir, ...file.split('/')), png);
  return file;
};

type Cutter = AsyncGenerator<{ readonly cut: Cut | undefined; readonly share: number }>;

async function* cutPbc({ data, umPerPx }: CutoutOptions): Cutter {
  const folders = (await foldersOf(data)).filter((name) => name in PBC_FOLDERS);
  if (folders.length === 0) throw damaged(data, `no single cells in it (folders ${Object.keys(PBC_FOLDERS).join(', ')})`, 'check the path');
  for (const [done, folder] of folders.entries()) {
    const kind = PBC_FOLDERS[folder]!;
    const files = (await filesOf(path.join(data, folder))).filter((name) => PICTURE_NAME.test(name));
    for (const [i, name] of files.entries()) {
      const stem = path.parse(name).name;
      const field = await readField(path.join(data, folder, name), stem);
      const patch = cutMiddle(field, umPerPx, kind === THROMBOCYTE ? PLATELET_UM2 : WHITE_UM2);
      yield { cut: patch && { patch, kind, name: `pbc-${stem}`, group: stem }, share: (done + i / files.length) / folders.length };
    }
  }
}

async function* cutWbcMasks({ data }: CutoutOptions): Cutter {
  const files = await filesOf(data);
  const list = files.find((name) => /\.csv$/i.test(name));
  const text = list && (await readTextIfThere(path.join(data, list), LIMITS.annotationBytes, 'list of the labels'));
  if (!text) throw damaged(data, 'no list of labels (CSV) beside the masks', 'check the path');
  const labels = new Map(text.split(/\r?\n/).map((line) => [Number(line.split(',')[0]), Number(line.split(',')[1])]));
  const pictures = files.filter((name) => PICTURE_NAME.test(name) && !/_mask\./.test(name));
  for (const [i, name] of pictures.entries()) {
    const stem = path.parse(name).name;
    const kind = WBC_LABELS[labels.get(Number(stem)) ?? 0];
    if (kind === undefined || !files.includes(`${stem}_mask.png`)) continue;
    const field = await readField(path.join(data, name), stem);
    const drawn = await readRaster(path.join(data, `${stem}_mask.png`), { widthPx: field.widthPx, heightPx: field.heightPx });
    const patch = cutMasked(
      field,
      Uint8Array.from({ length: field.widthPx * field.heightPx }, (_, at) => (drawn.data[3 * at]! > 63 ? 1 : 0)),
    );
    yield { cut: patch && { patch, kind, name: `wbc-${stem}`, group: stem }, share: i / pictures.length };
  }
}

/** Kind of each label, as the map says. */
const kindsOf = (map: ReadonlyMap<string, string>): Map<string, number> =>
  new Map(
    [...map].map(([label, name]) => {
      const kind = CELL_KINDS.findIndex((one) => one.name === name || one.name.replaceAll(' ', '-') === name);
      if (kind < 0 || kind > HEALTHY) throw damaged(name, 'no kind of cell has this name', `use one of ${KIND_FOLDERS.join(', ')}`);
      return [label, kind];
    }),
  );

async function* cutFields({ data, format, splits, map, umPerPx }: CutoutOptions): Cutter {
  const kinds = kindsOf(map);
  const opened = await openDataset(data, { format, splits, onDamage: () => {} });
  const free = opened.splits.filter(({ name }) => splits !== undefined || !HELD_BACK.test(name));
  const fields = (free.length > 0 ? free : opened.splits).flatMap((split) => split.fields);
  const scale = umPerPx / CUT_UM_PER_PX;
  const classOf = ({ marks }: Field, at: number): number | undefined => kinds.get(marks[at]!.label);
  for (let first = 0; first < fields.length; first += FIELDS_AT_ONCE) {
    const some = fields.slice(first, first + FIELDS_AT_ONCE);
    const clumps = [];
    for (const field of some) {
      const raster = await readField(field.picture.path, fieldName(field), scale);
      const cells = field.marks
        .map(({ box }, at) => ({
          at,
          classIndex: cuttingClass(classOf(field, at)),
          box: box.map((side) => side * scale) as unknown as Box,
        }))
        .filter(({ box }) => boxWidth(box) > 4 && box[3] - box[1] > 4);
      const whole = { ...raster, cells };
      clumps.push(cutWholeClumps(whole, toTransmittance(whole)));
    }
    for (const [i, own] of matchStain(clumps).entries()) {
      const field = some[i]!;
      for (const [n, clump] of own.entries()) {
        if (clump.cells.length !== 1) continue;
        const middle = {
          x: clump.x + (clump.cells[0]!.box[0] + clump.cells[0]!.box[2]) / 2,
          y: clump.y + (clump.cells[0]!.box[1] + clump.cells[0]!.box[3]) / 2,
        };
        const kind = kindAt(field, middle, scale, kinds);
        if (kind === undefined) continue;
        const patch = cutSingle(clump);
        yield {
          cut: patch && { patch, kind, name: `${fieldName(field).replaceAll(/[^\w-]/g, '_')}-${n}`, group: fieldName(field) },
          share: (first + i) / fields.length,
        };
      }
    }
  }
}

/** Kind of the mark whose box has its middle at a place. */
const kindAt = (
  { marks }: Field,
  { x, y }: { x: number; y: number },
  scale: number,
  kinds: ReadonlyMap<string, number>,
): number | undefined => {
  const mark = marks.find(({ box }) => Math.abs((box[0] + box[2]) * scale - 2 * x) < 1 && Math.abs((box[1] + box[3]) * scale - 2 * y) < 1);
  return mark && kinds.get(mark.label);
};

/** Cuts single cells out of what there is and adds them to a folder of cut-outs, with notes on where they come from. Faults: `data`. */
export const makeCutouts = async (options: CutoutOptions, io: CommandIo): Promise<CutoutsMade> => {
  const { from, out, data, licence, source, most } = options;
  await makeCutoutFolder(out);
  const cutter = { 'pbc-cells': cutPbc, 'wbc-masks': cutWbcMasks, fields: cutFields }[from](options);
  const fileScale = (from === 'fields' ? CUT_UM_PER_PX : options.umPerPx) / FILE_UM_PER_PX;
  const progress = createProgress(io, 'per mille');
  const kinds: Record<string, number> = {};
  const cutouts: { file: string; group: string }[] = [];
  let leftOut = 0;
  for await (const { cut, share } of cutter) {
    io.signal?.throwIfAborted();
    progress.at(Math.round(1000 * share), 1000, `${cutouts.length} cut-outs`);
    const name = cut && CELL_KINDS[cut.kind]!.name;
    if (cut === undefined || name === undefined) leftOut++;
    else if ((kinds[name] ?? 0) < most) {
      kinds[name] = (kinds[name] ?? 0) + 1;
      cutouts.push({ file: await writeCut(out, cut, fileScale), group: cut.group });
    }
  }
  progress.end();
  if (cutouts.length === 0) throw damaged(data, 'no cell in it lies so that it can be cut out', 'check --um-per-px and --map');
  const glass: [number, number, number] = [GLASS_LEVEL, GLASS_LEVEL, GLASS_LEVEL];
  const name = `${from} ${path.basename(path.resolve(data))}`;
  await addCutoutSet(out, { name, licence, umPerPx: FILE_UM_PER_PX, glass, cutouts, ...(source === undefined ? {} : { source }) });
  return { out, kinds, leftOut };
};
