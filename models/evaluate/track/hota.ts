import { assign } from '../../../domain/assignment.ts';
import type { TrackSequence } from './track-sequence.ts';

const ALPHAS = Array.from({ length: 19 }, (_, i) => 0.05 + i * 0.05);

/** Sums of one sequence at one overlap threshold; of several sequences they add up. */
type AtAlpha = {
  readonly matched: number;
  readonly missed: number;
  readonly surplus: number;
  /** Sums over the matches. */
  readonly association: number;
  readonly recall: number;
  readonly precision: number;
  readonly overlap: number;
};

/** One entry for each overlap threshold .05:.05:.95. */
export type HotaSums = readonly AtAlpha[];

export type Hota = {
  readonly HOTA: number;
  readonly DetA: number;
  readonly AssA: number;
  readonly DetRe: number;
  readonly DetPr: number;
  readonly AssRe: number;
  readonly AssPr: number;
  readonly LocA: number;
};

/** How well each pair of identities fits over the whole sequence: the soft Jaccard index that matching is steered by. */
const alignment = ({ frames, truthIds, trackedIds, boxesOfTruth, boxesOfTracked }: TrackSequence): Float64Array => {
  const shared = new Float64Array(truthIds * trackedIds);
  for (const { truth, tracked, iou } of frames) {
    const columns = tracked.length;
    const ofRow = truth.map((_, i) => tracked.reduce((sum, _id, j) => sum + iou[i * columns + j]!, 0));
    const ofColumn = tracked.map((_, j) => truth.reduce((sum, _id, i) => sum + iou[i * columns + j]!, 0));
    truth.forEach((row, i) => {
      tracked.forEach((column, j) => {
        const own = iou[i * columns + j]!;
        const all = ofColumn[j]! + ofRow[i]! - own;
        if (all > Number.EPSILON) shared[row * trackedIds + column]! += own / all;
      });
    });
  }
  for (let i = 0; i < truthIds; i++)
    for (let j = 0; j < trackedIds; j++) {
      const own = shared[i * trackedIds + j]!;
      shared[i * trackedIds + j] = own / (boxesOfTruth[i]! + boxesOfTracked[j]! - own);
    }
  return shared;
};

/** Sums for HOTA (J. Luiten et al., IJCV 129, 2021, sections 4 and 5) of one sequence. */
export const hotaSums = (sequence: TrackSequence): HotaSums => {
  const { frames, trackedIds, truthBoxes, trackedBoxes, boxesOfTruth, boxesOfTracked } = sequence;
  const aligned = alignment(sequence);
  const matches = ALPHAS.map(() => new Map<number, number>());
  const overlaps = ALPHAS.map(() => 0);
  for (const { truth, tracked, iou } of frames) {
    const costs = iou.map((own, k) => -own * aligned[truth[Math.floor(k / tracked.length)]! * trackedIds + tracked[k % tracked.length]!]!);
    for (const { row, column } of assign(costs, truth.length, tracked.length)) {
      const own = iou[row * tracked.length + column]!;
      const pair = truth[row]! * trackedIds + tracked[column]!;
      for (let a = 0; a < ALPHAS.length && own >= ALPHAS[a]! - Number.EPSILON; a++) {
        overlaps[a]! += own;
        matches[a]!.set(pair, (matches[a]!.get(pair) ?? 0) + 1);
      }
    }
  }
  return ALPHAS.map((_, a) => {
    let matched = 0;
    let association = 0;
    let recall = 0;
    let precision = 0;
    for (const [pair, n] of matches[a]!) {
      const ofTruth = boxesOfTruth[Math.floor(pair / trackedIds)]!;
      const ofTracked = boxesOfTracked[pair % trackedIds]!;
      matched += n;
      association += (n * n) / (ofTruth + ofTracked - n);
      recall += (n * n) / ofTruth;
      precision += (n * n) / ofTracked;
    }
    return {
      matched,
      missed: truthBoxes - matched,
      surplus: trackedBoxes - matched,
      association,
      recall,
      precision,
      overlap: overlaps[a]!,
    };
  });
};

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** HOTA and its parts over all sequences, each the mean over the thresholds. Without a match the overlap is called perfect, as TrackEval does. */
export const hotaOf = (sequences: readonly HotaSums[]): Hota => {
  const all = ALPHAS.map((_, a) => {
    const sum = (of: (at: AtAlpha) => number): number => sequences.reduce((total, sums) => total + of(sums[a]!), 0);
    const matched = sum((at) => at.matched);
    const boxes = (others: number): number => Math.max(1, matched + others);
    const missed = sum((at) => at.missed);
    const surplus = sum((at) => at.surplus);
    const DetA = matched / boxes(missed + surplus);
    const AssA = sum((at) => at.association) / Math.max(1, matched);
    return {
      HOTA: Math.sqrt(DetA * AssA),
      DetA,
      AssA,
      DetRe: matched / boxes(missed),
      DetPr: matched / boxes(surplus),
      AssRe: sum((at) => at.recall) / Math.max(1, matched),
      AssPr: sum((at) => at.precision) / Math.max(1, matched),
      LocA: matched === 0 ? 1 : sum((at) => at.overlap) / matched,
    };
  });
  return {
    HOTA: mean(all.map(({ HOTA }) => HOTA)),
    DetA: mean(all.map(({ DetA }) => DetA)),
    AssA: mean(all.map(({ AssA }) => AssA)),
    DetRe: mean(all.map(({ DetRe }) => DetRe)),
    DetPr: mean(all.map(({ DetPr }) => DetPr)),
    AssRe: mean(all.map(({ AssRe }) => AssRe)),
    AssPr: mean(all.map(({ AssPr }) => AssPr)),
    LocA: mean(all.map(({ LocA }) => LocA)),
  };
};
