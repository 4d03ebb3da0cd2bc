import { z } from 'zod';

const share = z.number().min(0).max(1);

/**
 * What a classifier holds a cell for: a suggestion, never counted. `scores` are in the order of `kinds` and add up to 1 but for rounding. `map` says where in the
 * cell's picture the likeliest kind is seen: values from 0 to 1, row after row, over `square`, a box in pixels of the picture that may reach beyond it.
 */
export const cellClassification = z.strictObject({
  cell: z.int().min(1),
  kinds: z.array(z.strictObject({ id: z.string().max(40), name: z.string().max(60) })).max(100),
  scores: z.array(share).max(100),
  /** Index of the likeliest kind. */
  kind: z.int().min(0),
  map: z.strictObject({
    rows: z.int().min(1).max(64),
    columns: z.int().min(1).max(64),
    values: z.array(share).max(4096),
    square: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  }),
  /** Size of the cell's picture. */
  picture: z.strictObject({ widthPx: z.int().min(1), heightPx: z.int().min(1) }),
  model: z.strictObject({ name: z.string().max(64), version: z.string().max(40) }),
});
export type CellClassification = z.infer<typeof cellClassification>;

/** Classes of a detector whose cells are of several kinds; red cells are none of them. */
export const hasKinds = (className: string): boolean => /^(WBC|platelets?)$/i.test(className);
