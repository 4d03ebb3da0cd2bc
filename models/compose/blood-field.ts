import type { Box } from '../../domain/geometry.ts';

/** A cell as annotated: box in pixels of its field; classes are 0 red cell, 1 white cell, 2 platelet. */
export type FieldCell = { readonly classIndex: number; readonly box: Box };

/** An annotated photograph of a smear: RGB, 3 bytes a pixel. */
export type BloodField = {
  readonly name: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly rgb: Uint8Array;
  readonly cells: readonly FieldCell[];
};
