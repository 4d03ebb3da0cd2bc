import type { Box, Point } from '../../domain/geometry.ts';
import { intersectBoxes } from '../../domain/geometry.ts';
import { weighClass } from '../slide/cell.ts';
import { placeNoise } from './associate.ts';
import type { Direction, LineStand } from './crossing-line.ts';
import type { Drift } from './flow-field.ts';
import { type Measured, measureAs } from './measure.ts';
import { type Motion, motionBox, sizeOf, startAxis, updateAxis } from './motion.ts';

/** One time that a track was seen: the box of the frame it belongs to. */
export type TrackSighting = { readonly frameId: number; readonly atMs: number; readonly box: Box; readonly score: number };

/** A moving cell's identity. `tentative` may be a mistake yet; `lost` is not seen at the moment. Only confirmed ones were ever counted. */
export type FlowTrack = {
  readonly state: 'tentative' | 'confirmed' | 'lost';
  /** Given when it is confirmed, from 1 on without gaps. */
  readonly id: number | undefined;
  /** At the time of the world it stands in. */
  readonly motion: Motion;
  /** Log-odds that there is a cell. */
  readonly existence: number;
  /** Log-likelihood of each class over the sightings. */
  readonly evidence: Float64Array;
  readonly classIndex: number;
  readonly score: number;
  readonly sightings: number;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  readonly firstAt: Point;
  readonly lastAt: Point;
  readonly box: Box;
  /** Where it was seen lately, oldest first. */
  readonly trail: readonly Point[];
  /** For each line, where it last stood clear of it. */
  readonly stands: readonly (LineStand | undefined)[];
  /** Crossings made while tentative: they count when it is confirmed. */
  readonly early: readonly { readonly line: number; readonly direction: Direction }[];
  /** Sightings made while tentative. */
  readonly earlySightings: readonly TrackSighting[];
};

const TRAIL_POINTS = 24;
/** Before anything is known of the flow: velocity up to so many sizes a second. */
const UNKNOWN_SIZES_PER_S = 20;
/** What cells differ from the drift around them at least: a share of its speed, and sizes a second. */
const OWN_SHARE = 0.12;
const OWN_SIZES_PER_S = 0.6;
/** The newest size counts for so much at least. */
const NEWEST_SIZE = 0.25;

const logOdds = (score: number): number => {
  const sure = Math.min(0.97, Math.max(0.03, score));
  return Math.log(sure / (1 - sure));
};

/** The part of a cell's box that lies in the frame. */
export const boxInFrame = (motion: Motion, widthPx: number, heightPx: number): Box | undefined =>
  intersectBoxes(motionBox(motion), [0, 0, widthPx, heightPx]);

/** A track that begins with a detection. */
export const startTrack = (measured: Measured, atMs: number, classes: number, drift: Drift | undefined): FlowTrack => {
  const size = sizeOf(measured);
  const noise = placeNoise(size, measured);
  const own = (OWN_SIZES_PER_S * size) ** 2 + (drift === undefined ? 0 : (OWN_SHARE * Math.hypot(drift.x, drift.y)) ** 2);
  const unknown = (UNKNOWN_SIZES_PER_S * size) ** 2;
  const evidence = new Float64Array(classes);
  weighClass(evidence, measured.classIndex, measured.score, measured.cutX !== undefined || measured.cutY !== undefined);
  const at = { x: measured.x, y: measured.y };
  return {
    state: 'tentative',
    id: undefined,
    motion: {
      x: startAxis(measured.x, noise, drift?.x ?? 0, drift === undefined ? unknown : drift.varX + own),
      y: startAxis(measured.y, noise, drift?.y ?? 0, drift === undefined ? unknown : drift.varY + own),
      widthPx: measured.widthPx,
      heightPx: measured.heightPx,
      wholeX: measured.cutX === undefined,
      wholeY: measured.cutY === undefined,
    },
    existence: logOdds(measured.score),
    evidence,
    classIndex: measured.classIndex,
    score: measured.score,
    sightings: 1,
    firstSeenMs: atMs,
    lastSeenMs: atMs,
    firstAt: at,
    lastAt: at,
    box: measured.box,
    trail: [at],
    stands: [],
    early: [],
    earlySightings: [],
  };
};

/** How much likelier the place is for this very cell than for any other, in nats: its spread against the room that each cell in view has. */
const placeEvidence = (motion: Motion, noise: number, roomPx2: number): number => {
  const spread = 2 * Math.PI * Math.sqrt((motion.x.varAt + noise) * (motion.y.varAt + noise));
  return Math.min(5, Math.log(roomPx2 / spread));
};

/** The predicted track with a sighting of it taken in. */
export const seeTrack = (track: FlowTrack, given: Measured, atMs: number, roomPx2: number): FlowTrack => {
  const { motion } = track;
  const measured = measureAs(given, motion);
  const size = sizeOf(motion);
  const noise = placeNoise(size, measured);
  const sightings = track.sightings + 1;
  const share = Math.max(NEWEST_SIZE, 1 / sightings);
  const grown = (known: number, seen: number, cut: Measured['cutX'], whole: boolean): number => {
    if (cut === undefined) return whole ? known + share * (seen - known) : seen;
    return whole ? Math.max(known, seen) : known + share * (seen - known);
  };
  const moved: Motion = {
    x: measured.cutX === 'both' ? motion.x : updateAxis(motion.x, measured.x, noise),
    y: measured.cutY === 'both' ? motion.y : updateAxis(motion.y, measured.y, noise),
    widthPx: grown(motion.widthPx, measured.widthPx, measured.cutX, motion.wholeX),
    heightPx: grown(motion.heightPx, measured.heightPx, measured.cutY, motion.wholeY),
    wholeX: motion.wholeX || measured.cutX === undefined,
    wholeY: motion.wholeY || measured.cutY === undefined,
  };
  const evidence = Float64Array.from(track.evidence);
  weighClass(evidence, measured.classIndex, measured.score, measured.cutX !== undefined || measured.cutY !== undefined);
  const at = { x: moved.x.at, y: moved.y.at };
  return {
    ...track,
    state: track.id === undefined ? 'tentative' : 'confirmed',
    motion: moved,
    existence: track.existence + logOdds(measured.score) + placeEvidence(motion, noise, roomPx2),
    evidence,
    classIndex: evidence.reduce((best, log, i) => (log > evidence[best]! ? i : best), 0),
    score: measured.score,
    sightings,
    lastSeenMs: atMs,
    lastAt: at,
    box: measured.box,
    trail: [...track.trail.slice(1 - TRAIL_POINTS), at],
  };
};
