import { seededRandom } from '../../domain/random.ts';
import { SPLITS, type SplitName } from './cell-kinds.ts';

const SHARES: Readonly<Record<SplitName, number>> = { train: 0.8, validate: 0.1, test: 0.1 };

/**
 * Deals cut-outs to the splits that are wanted: what comes from one picture goes to one split, and each split gets its share of every kind, the rarest kind
 * first and at least one group of each where there are enough. The split of each cut-out, in their order.
 */
export const dealSamples = (
  samples: readonly { readonly group: string; readonly kind: number }[],
  wanted: readonly SplitName[],
  seed: number,
): SplitName[] => {
  const groups = Map.groupBy(samples, ({ group }) => group);
  const totals = new Map([...Map.groupBy(samples, ({ kind }) => kind)].map(([kind, own]) => [kind, own.length]));
  const have = new Map<string, number>();
  const split = new Map<string, SplitName>();
  const rarest = (own: readonly { readonly kind: number }[]): number =>
    own.map(({ kind }) => kind).reduce((least, kind) => (totals.get(kind)! < totals.get(least)! ? kind : least));
  const random = seededRandom(seed);
  const order = random
    .shuffled([...groups.entries()].sort(([a], [b]) => (a < b ? -1 : 1)))
    .map(([group, own]) => ({ group, own, kind: rarest(own) }))
    .sort((a, b) => totals.get(a.kind)! - totals.get(b.kind)!);
  const all = SPLITS.filter((name) => wanted.includes(name));
  for (const { group, own, kind } of order) {
    const lack = (name: SplitName): number => {
      const has = have.get(`${name} ${kind}`) ?? 0;
      return has === 0 ? 1e6 + SHARES[name] : SHARES[name] * totals.get(kind)! - has;
    };
    const chosen = all.reduce((best, name) => (lack(name) > lack(best) ? name : best));
    split.set(group, chosen);
    for (const sample of own) have.set(`${chosen} ${sample.kind}`, (have.get(`${chosen} ${sample.kind}`) ?? 0) + 1);
  }
  return samples.map(({ group }) => split.get(group)!);
};
