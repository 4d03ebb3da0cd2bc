import { assign } from '../../domain/assignment.ts';
import { type Measured, measureAs } from './measure.ts';
import type { Motion } from './motion.ts';
import { sizeOf } from './motion.ts';

/** A track as association sees it: predicted to the frame, and the likeliest class. */
export type Expected = { readonly motion: Motion; readonly classIndex: number };

export type Matches = {
  /** `[index of the track, index of the detection]`. */
  readonly pairs: readonly (readonly [number, number])[];
  readonly idleTracks: readonly number[];
  readonly idleDetections: readonly number[];
};

/** Standard deviation of a measured place, as a share of the cell's size, and of a measured side, as a logarithm. */
const PLACE_NOISE = 0.05;
const SIDE_NOISE = 0.2;
/** Squared distances, in standard deviations, beyond which a detection is another cell: 99.99 % of two axes, and of two sides. */
const PLACE_GATE = 18;
const SIDE_GATE = 16;
/** What it costs to see a cell as another class, and to leave a track without a detection. */
const CLASS_COST = 1.2;
const IDLE_COST = 10;

/** Variance of a measured place; an edge that cuts the cell leaves its middle to be guessed, and an unsure network is unsure of the place. */
export const placeNoise = (size: number, measured: Measured): number => {
  const cut = measured.cutX !== undefined || measured.cutY !== undefined;
  return (PLACE_NOISE * size * (cut ? 2 : 1) * (1 + Math.max(0, 0.8 - measured.score))) ** 2;
};

/** Cost of a pair in nats: how far the detection lies from the prediction, how unlike its size and class are. `undefined` beyond the gates. */
const pairCost = ({ motion, classIndex }: Expected, given: Measured): number | undefined => {
  const measured = measureAs(given, motion);
  const size = sizeOf(motion);
  const noise = placeNoise(size, measured);
  const spreadX = motion.x.varAt + noise;
  const spreadY = motion.y.varAt + noise;
  const place = (measured.x - motion.x.at) ** 2 / spreadX + (measured.y - motion.y.at) ** 2 / spreadY;
  if (place > PLACE_GATE) return undefined;
  const side = (measuredPx: number, knownPx: number, cut: Measured['cutX']): number =>
    cut === undefined ? (Math.log(Math.max(1, measuredPx) / Math.max(1, knownPx)) / SIDE_NOISE) ** 2 : 0;
  const sides = side(measured.widthPx, motion.widthPx, measured.cutX) + side(measured.heightPx, motion.heightPx, measured.cutY);
  if (sides > SIDE_GATE) return undefined;
  const spread = 0.5 * Math.log((spreadX * spreadY) / size ** 4);
  return 0.5 * (place + sides) + spread + (measured.classIndex === classIndex ? 0 : CLASS_COST);
};

/** The most that a gated pair's spread can make good; keeps costs above zero for every pair that is allowed. */
const FLOOR = -8;

/**
 * Pairs tracks with detections so that the whole is most likely (global nearest neighbour by Mahalanobis distance); a track without a detection has its price,
 * so that none takes another's for want of its own. Indices are into the given lists.
 */
export const associate = (tracks: readonly Expected[], detections: readonly Measured[], idleCost: number = IDLE_COST): Matches => {
  const rows = tracks.length;
  const columns = detections.length;
  const wide = columns + rows;
  const costs = new Float64Array(rows * wide).fill(idleCost);
  const allowed = new Uint8Array(rows * columns);
  tracks.forEach((track, i) => {
    detections.forEach((detection, j) => {
      const cost = pairCost(track, detection);
      costs[i * wide + j] = cost === undefined ? 2 * idleCost + 100 : Math.max(FLOOR, cost);
      if (cost !== undefined) allowed[i * columns + j] = 1;
    });
  });
  const pairs = assign(costs, rows, wide).flatMap(({ row, column }): [number, number][] =>
    column < columns && allowed[row * columns + column] === 1 ? [[row, column]] : [],
  );
  const busyTracks = new Set(pairs.map(([track]) => track));
  const busyDetections = new Set(pairs.map(([, detection]) => detection));
  return {
    pairs,
    idleTracks: tracks.flatMap((_, i) => (busyTracks.has(i) ? [] : [i])),
    idleDetections: detections.flatMap((_, j) => (busyDetections.has(j) ? [] : [j])),
  };
};
