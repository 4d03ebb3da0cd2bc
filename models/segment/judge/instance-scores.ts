import { type Region, sharedPx } from './region.ts';

/**
 * How well single cells were drawn. Precision, recall and F1: one cell found for each true one, where at least half of what either covers is common (IoU 0.5).
 * `AJI`: aggregated Jaccard index (Kumar et al., 2017), mean over the fields. `PQ`: panoptic quality (Kirillov et al., 2019).
 */
export type InstanceScores = {
  readonly truth: number;
  readonly found: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly AJI: number;
  readonly PQ: number;
};

export type InstanceTally = { add(found: readonly Region[], truth: readonly Region[]): void; readonly scores: InstanceScores };

const MATCHED_IOU = 0.5;

/** A true and a found cell that have pixels in common. */
type Pair = { readonly there: number; readonly found: number; readonly shared: number; readonly iou: number };

const pairsOf = (found: readonly Region[], truth: readonly Region[]): Pair[] =>
  truth.flatMap((one, there) =>
    found.flatMap((other, at) => {
      const shared = sharedPx(one, other);
      return shared === 0 ? [] : [{ there, found: at, shared, iou: shared / (one.areaPx + other.areaPx - shared) }];
    }),
  );

/** Each true cell with the found one most like it, over all; what was found for none and what was not found count as if they overlapped nothing. */
const aggregatedJaccard = (pairs: readonly Pair[], found: readonly Region[], truth: readonly Region[]): number => {
  const nearest = new Map<number, Pair>();
  for (const pair of pairs) if (pair.iou > (nearest.get(pair.there)?.iou ?? 0)) nearest.set(pair.there, pair);
  const used = new Set([...nearest.values()].map((pair) => pair.found));
  let [shared, covered] = [0, 0];
  truth.forEach(({ areaPx }, there) => {
    const pair = nearest.get(there);
    shared += pair?.shared ?? 0;
    covered += areaPx + (pair === undefined ? 0 : found[pair.found]!.areaPx - pair.shared);
  });
  found.forEach(({ areaPx }, at) => {
    if (!used.has(at)) covered += areaPx;
  });
  return covered === 0 ? 1 : shared / covered;
};

/** Adds up fields. */
export const createInstanceTally = (): InstanceTally => {
  const sums = { truth: 0, found: 0, matched: 0, iou: 0, jaccard: 0, fields: 0 };
  return {
    add: (found, truth) => {
      const pairs = pairsOf(found, truth);
      const takenThere = new Set<number>();
      const takenFound = new Set<number>();
      for (const pair of pairs.filter(({ iou }) => iou >= MATCHED_IOU).sort((a, b) => b.iou - a.iou)) {
        if (takenThere.has(pair.there) || takenFound.has(pair.found)) continue;
        takenThere.add(pair.there);
        takenFound.add(pair.found);
        sums.matched++;
        sums.iou += pair.iou;
      }
      sums.truth += truth.length;
      sums.found += found.length;
      sums.jaccard += aggregatedJaccard(pairs, found, truth);
      sums.fields++;
    },
    get scores() {
      const { truth, found, matched, iou, jaccard, fields } = sums;
      const ratio = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole);
      return {
        truth,
        found,
        precision: ratio(matched, found),
        recall: ratio(matched, truth),
        f1: ratio(2 * matched, truth + found),
        AJI: ratio(jaccard, fields),
        PQ: ratio(iou, (truth + found) / 2),
      };
    },
  };
};
