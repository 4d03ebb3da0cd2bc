import path from 'node:path';
import sharp from 'sharp';
import { FaultError } from '../../../domain/fault.ts';
import { damaged, LIMITS } from '../../datasets/bounded-read.ts';
import { extractPictures } from '../../datasets/extract-pictures.ts';
import { needFolder, readerOf } from '../../datasets/open-dataset.ts';
import { readRgb } from '../../evaluate/picture-detector.ts';
import type { RgbImage } from '../../runtime/resample.ts';
import { connectedPieces } from '../instances.ts';
import { findMaskPairs, type MaskPair, maskSplits } from '../mask-pairs.ts';
import { nameShare } from '../segment-field.ts';
import type { MaskMeaning } from './mask-meaning.ts';
import { kindsOf, NOT_CELLS } from './plane-names.ts';
import { paintRegion, type Region, regionOfOutline, regionsOfLabels } from './region.ts';

/** A field with what is truly there, in its own pixels: masks of planes (1 is there), which pixels somebody vouches for, and the single cells. */
export type TrueField = {
  readonly name: string;
  readonly picture: RgbImage;
  readonly planes: ReadonlyMap<string, Uint8Array>;
  readonly known?: Uint8Array;
  readonly cells: readonly { readonly region: Region; readonly classIndex: number }[];
};

/** Fields that are read when they are wanted. */
export type TrueFields = {
  /** Of the cells; empty where they are not told apart. */
  readonly classes: readonly string[];
  readonly planes: readonly string[];
  readonly fields: readonly { readonly name: string; read(): Promise<TrueField> }[];
};

/** A piece of a mask of fewer pixels is a slip of the pen. */
const LEAST_PIECE_PX = 4;

const readPair = async ({ name, picture: file, mask }: MaskPair, meaning: MaskMeaning, classes: readonly string[]): Promise<TrueField> => {
  const picture = await readRgb(file);
  const { widthPx, heightPx } = picture;
  const read = sharp(mask, { limitInputPixels: LIMITS.pixels });
  const { data, info } = await (meaning.isColoured ? read.removeAlpha().toColourspace('srgb') : read.greyscale())
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch((cause: unknown) => {
      throw damaged(mask, 'the mask cannot be decoded', 'replace or remove it', cause);
    });
  if (info.width !== widthPx || info.height !== heightPx)
    throw damaged(
      mask,
      `a mask of ${info.width}×${info.height} for a picture of ${widthPx}×${heightPx}`,
      'bring the mask that belongs to it',
    );
  const planes = new Map(meaning.planes.map((plane) => [plane, new Uint8Array(widthPx * heightPx)]));
  const any = new Uint8Array(widthPx * heightPx);
  const known = new Uint8Array(widthPx * heightPx).fill(1);
  for (let at = 0; at < any.length; at++) {
    const from = at * info.channels;
    const value = meaning.isColoured ? (data[from]! << 16) | (data[from + 1]! << 8) | data[from + 2]! : data[from]!;
    const meant = meaning.planesOf(value);
    if (meant === undefined) {
      const written = meaning.isColoured ? `#${value.toString(16).padStart(6, '0')}` : String(value);
      throw damaged(mask, `nobody said what ${written} stands for`, `say it, as --values ${written}=cell`);
    }
    if (meant === 'unknown') {
      known[at] = 0;
      continue;
    }
    for (const plane of meant) planes.get(plane)![at] = 1;
    if (meant.some((plane) => !NOT_CELLS.has(plane))) any[at] = 1;
  }
  const pieces = (mask: Uint8Array, classIndex: number) =>
    regionsOfLabels(
      connectedPieces((pixel) => mask[pixel] === 1, widthPx, heightPx, LEAST_PIECE_PX),
      widthPx,
    ).map((region) => ({
      region,
      classIndex,
    }));
  const cells =
    classes.length > 0 ? classes.flatMap((kind, index) => pieces(planes.get(kind)!, index)) : pieces(planes.get('cell') ?? any, 0);
  return { name, picture, planes: planes.has('cell') ? planes : planes.set('cell', any), known, cells };
};

/**
 * Fields with masks: all, those of a folder of that name, or (`test`, `train`) those that a hash of their names holds out for testing and the others.
 * Faults: `data`.
 */
export const openMaskTruth = async (dir: string, split: string, heldOut: number, meaning: MaskMeaning): Promise<TrueFields> => {
  const hasSplits = split !== 'all' && (await maskSplits(dir)).includes(split);
  const { pairs } = await findMaskPairs(dir, hasSplits ? split : undefined);
  const chosen = pairs.filter(({ name }) => hasSplits || split === 'all' || (nameShare(name) < heldOut ? 'test' : 'train') === split);
  if (chosen.length === 0) throw damaged(dir, `no field of a split "${split}"`, 'take test, train or all, or a folder of images and masks');
  const classes = kindsOf(meaning.planes);
  return {
    classes,
    planes: meaning.planes,
    fields: chosen.map((pair) => ({ name: pair.name, read: () => readPair(pair, meaning, classes) })),
  };
};

/** Fields of a COCO set with outlines; a mark that stands for many cells is ground nobody vouches for. Faults: `data`, where marks have no outlines. */
export const openCocoTruth = async (dir: string, split: string): Promise<TrueFields> => {
  await needFolder(dir);
  const { fields, classes } = await readerOf('coco').read(dir, split, {});
  const used = classes.filter((name) => fields.some(({ marks }) => marks.some(({ label }) => label === name)));
  const pictures = await extractPictures(fields);
  if (fields.length === 0) throw damaged(dir, `no field of a split "${split}"`, 'check the name of the split');
  return {
    classes: used,
    planes: ['cell'],
    fields: fields.map((field, index) => ({
      name: path.parse(field.file).name,
      read: async () => {
        const picture = await readRgb(pictures[index]!);
        const { widthPx, heightPx } = picture;
        const [cell, known] = [new Uint8Array(widthPx * heightPx), new Uint8Array(widthPx * heightPx).fill(1)];
        const cells: { region: Region; classIndex: number }[] = [];
        for (const { outline, label, crowd } of field.marks) {
          if (outline === undefined)
            throw new FaultError({
              kind: 'data',
              path: field.annotation,
              what: `a mark of ${field.file} has no outline`,
              remedy: 'judge boxes with --task detect',
            });
          let region: Region | undefined;
          try {
            region = regionOfOutline(outline, widthPx, heightPx);
          } catch (cause) {
            throw damaged(field.annotation, `an outline of ${field.file} is damaged`, 'draw it again or take it out', cause);
          }
          if (region === undefined) continue;
          if (crowd) {
            const many = new Uint8Array(known.length);
            paintRegion(region, many, widthPx);
            for (let at = 0; at < many.length; at++) if (many[at] === 1) known[at] = 0;
            continue;
          }
          paintRegion(region, cell, widthPx);
          cells.push({ region, classIndex: used.indexOf(label) });
        }
        return { name: path.parse(field.file).name, picture, planes: new Map([['cell', cell]]), known, cells };
      },
    })),
  };
};
