import type { Box, Point } from '../../domain/geometry.ts';
import type { Direction } from './crossing-line.ts';
import type { FlowTrack } from './flow-track.ts';
import type { FlowSighting, FlowWorld } from './flow-world.ts';

/** What is kept of an identity: where and when it was seen first and last, and its mean velocity between the two. */
export type TrackRecord = {
  readonly id: number;
  readonly classIndex: number;
  readonly score: number;
  readonly box: Box;
  readonly sightings: number;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  /** In px/s; `undefined` where it was seen for too short a time. */
  readonly velocity: Point | undefined;
};

/** Sums over the worlds of one run. */
export type FlowRecord = {
  take(world: FlowWorld): void;
  /** Confirmed identities of each class, those in view among them by what they look like now. */
  readonly counts: readonly number[];
  readonly crossings: readonly Readonly<Record<Direction, number>>[];
  /** Identities that ended, and those in view, by id; of a run that does not keep all, the latest. */
  readonly tracks: readonly TrackRecord[];
  /** Cells in view: mean over the observed frames, and most. */
  readonly inView: { readonly mean: number; readonly most: number };
  /** Every sighting, where it was asked for; at the end those of every frame. */
  readonly sightings: readonly FlowSighting[];
  reset(): void;
};

/** A velocity is not told from less time than this. */
const LEAST_MS = 60;
const RECENT_TRACKS = 500;

const recordOf = ({ id, classIndex, score, box, sightings, firstSeenMs, lastSeenMs, firstAt, lastAt }: FlowTrack): TrackRecord => {
  const s = (lastSeenMs - firstSeenMs) / 1000;
  const velocity = 1000 * s < LEAST_MS ? undefined : { x: (lastAt.x - firstAt.x) / s, y: (lastAt.y - firstAt.y) / s };
  return { id: id ?? 0, classIndex, score, box, sightings, firstSeenMs, lastSeenMs, velocity };
};

/** Begins a record. With `keepAll` every identity and every sighting is kept, as a finite run wants it; else the latest, as one without end must. */
export const createFlowRecord = (classes: number, lines: number, keepAll: boolean): FlowRecord => {
  const zeros = (n: number): number[] => Array.from({ length: n }, () => 0);
  let endedCounts = zeros(classes);
  let crossings = Array.from({ length: lines }, () => ({ forward: 0, backward: 0 }));
  let ended: TrackRecord[] = [];
  let sightings: FlowSighting[] = [];
  let inView: readonly FlowTrack[] = [];
  let frames = 0;
  let sum = 0;
  let most = 0;
  return {
    take: (world) => {
      inView = world.tracks.filter(({ id }) => id !== undefined);
      if (world.atMs === undefined) return;
      for (const track of world.ended) {
        endedCounts[track.classIndex]!++;
        ended.push(recordOf(track));
      }
      if (!keepAll && ended.length > 2 * RECENT_TRACKS) ended = ended.slice(-RECENT_TRACKS);
      for (const { line, direction } of world.crossings) crossings[line]![direction]++;
      if (keepAll) sightings.push(...world.sightings);
      const now = world.sightings.reduce((n, { from }) => (from === 'early' ? n : n + 1), 0);
      frames++;
      sum += now;
      most = Math.max(most, now);
    },
    get counts() {
      const counts = [...endedCounts];
      for (const { classIndex } of inView) counts[classIndex]!++;
      return counts;
    },
    get crossings() {
      return crossings;
    },
    get tracks() {
      return [...ended, ...inView.map(recordOf)].sort((a, b) => a.id - b.id);
    },
    get inView() {
      return { mean: frames === 0 ? 0 : sum / frames, most };
    },
    get sightings() {
      return sightings;
    },
    reset: () => {
      endedCounts = zeros(classes);
      crossings = Array.from({ length: lines }, () => ({ forward: 0, backward: 0 }));
      ended = [];
      sightings = [];
      inView = [];
      frames = 0;
      sum = 0;
      most = 0;
    },
  };
};
