import type { Detection } from '../../domain/detection.ts';
import type { Box } from '../../domain/geometry.ts';
import type { LedgerKind } from '../../domain/ledger.ts';
import type { Keyframe } from './keyframe-graph.ts';

/**
 * An entry on the slide map. `waiting` cells were never seen whole and are not counted; `withdrawn` ones were taken back;
 * `excluded` ones were seen whole where the smear is not fit for counting.
 * The box hangs on a keyframe: camera pixels from its corner.
 */
export type Cell = {
  readonly id: number;
  keyframe: Keyframe;
  /** Where the keyframe was when the cell was last laid out. */
  laid: { readonly island: number; readonly x: number; readonly y: number };
  box: Box;
  /** Where it is waiting: the tile, likewise, beyond which there may be more of it. */
  visible: Box | undefined;
  state: 'counted' | 'waiting' | 'excluded' | 'withdrawn';
  classIndex: number;
  score: number;
  /** Log-likelihood of each class, summed over sightings. */
  readonly evidence: Float64Array;
  /** Log-odds that there is a cell at all. */
  existence: number;
  /** Sum of the weights of the sightings that the box is a mean of. */
  weight: number;
  sightings: number;
  misses: number;
  readonly firstSeenMs: number;
  lastSeenMs: number;
  /** Version of the map at which it last changed. */
  changed: number;
};

/** A detection with the cell that it was taken for; `cut`: there may be more of it than the frame shows. */
export type Sighted = Detection & { readonly cell: number; readonly cut: boolean };

/** Append-only: what was counted, and why it stayed or went. As in the exported ledger, with classes by their index. */
export type LedgerEntry = {
  readonly atMs: number;
  readonly kind: LedgerKind;
  readonly cell: number;
  readonly classIndex: number;
  /** The class before, where it was reclassified. */
  readonly was?: number;
  /** The cell that it was merged into, or split from. */
  readonly other?: number;
  readonly island: number;
  readonly box: Box;
  readonly reason: string;
};

/** A sighting says no more than this for or against a class, so that two can outweigh one. */
const SURE = 0.97;
/** Weight of a cut sighting against a whole one. */
const CUT_WEIGHT = 0.25;
/** Beyond this weight the mean forgets, so that it follows a map that is still settling. */
const MOST_WEIGHT = 8;
/** What an analysed place without the cell says, in log-odds: networks miss about one cell in eight. */
const MISS = Math.log(1 / 8);
const MOST_EXISTENCE = 6;

const sure = (score: number): number => Math.min(SURE, Math.max(1 - SURE, score));

/**
 * Adds a sighting's word on the class; the rest of its probability is shared among the others. A score says how likely there is such a cell, so
 * that even a faint one speaks for its class and not for the others: of what is there it is the likelier half.
 */
export const weighClass = (evidence: Float64Array, classIndex: number, score: number, cut: boolean): void => {
  const weight = cut ? CUT_WEIGHT : 1;
  const own = sure((1 + score) / 2);
  const other = Math.log((1 - own) / Math.max(1, evidence.length - 1));
  for (let i = 0; i < evidence.length; i++) evidence[i]! += weight * (i === classIndex ? Math.log(own) : other);
};

/** The likeliest class; the first of equals. */
export const likeliestClass = (evidence: Float64Array): number => {
  let best = 0;
  for (let i = 1; i < evidence.length; i++) if (evidence[i]! > evidence[best]!) best = i;
  return best;
};

/** Log-odds after a sighting, or after a look at the place that showed no cell. */
export const weighExistence = (existence: number, score: number | undefined): number => {
  const word = score === undefined ? MISS : Math.log(sure(score) / (1 - sure(score))) + 1;
  return Math.min(MOST_EXISTENCE, existence + word);
};

/** Whether enough looks did not show the cell that it is taken back: at least two, against weak sightings. */
export const isDoubtful = ({ existence, misses }: Cell): boolean => misses >= 2 && existence < 0;

/** Moves the box towards a whole sighting by its weight. */
export const refineBox = (cell: Cell, box: Box, weight: number): void => {
  const total = Math.min(MOST_WEIGHT, cell.weight + weight);
  const share = Math.min(1, weight / total);
  const mean = (i: 0 | 1 | 2 | 3): number => cell.box[i] + (box[i] - cell.box[i]) * share;
  cell.box = [mean(0), mean(1), mean(2), mean(3)];
  cell.weight = total;
};
