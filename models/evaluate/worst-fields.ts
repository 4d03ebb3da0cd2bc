import type { FieldMatch } from './match-field.ts';

export type FieldTally = {
  /** Which of the fields. */
  readonly index: number;
  readonly truth: number;
  readonly right: number;
  readonly confused: number;
  readonly missed: number;
  readonly false: number;
  /** Cells confused or missed, and false ones. */
  readonly errors: number;
};

const tally = (matches: readonly FieldMatch[], index: number): FieldTally => {
  const count = (kind: FieldMatch['kind']): number => matches.filter((match) => match.kind === kind).length;
  const [right, confused, missed, wrong] = [count('right'), count('confused'), count('missed'), count('false')];
  return { index, truth: right + confused + missed, right, confused, missed, false: wrong, errors: confused + missed + wrong };
};

/** The fields with the most errors, most first and of equals the earlier; fields without an error are left out. */
export const worstFields = (fields: readonly (readonly FieldMatch[])[], limit: number): FieldTally[] =>
  fields
    .map(tally)
    .filter((item) => item.errors > 0)
    .sort((a, b) => b.errors - a.errors || a.index - b.index)
    .slice(0, limit);
