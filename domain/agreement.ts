import { z } from 'zod';

const interval = { low: z.number(), high: z.number() };

/** Cohen's κ with its large-sample 95 % interval. */
export const kappa = z.strictObject({ value: z.number(), standardError: z.number(), ...interval });
export type Kappa = z.infer<typeof kappa>;

/**
 * Bland and Altman's comparison of the counts of one class, field by field: `mean` of first − second, and the limits that 95 % of fields
 * lie within.
 */
export const blandAltman = z.strictObject({
  fields: z.int().min(0),
  /** The bias, with its 95 % interval. */
  mean: z.number(),
  meanInterval: z.strictObject(interval),
  /** Standard deviation of the differences. */
  sd: z.number(),
  /** Limits of agreement, each with its 95 % interval. */
  ...interval,
  lowInterval: z.strictObject(interval),
  highInterval: z.strictObject(interval),
  /** What it was computed from. */
  points: z.array(z.strictObject({ field: z.int().min(0), first: z.number(), second: z.number() })).max(10_000),
});
export type BlandAltman = z.infer<typeof blandAltman>;

/** A cell that two readers see differently; a class is absent where it is no cell to that reader. */
export const difference = z.strictObject({
  /** Its id in the first reading, or in the second where the first has none. */
  cell: z.int().min(1),
  /** Its id in the second reading, where that is another. */
  other: z.int().min(1).optional(),
  first: z.string().max(40).optional(),
  second: z.string().max(40).optional(),
  island: z.int().min(1),
  box: z.tuple([z.number(), z.number(), z.number(), z.number()]),
});
export type Difference = z.infer<typeof difference>;

/** Query of `GET …/agreement`. */
export const agreementQuery = z.strictObject({ over: z.enum(['all', 'reviewed']).default('all') });
export type AgreementQuery = z.infer<typeof agreementQuery>;

/** Answer of `GET …/agreement`: two readings of a session laid beside each other. */
export const agreement = z.strictObject({
  /** Who read first and second. */
  by: z.strictObject({ first: z.string().max(100).optional(), second: z.string().max(100).optional() }),
  /** Which cells were compared: all, or those alone that lie in fields that both looked through. */
  over: z.enum(['all', 'reviewed']),
  /** Cells that at least one of them, or the count, takes for a cell. */
  cells: z.int().min(0),
  agreed: z.int().min(0),
  /** Absent where κ is not defined: everything is of one class to both. */
  kappa: kappa.optional(),
  /** The classes, then `no cell`. */
  labels: z.array(z.string().max(40)).max(101),
  /** Cells by label: a row for what the first reader says, a column for the second. */
  confusion: z.array(z.array(z.int().min(0)).max(101)).max(101),
  /** By class; over the fields of the slide map. Absent for fewer than two fields. */
  blandAltman: z.record(z.string(), blandAltman),
  differences: z.array(difference).max(10_000),
  /** How many there are, listed or not. */
  differing: z.int().min(0),
});
export type Agreement = z.infer<typeof agreement>;
