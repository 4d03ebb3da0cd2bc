import { z } from 'zod';

/** Why cells somewhere on the slide are not counted: they lie over each other, too far apart, or were never seen sharp. */
export const groundKind = z.enum(['thick', 'thin', 'unfocused']);
export type GroundKind = z.infer<typeof groundKind>;

/** A square of the slide where cells are not counted: upper left corner in camera pixels on its island. */
export const groundMark = z.strictObject({ kind: groundKind, island: z.int().min(1), x: z.number(), y: z.number(), sidePx: z.number() });
export type GroundMark = z.infer<typeof groundMark>;

/** What is kept out of the count, by its reason. */
export const excludedGround = z.strictObject({
  /** Of all ground that was looked at, 0 to 1. */
  share: z.number().min(0).max(1),
  thickUm2: z.number().min(0),
  thinUm2: z.number().min(0),
  unfocusedUm2: z.number().min(0),
  /** Cells seen whole there. */
  cells: z.int().min(0),
});
export type ExcludedGround = z.infer<typeof excludedGround>;

export type GroundLimits = {
  /** Share of a neighbourhood beyond which it is too thick when covered so far; 1 for never. */
  readonly thickCover: number;
  /** Likewise, of its cells that lie over another. */
  readonly thickOverlap: number;
  /** Share of a field below which it is too thin when covered no farther; 0 for never. */
  readonly thinCover: number;
};

/** Where nothing else is asked: a smear of one layer covers a third to a half of the glass, two layers two thirds. */
export const GROUND_LIMITS: GroundLimits = { thickCover: 0.75, thickOverlap: 0.5, thinCover: 0.01 };
