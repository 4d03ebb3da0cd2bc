import { type Random, seededRandom } from '../../domain/random.ts';
import { countMarks, type Dataset, type Field, fieldName, type Split } from './dataset.ts';
import { groupPairs } from './same-pictures.ts';

export type SplitOptions = {
  /** Name and share of each part; shares need not add up to 1. */
  readonly parts: readonly { readonly name: string; readonly share: number }[];
  readonly seed: number;
  /** Names of fields that must be in the part `test`, and alone there with what belongs to them. */
  readonly keptInTest?: ReadonlySet<string> | undefined;
  /** Fields of one slide: what the expression's first group (or all of it) finds in their names. */
  readonly group?: RegExp | undefined;
  /** Fields that show the same picture, as indexes in the order of the splits. */
  readonly same: readonly { readonly a: number; readonly b: number }[];
};

export type SplitResult = {
  readonly splits: readonly Split[];
  /** Groups that had to stay together: how many, and fields in the largest. */
  readonly groups: number;
  readonly largestGroup: number;
  /** Fields whose names the expression does not find. */
  readonly ungrouped: number;
};

const TEST = 'test';

type Group = { readonly fields: readonly Field[]; readonly counts: ReadonlyMap<string, number> };

const groupFields = (fields: readonly Field[], { group, same }: SplitOptions): { groups: Group[]; ungrouped: number } => {
  const pairs = [...same];
  const first = new Map<string, number>();
  let ungrouped = 0;
  if (group !== undefined)
    for (const [i, field] of fields.entries()) {
      const found = group.exec(fieldName(field));
      const key = found?.[1] ?? found?.[0];
      if (key === undefined) ungrouped++;
      else if (first.has(key)) pairs.push({ a: first.get(key)!, b: i });
      else first.set(key, i);
    }
  const groups = groupPairs(fields.length, pairs).map((members) => {
    const own = members.map((i) => fields[i]!);
    return { fields: own, counts: countMarks(own) };
  });
  return { groups, ungrouped };
};

/** What a part still lacks: fields, and boxes of each label. */
type Want = { readonly name: string; fields: number; readonly boxes: Map<string, number> };

const take = (want: Want, group: Group): void => {
  want.fields -= group.fields.length;
  for (const [label, n] of group.counts) want.boxes.set(label, (want.boxes.get(label) ?? 0) - n);
};

/** The part that lacks most boxes of a label, or most fields where no label is left; of equals the one that lacks most fields. */
const neediest = (wants: readonly Want[], label: string | undefined): Want => {
  const need = (want: Want): number => (label === undefined ? want.fields : (want.boxes.get(label) ?? 0));
  return wants.reduce((best, want) => (need(want) > need(best) || (need(want) === need(best) && want.fields > best.fields) ? want : best));
};

/** Gives the groups out, those with the rarest label first (K. Sechidis et al., 2011, iterative stratification, with groups in place of fields). */
const giveOut = (groups: readonly Group[], wants: readonly Want[], random: Random): Map<Group, string> => {
  const given = new Map<Group, string>();
  let left = random.shuffled(groups);
  while (left.length > 0) {
    const remaining = countMarks(left.flatMap(({ fields }) => fields));
    const rarest = [...remaining].sort(([a, n], [b, m]) => n - m || (a < b ? -1 : 1))[0]?.[0];
    const now = rarest === undefined ? left : left.filter(({ counts }) => counts.has(rarest));
    // Large groups first: the small ones even out what they leave.
    const inOrder = [...now].sort((a, b) =>
      rarest === undefined ? b.fields.length - a.fields.length : b.counts.get(rarest)! - a.counts.get(rarest)!,
    );
    for (const group of inOrder) {
      const want = neediest(wants, rarest);
      take(want, group);
      given.set(group, want.name);
    }
    const taken = new Set(now);
    left = left.filter((group) => !taken.has(group));
  }
  return given;
};

/**
 * Divides a set into parts by chance, the same for the same seed: no group of fields (one picture under two names, one slide) is on two sides, and each
 * part has its share of every class. Kept test fields stay test fields, and take their groups with them.
 */
export const splitDataset = (dataset: Dataset, options: SplitOptions): SplitResult => {
  const fields = dataset.splits.flatMap((split) => split.fields);
  const { groups, ungrouped } = groupFields(fields, options);
  const kept = options.keptInTest ?? new Set<string>();
  const isKept = ({ fields: own }: Group): boolean => own.some((field) => kept.has(fieldName(field)));
  const fixed = groups.filter(isKept);
  const open = groups.filter((group) => !fixed.includes(group));
  const parts = options.parts.filter(({ name, share }) => share > 0 && (fixed.length === 0 || name !== TEST));
  const sum = parts.reduce((total, { share }) => total + share, 0);
  const total = countMarks(open.flatMap((group) => group.fields));
  const count = open.reduce((n, group) => n + group.fields.length, 0);
  const wants = parts.map(({ name, share }): Want => {
    const boxes = new Map([...total].map(([label, n]) => [label, (n * share) / sum]));
    return { name, fields: (count * share) / sum, boxes };
  });
  const given = giveOut(open, wants, seededRandom(options.seed));
  for (const group of fixed) given.set(group, TEST);
  const partOf = new Map([...given].flatMap(([group, name]) => group.fields.map((field) => [field, name] as const)));
  const names = [...new Set([...options.parts.map(({ name }) => name), ...(fixed.length > 0 ? [TEST] : [])])];
  const splits = names.map((name) => ({ name, fields: fields.filter((field) => partOf.get(field) === name) }));
  const together = groups.filter((group) => group.fields.length > 1);
  return {
    splits: splits.filter((split) => split.fields.length > 0),
    groups: together.length,
    largestGroup: together.reduce((most, group) => Math.max(most, group.fields.length), 0),
    ungrouped,
  };
};
