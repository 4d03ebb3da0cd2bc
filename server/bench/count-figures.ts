import type { CountResult } from './count-results.ts';
import { f1Of } from './match-truth.ts';

/** Counts of one suite with one kind of boxes, over its seeds. */
export type SuiteFigures = {
  readonly suite: string;
  readonly boxes: string;
  readonly scans: number;
  readonly truth: number;
  readonly counted: number;
  /** Difference of the totals as a share of the truth: of all scans together, and the worst scan's. */
  readonly error: number;
  readonly worst: number;
  /** Likewise for classes with at least 100 true cells in all scans together. */
  readonly classes: readonly { readonly class: string; readonly truth: number; readonly counted: number; readonly error: number }[];
  readonly f1: number;
  readonly worstF1: number;
  readonly otherClass: number;
  readonly extra: number;
  readonly missed: number;
  readonly registeredShare: number;
  readonly excludedShare: number;
  readonly baselines: readonly { readonly tracker: string; readonly error: number }[];
};

const share = (counted: number, truth: number): number => (counted - truth) / Math.max(1, truth);
const sum = <Item>(items: readonly Item[], of: (item: Item) => number): number => items.reduce((total, item) => total + of(item), 0);
const groupBy = <Item>(items: readonly Item[], of: (item: Item) => string): Map<string, Item[]> => {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(of(item), [...(groups.get(of(item)) ?? []), item]);
  return groups;
};

/** Figures of each suite and kind of boxes, in the order in which they came; intervals apart. */
export const suiteFigures = (results: readonly CountResult[]): SuiteFigures[] =>
  [
    ...groupBy(
      results.filter(({ intervals }) => intervals === undefined),
      ({ suite, boxes }) => `${suite}\n${boxes}`,
    ).values(),
  ].map((scans) => {
    const { suite, boxes } = scans[0]!;
    const truth = sum(scans, ({ match }) => match.truth);
    const counted = sum(scans, ({ match }) => match.counted);
    const classes = groupBy(
      scans.flatMap((scan) => scan.classes),
      (one) => one.class,
    );
    const trackers = groupBy(
      scans.flatMap((scan) => scan.baselines.map((one) => ({ ...one, truth: scan.match.truth }))),
      (one) => one.tracker,
    );
    return {
      suite,
      boxes,
      scans: scans.length,
      truth,
      counted,
      error: share(counted, truth),
      worst: scans.map(({ match }) => share(match.counted, match.truth)).reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0),
      classes: [...classes].map(([name, all]) => {
        const ofClass = { truth: sum(all, (one) => one.truth), counted: sum(all, (one) => one.counted) };
        return { class: name, ...ofClass, error: share(ofClass.counted, ofClass.truth) };
      }),
      f1: f1Of({ matched: sum(scans, ({ match }) => match.matched), counted, truth }),
      worstF1: Math.min(...scans.map(({ match }) => f1Of(match))),
      otherClass: sum(scans, ({ match }) => match.otherClass),
      extra: sum(scans, ({ match }) => match.extra),
      missed: sum(scans, ({ match }) => match.missed),
      registeredShare:
        sum(scans, ({ frames }) => frames.registered) /
        Math.max(
          1,
          sum(scans, ({ frames }) => frames.decoded),
        ),
      excludedShare: sum(scans, ({ excludedShare }) => excludedShare) / scans.length,
      baselines: [...trackers].map(([tracker, all]) => ({
        tracker,
        error: share(
          sum(all, (one) => one.counted),
          sum(all, (one) => one.truth),
        ),
      })),
    };
  });

/** How often the 95 % intervals held the truth. */
export type Coverage = { readonly what: string; readonly intervals: number; readonly held: number };

export const intervalCoverage = (results: readonly CountResult[]): Coverage[] => {
  const all = results.flatMap(({ intervals }) => intervals ?? []);
  const rows = [...groupBy(all, ({ what }) => what)].map(([what, hits]) => ({
    what,
    intervals: hits.length,
    held: sum(hits, ({ held }) => Number(held)),
  }));
  const pool = (kind: string): Coverage[] => {
    const of = rows.filter(({ what }) => what.endsWith(kind));
    return of.length === 0 ? [] : [{ what: `all, ${kind}`, intervals: sum(of, (row) => row.intervals), held: sum(of, (row) => row.held) }];
  };
  return [...rows, ...pool('total'), ...pool('share')];
};
