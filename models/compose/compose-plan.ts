import path from 'node:path';
import { SPLITS, type SplitName } from './cell-kinds.ts';
import type { BackgroundKind } from './combinations.ts';

/** Everything that the bytes of a composed set follow from. */
export type ComposePlan = {
  readonly seed: number;
  readonly umPerPx: number;
  readonly counts: Readonly<Record<SplitName, number>>;
  /** Of the cut-outs at that scale, and of how they are dealt to the splits. */
  readonly cutouts: string;
  readonly backgrounds: readonly BackgroundKind[];
  readonly added: readonly number[];
  /** Whether the single cells are written too. */
  readonly cells: boolean;
};

/** Blocks that are cut out of one background: what one thread does at a time. */
export const UNIT_IMAGES = 64;

/** One background and its blocks; images are numbered from 1 in their split. */
export type Unit = { readonly split: SplitName; readonly index: number; readonly firstImage: number; readonly images: number };

/** The units of a plan, in their order. */
export const unitsOf = ({ counts }: Pick<ComposePlan, 'counts'>): Unit[] =>
  SPLITS.flatMap((split) =>
    Array.from({ length: Math.ceil(counts[split] / UNIT_IMAGES) }, (_, index) => ({
      split,
      index,
      firstImage: index * UNIT_IMAGES + 1,
      images: Math.min(UNIT_IMAGES, counts[split] - index * UNIT_IMAGES),
    })),
  );

/** A seed of its own for a unit, or with -1 for a split. */
export const seedOf = (seed: number, split: SplitName, index: number): number =>
  (Math.imul(seed, 0x9e3779b1) ^ Math.imul(SPLITS.indexOf(split) + 1, 0x85ebca6b) ^ Math.imul(index + 2, 0xc2b2ae35)) | 0;

export const imageName = (number: number): string => `${String(number).padStart(6, '0')}.png`;

/** Where the finished units leave what they know, until all are done. */
export const partFile = (out: string, { split, index }: Pick<Unit, 'split' | 'index'>): string =>
  path.join(out, 'parts', `${split}-${String(index).padStart(6, '0')}.txt`);

/** First line of a part's file; two lines follow: COCO's images and its annotations, with commas between them. */
export type PartFacts = {
  /** Of all files of the unit. */
  readonly bytes: number;
  /** How many cells of each kind. */
  readonly cells: readonly number[];
  /** How many pictures show each combination: background, then the added kinds that are to be seen. */
  readonly combinations: Readonly<Record<string, number>>;
};
