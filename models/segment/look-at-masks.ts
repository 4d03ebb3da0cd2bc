import sharp from 'sharp';
import { CELL_KINDS } from '../compose/cell-kinds.ts';
import { damaged } from '../datasets/bounded-read.ts';
import type { MaskPair } from './mask-pairs.ts';
import type { MaskLabels } from './segment-recipe.ts';

/** What the masks of a folder seem to say, and in which words. */
export type MaskLook = Pick<MaskLabels, 'values' | 'colours'> & { readonly planes: readonly string[]; readonly text: string };

const LOOKED_AT = 8;
/** A mask of more colours is a picture. */
const MOST_COLOURS = 64;

const hexOf = (colour: number): string => `#${colour.toString(16).padStart(6, '0')}`;

const coloursOf = async ({ mask }: MaskPair): Promise<Set<number>> => {
  const { data } = await sharp(mask)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch((cause: unknown) => {
      throw damaged(mask, 'the mask cannot be decoded', 'replace or remove it', cause);
    });
  const found = new Set<number>();
  for (let at = 0; at < data.length; at += 3) found.add((data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!);
  return found;
};

/**
 * Takes masks as black and white for cells, as black, grey (128) and white for cells with their nuclei, or as the ten colours of composed pictures.
 * Faults: `data` where they are none of these.
 */
export const lookAtMasks = async (dir: string, pairs: readonly MaskPair[]): Promise<MaskLook> => {
  const found = new Set<number>();
  for (const pair of pairs.slice(0, LOOKED_AT)) for (const colour of await coloursOf(pair)) found.add(colour);
  const usual = new Map<number, string>(
    CELL_KINDS.map(({ name, colour: [red, green, blue] }) => [(red << 16) | (green << 8) | blue, name]),
  );
  const greys = [...found].map((colour) => (colour & 255) * 0x010101 === colour && colour & 255);
  if (greys.every((grey) => grey === 0 || grey === 255))
    return { planes: ['cell'], values: { 255: ['cell'] }, text: 'white is taken as cell' };
  if (greys.every((grey) => grey === 0 || grey === 128 || grey === 255))
    return {
      planes: ['cell', 'nucleus'],
      values: { 128: ['cell'], 255: ['cell', 'nucleus'] },
      text: 'grey is taken as cell, white as its nucleus',
    };
  if ([...found].every((colour) => usual.has(colour)))
    return {
      planes: CELL_KINDS.map(({ name }) => name),
      values: {},
      colours: Object.fromEntries([...usual].map(([colour, name]) => [hexOf(colour), [name]])),
      text: 'colours are taken as the ten kinds of composed pictures',
    };
  const some = [...found].filter((colour) => !usual.has(colour)).slice(0, 4);
  throw damaged(
    dir,
    found.size > MOST_COLOURS
      ? `masks with ${found.size} colours are none`
      : `nobody says what ${some.map(hexOf).join(', ')} in its masks stand for`,
    'write a recipe that names values or colours of masks, and give it with --config',
  );
};
