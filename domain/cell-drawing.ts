import { z } from 'zod';
import type { Outline } from './outline.ts';

/** Corners in whole quarters of a camera pixel. */
export const PER_PIXEL = 4;

/** Numbers in an outline, two a corner; more can neither be kept nor sent. */
export const MOST_OUTLINE_NUMBERS = 800;

/** An outline as it is stored and sent: corners in quarters of a camera pixel from the upper left corner of its cell's box. */
export const packedOutline = z.array(z.int().min(-32_768).max(32_767)).min(6).max(MOST_OUTLINE_NUMBERS);

/** How a cell is drawn: taken from the best sighting that showed it whole. */
export const cellDrawing = z.strictObject({
  outline: packedOutline,
  nucleus: packedOutline.optional(),
  /** Diameter of the paler middle of a red cell over the cell's own, 0 to 1 (normally about a third). */
  pallor: z.number().min(0).max(1).optional(),
});
export type CellDrawing = z.infer<typeof cellDrawing>;

type Corner = { readonly x: number; readonly y: number };

/** Packs an outline in camera pixels, `corner` being that of its cell's box in the same pixels. */
export const packOutline = (outline: Outline, corner: Corner): number[] =>
  // No -0: it is not read as it was written.
  outline.map((value, at) => Math.round((value - (at % 2 === 0 ? corner.x : corner.y)) * PER_PIXEL) + 0);

/** The outline in camera pixels, from the corner of its cell's box. */
export const unpackOutline = (packed: readonly number[], corner: Corner): number[] =>
  packed.map((value, at) => value / PER_PIXEL + (at % 2 === 0 ? corner.x : corner.y));
