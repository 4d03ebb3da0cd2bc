import type { CellClassification } from '../../domain/cell-classification.ts';

/** What the thread says of a picture; the caller knows which cell it is. */
export type PictureClassification = Omit<CellClassification, 'cell'>;

export type ToClassifyThread = { readonly job: number; readonly picture: Uint8Array; readonly umPerPx: number };

export type FromClassifyThread =
  | { readonly type: 'ready' }
  | { readonly type: 'unusable'; readonly what: string }
  | { readonly type: 'classified'; readonly job: number; readonly classification: PictureClassification }
  | { readonly type: 'failed'; readonly job: number; readonly what: string };
