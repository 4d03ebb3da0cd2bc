import { type Box, intersectBoxes } from '../../domain/geometry.ts';
import { type Region, scaledLength } from './resample.ts';

/** A tile on its way into the network. */
export type ShapedTile = {
  /** Place in the caller's list. */
  readonly index: number;
  /** The tile as asked for, within the picture. */
  readonly box: Box;
  /** The part of the picture that is resampled: the box grown to even pixels, where chroma samples lie. */
  readonly region: Region;
  /** Size after resampling. */
  readonly widthPx: number;
  readonly heightPx: number;
};

/** Tiles of one shape, which go through the network together. */
export type TileBatch = {
  /** Size of the network's input: a multiple of what the network asks for. */
  readonly widthPx: number;
  readonly heightPx: number;
  readonly tiles: readonly ShapedTile[];
};

/** More tiles at once are no faster and take memory. */
const LARGEST_BATCH = 8;

const upTo = (length: number, multiple: number): number => Math.ceil(length / multiple) * multiple;

const shapeTile = (
  tile: Box,
  index: number,
  picture: { readonly widthPx: number; readonly heightPx: number },
  scale: number,
  most: { readonly widthPx: number; readonly heightPx: number } | undefined,
): ShapedTile | undefined => {
  const evenWidthPx = picture.widthPx & ~1;
  const evenHeightPx = picture.heightPx & ~1;
  const box = intersectBoxes(tile, [0, 0, evenWidthPx, evenHeightPx]);
  if (box === undefined) return undefined;
  const x = Math.floor(box[0]) & ~1;
  const y = Math.floor(box[1]) & ~1;
  const region = { x, y, widthPx: upTo(Math.ceil(box[2]), 2) - x, heightPx: upTo(Math.ceil(box[3]), 2) - y };
  // Growing to even pixels may go a pixel beyond the only size that a network takes.
  const widthPx = Math.min(most?.widthPx ?? Number.POSITIVE_INFINITY, scaledLength(region.widthPx, scale));
  const heightPx = Math.min(most?.heightPx ?? Number.POSITIVE_INFINITY, scaledLength(region.heightPx, scale));
  return { index, box, region, widthPx, heightPx };
};

/** Groups tiles (boxes in picture pixels) by the input shape they need, in the order of first appearance; tiles outside the picture are left out.
 * `fixed` is the only size the network takes, where it takes but one. */
export const batchTiles = (
  tiles: readonly Box[],
  picture: { readonly widthPx: number; readonly heightPx: number },
  scale: number,
  multipleOf: number,
  fixed?: { readonly widthPx: number; readonly heightPx: number },
): readonly TileBatch[] => {
  const batches: { widthPx: number; heightPx: number; tiles: ShapedTile[] }[] = [];
  tiles.forEach((tile, index) => {
    const shaped = shapeTile(tile, index, picture, scale, fixed);
    if (shaped === undefined) return;
    const widthPx = fixed?.widthPx ?? upTo(shaped.widthPx, multipleOf);
    const heightPx = fixed?.heightPx ?? upTo(shaped.heightPx, multipleOf);
    const open = batches.find((batch) => batch.widthPx === widthPx && batch.heightPx === heightPx && batch.tiles.length < LARGEST_BATCH);
    if (open === undefined) batches.push({ widthPx, heightPx, tiles: [shaped] });
    else open.tiles.push(shaped);
  });
  return batches;
};
