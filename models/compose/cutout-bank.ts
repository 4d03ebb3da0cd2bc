import { BACKGROUND, type SplitName } from './cell-kinds.ts';

/** A cut-out in the bank: where its pixels begin in `words`. */
export type BankEntry = {
  readonly kind: number;
  readonly set: number;
  readonly split: SplitName;
  readonly file: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly at: number;
};

/** Every cut-out at the scale of the pictures to come, in memory that threads share: one word a pixel, as `packPixel` makes it. */
export type CutoutBank = {
  readonly entries: readonly BankEntry[];
  readonly words: Uint32Array<SharedArrayBuffer>;
  readonly sha256: string;
};

/** Transmittance of red, green and blue from the lowest byte on, and above them the soft mask. */
export const packPixel = (red: number, green: number, blue: number, soft: number): number =>
  ((soft << 24) | (blue << 16) | (green << 8) | red) >>> 0;

/** A cut-out as it lies in the bank. */
export type Cutout = { readonly set: number; readonly widthPx: number; readonly heightPx: number; readonly words: Uint32Array };

/** The cut-outs of a split, by kind. */
export const splitCutouts = ({ entries, words }: CutoutBank, split: SplitName): Cutout[][] => {
  const byKind: Cutout[][] = Array.from({ length: BACKGROUND }, () => []);
  for (const entry of entries) {
    if (entry.split !== split) continue;
    const { set, widthPx, heightPx, at } = entry;
    byKind[entry.kind]!.push({ set, widthPx, heightPx, words: words.subarray(at, at + widthPx * heightPx) });
  }
  return byKind;
};
