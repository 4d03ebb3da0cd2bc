import { stat } from 'node:fs/promises';
import path from 'node:path';
import { damaged, filesOf, foldersOf } from '../datasets/bounded-read.ts';

/** A picture and its mask. `name` is the file's without extension, behind the split's where there are splits. */
export type MaskPair = { readonly name: string; readonly picture: string; readonly mask: string };

export type MaskPairs = { readonly pairs: readonly MaskPair[]; readonly withoutMask: number };

const PICTURE = /\.(jpe?g|png|bmp|tiff?|webp)$/i;
const BESIDE = '_mask.png';

/** The masks of the pictures of one folder, in another or beside them. */
const pair = async (pictures: string, masks: string, prefix: string): Promise<MaskPairs> => {
  const files = (await filesOf(pictures)).filter((file) => PICTURE.test(file) && !file.endsWith(BESIDE));
  const there = new Set(await filesOf(masks));
  const pairs = files.flatMap((file): MaskPair[] => {
    const { name } = path.parse(file);
    const mask = [`${name}${BESIDE}`, ...(masks === pictures ? [] : [`${name}.png`])].find((candidate) => there.has(candidate));
    return mask === undefined ? [] : [{ name: `${prefix}${name}`, picture: path.join(pictures, file), mask: path.join(masks, mask) }];
  });
  return { pairs, withoutMask: files.length - pairs.length };
};

/** Names of the splits of a folder with `images/SPLIT` and `masks/SPLIT`; none where it has no splits. */
export const maskSplits = async (dir: string): Promise<string[]> => {
  const masks = new Set(await foldersOf(path.join(dir, 'masks')));
  return (await foldersOf(path.join(dir, 'images'))).filter((name) => masks.has(name));
};

/**
 * Pictures with their masks: `NAME_mask.png` beside `NAME.jpg`, or `NAME.png` in a folder `masks` beside the pictures or beside their folder `images`;
 * of a split, in `images/SPLIT` and `masks/SPLIT`. Faults: `data` where there are none.
 */
export const findMaskPairs = async (dir: string, split?: string): Promise<MaskPairs> => {
  const isFolder = (folder: string): Promise<boolean> =>
    stat(folder).then(
      (entry) => entry.isDirectory(),
      () => false,
    );
  if (!(await isFolder(dir))) throw damaged(dir, 'the folder cannot be read', 'check its path');
  const [images, masks] = [path.join(dir, 'images'), path.join(dir, 'masks')];
  const hasMasks = await isFolder(masks);
  const found =
    split !== undefined
      ? await pair(path.join(images, split), path.join(masks, split), `${split}/`)
      : await pair(hasMasks && (await isFolder(images)) ? images : dir, hasMasks ? masks : dir, '');
  if (found.pairs.length > 0) return found;
  const splits = await maskSplits(dir);
  const remedy =
    splits.length === 0
      ? `masks are called NAME${BESIDE}, or lie in a folder masks under the names of their pictures`
      : `its splits are ${splits.join(', ')}: name them in the recipe`;
  throw damaged(split === undefined ? dir : path.join(images, split), 'no picture with a mask', remedy);
};
