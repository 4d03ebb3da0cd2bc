import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { simplifyOutline } from '../../domain/outline.ts';
import type { CommandIo } from '../command-io.ts';
import { cellsPng, createMaskWriter } from '../compose/write-png.ts';
import type { Field, Mark } from '../datasets/dataset.ts';
import { needNewFolder, writeDataset } from '../datasets/write-dataset.ts';
import { createProgress } from '../progress.ts';
import { traceOutline } from '../runtime/masks/trace-outline.ts';
import { type Raster, readRaster } from '../train/picture.ts';
import { planeColours, type Rgb } from './draw-planes.ts';
import type { Drawing, DrawnCell } from './judge/drawer.ts';
import { openDrawer } from './judge/open-drawer.ts';
import { NOT_CELLS } from './judge/plane-names.ts';
import type { Region } from './judge/region.ts';

export type DrawOptions = {
  readonly pictures: readonly string[];
  readonly model: string;
  readonly umPerPx: number;
  /** Folder to make. */
  readonly out: string;
};

export type DrawnPicture = { readonly picture: string; readonly cells: Readonly<Record<string, number>>; readonly ms: number };

/** The set's only split. */
const SPLIT = 'drawn';
/** Corners nearer than this to the line without them are left out. */
const TOLERANCE_PX = 0.4;
const BELONGS = 0.5;
const MOST_CELLS = 0xffff;

/** The outline of a region in pixels of its picture; `undefined` of one that is too thin to have one. */
const outlineOf = ({ x, y, widthPx, heightPx, set }: Region): number[] | undefined => {
  const [width, height] = [widthPx + 2, heightPx + 2];
  const values = new Float32Array(width * height);
  for (let row = 0; row < heightPx; row++)
    for (let column = 0; column < widthPx; column++) values[(row + 1) * width + column + 1] = set[row * widthPx + column]!;
  const line = traceOutline({ width, height, values }, 0.5);
  // The first point of the grid is the middle of a pixel outside the region.
  const moved = line?.map((value, at) => value + (at % 2 === 0 ? x : y) - 0.5);
  return moved === undefined ? undefined : simplifyOutline(moved, TOLERANCE_PX);
};

const markOf = ({ region }: DrawnCell, label: string): Mark => {
  const { x, y, widthPx, heightPx, areaPx } = region;
  const outline = outlineOf(region);
  return {
    label,
    box: [x, y, x + widthPx, y + heightPx],
    ...(outline === undefined ? {} : { outline: [outline.map((value) => Math.round(value * 100) / 100)], areaPx2: areaPx }),
  };
};

/** For each pixel 0, or the last plane that it belongs to, counted from 1: parts come after what they are parts of. */
const planeOfPixels = (shares: Drawing['shares'], names: readonly string[], pixels: number): Uint8Array => {
  const kinds = new Uint8Array(pixels);
  const best = new Float32Array(pixels).fill(BELONGS);
  for (const [index, name] of names.entries()) {
    const share = shares.get(name)!;
    const isPart = name === 'nucleus';
    for (let at = 0; at < pixels; at++)
      if (share[at]! >= (isPart ? BELONGS : best[at]!)) {
        kinds[at] = index + 1;
        best[at] = share[at]!;
      }
  }
  return kinds;
};

/** A picture with the rim of each cell in its colour: pixels beside one that is not the cell's. */
const withOutlines = ({ data, widthPx, heightPx }: Raster, cellAt: Uint16Array, colours: readonly Rgb[]): Uint8Array => {
  const drawn = data.slice();
  for (let y = 0, at = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++, at++) {
      const cell = cellAt[at]!;
      if (cell === 0) continue;
      const isRim =
        (x > 0 && cellAt[at - 1] !== cell) ||
        (x < widthPx - 1 && cellAt[at + 1] !== cell) ||
        (y > 0 && cellAt[at - widthPx] !== cell) ||
        (y < heightPx - 1 && cellAt[at + widthPx] !== cell);
      if (isRim) drawn.set(colours[cell - 1]!, at * 3);
    }
  return drawn;
};

type Written = { readonly field: Field; readonly cells: readonly DrawnCell[] };

const drawOne = async (
  file: string,
  name: string,
  picture: Raster,
  { shares, cells }: Drawing,
  classes: readonly string[],
  out: string,
): Promise<Written> => {
  const { widthPx, heightPx } = picture;
  const counted = cells.filter((cell) => cell.counted).slice(0, MOST_CELLS);
  const cellAt = new Uint16Array(widthPx * heightPx);
  for (const [index, { region }] of counted.entries())
    for (let row = 0; row < region.heightPx; row++)
      for (let column = 0; column < region.widthPx; column++)
        if (region.set[row * region.widthPx + column] === 1) cellAt[(region.y + row) * widthPx + region.x + column] = index + 1;
  const planes = [...shares.keys()].filter((plane) => !NOT_CELLS.has(plane));
  const kinds = planeOfPixels(shares, planes, widthPx * heightPx);
  const ground: Rgb = [0, 0, 0];
  const classColours = planeColours(classes);
  const colours = counted.map(({ classIndex }) => classColours[classIndex]!);
  const overlay = withOutlines(picture, cellAt, colours);
  await writeFile(path.join(out, 'labels', `${name}.png`), cellsPng(cellAt, widthPx, heightPx));
  await writeFile(path.join(out, 'masks', `${name}.png`), createMaskWriter(widthPx, heightPx, [ground, ...planeColours(planes)])(kinds));
  await sharp(overlay, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .png()
    .toFile(path.join(out, 'overlays', `${name}.png`));
  const marks = counted.map((cell) => markOf(cell, classes[cell.classIndex]!));
  return {
    cells: counted,
    field: { file: `${name}${path.extname(file)}`, picture: { path: file }, annotation: file, widthPx, heightPx, marks },
  };
};

/** File names without extension, told apart where two are alike. */
const plainNames = (files: readonly string[]): string[] => {
  const used = new Set<string>();
  return files.map((file) => {
    const { name } = path.parse(file);
    let free = name;
    for (let n = 2; used.has(free.toLowerCase()); n++) free = `${name}-${n}`;
    used.add(free.toLowerCase());
    return free;
  });
};

/**
 * Draws the cells of whole pictures, large ones in overlapping tiles: COCO polygons, label images (16 bit, each cell a number), masks of planes in colours, and
 * pictures with outlines. Faults: `data`, `bundle`.
 */
export const drawPictures = async ({ pictures, model, umPerPx, out }: DrawOptions, io: CommandIo): Promise<DrawnPicture[]> => {
  await needNewFolder(out);
  const { drawer: opened, card } = await openDrawer(model);
  await using drawer = opened;
  const classes = drawer.classes.length > 0 ? drawer.classes : ['cell'];
  const names = plainNames(pictures);
  const drawn: DrawnPicture[] = [];
  const fields: Field[] = [];
  const progress = createProgress(io, 'picture');
  const rasters = path.resolve(out);
  for (const [index, file] of pictures.entries()) {
    if (io.signal?.aborted) break;
    const picture = await readRaster(file);
    const startMs = io.nowMs();
    const drawing = await drawer.draw(picture, umPerPx);
    const ms = io.nowMs() - startMs;
    for (const folder of ['labels', 'masks', 'overlays']) await mkdir(path.join(rasters, folder), { recursive: true });
    const { field, cells } = await drawOne(path.resolve(file), names[index]!, picture, drawing, classes, rasters);
    fields.push(field);
    const counts = classes.map((name, at) => [name, cells.filter(({ classIndex }) => classIndex === at).length] as const);
    drawn.push({ picture: file, cells: Object.fromEntries(counts), ms });
    progress.at(drawn.length, pictures.length);
  }
  progress.end();
  const source = `drawn by ${card.name} ${card.version}`;
  await writeDataset('coco', path.join(rasters, 'coco'), { classes, splits: [{ name: SPLIT, fields }], facts: { umPerPx, source } }, {});
  return drawn;
};
