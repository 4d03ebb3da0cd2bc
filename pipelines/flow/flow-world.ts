import type { Detection } from '../../domain/detection.ts';
import { boxArea } from '../../domain/geometry.ts';
import { associate, type Matches } from './associate.ts';
import { type CrossingLine, type Direction, stepOver } from './crossing-line.ts';
import { driftAt, emptyField, type FlowField, learnField } from './flow-field.ts';
import { boxInFrame, type FlowTrack, seeTrack, startTrack, type TrackSighting } from './flow-track.ts';
import { type Measured, measure } from './measure.ts';
import { motionBox, predictMotion, sizeOf } from './motion.ts';

/** What the network found in one frame. */
export type FlowObservation = {
  readonly frameId: number;
  readonly atMs: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly detections: readonly Detection[];
};

export type FlowRules = {
  readonly classes: number;
  readonly lines: readonly CrossingLine[];
  /** How long a cell that is not seen is remembered. */
  readonly memoryMs: number;
  /** How long one that is not confirmed yet is. */
  readonly tentativeMs: number;
  /** How long a lost one is still said to be where it is expected. */
  readonly coastMs: number;
  /** Detections from this score on begin tracks and are matched first; those below only carry on what is known. */
  readonly highScore: number;
};

/** The rules that the figures were measured with. */
export const FLOW_RULES = { memoryMs: 800, tentativeMs: 80, coastMs: 100, highScore: 0.45 } as const;

export type Crossing = {
  readonly line: number;
  readonly direction: Direction;
  readonly id: number;
  readonly classIndex: number;
  readonly atMs: number;
};

export type FlowSighting = TrackSighting & { readonly id: number; readonly from: 'seen' | 'expected' | 'early' };

/** Every moving cell at one moment, and what this step brought. */
export type FlowWorld = {
  readonly atMs: number | undefined;
  readonly tracks: readonly FlowTrack[];
  readonly field: FlowField;
  /** Identities confirmed so far. */
  readonly confirmed: number;
  /** Tracks that ended with this step, having been confirmed. */
  readonly ended: readonly FlowTrack[];
  readonly crossings: readonly Crossing[];
  /** Boxes of confirmed identities: in this frame, `expected` where they were not seen, and `early` from before they were confirmed in this step. */
  readonly sightings: readonly FlowSighting[];
};

export const emptyFlow = (): FlowWorld => ({
  atMs: undefined,
  tracks: [],
  field: emptyField(),
  confirmed: 0,
  ended: [],
  crossings: [],
  sightings: [],
});

/** Log-odds at which a track is taken for a cell, and at least so many sightings. */
const CONFIRMED_AT = 7;
const LEAST_SIGHTINGS = 2;
/** Log-odds that a look without a sighting takes away: networks miss about one cell in eight. */
const MISSED = Math.log(1 / 8);
/** A cell of which less than this share is left in the frame has gone; it is not taken for one before this share of it has come in. */
const GONE_SHARE = 0.2;
const COME_SHARE = 0.3;
/** Clear of a line by this share of its size. */
const CLEAR_SHARE = 0.06;
/** From so many sightings on a track speaks of the flow. */
const SETTLED_SIGHTINGS = 3;

const isSure = ({ existence, sightings }: FlowTrack): boolean => existence >= CONFIRMED_AT && sightings >= LEAST_SIGHTINGS;

const withLines = (track: FlowTrack, lines: readonly CrossingLine[]): { track: FlowTrack; made: FlowTrack['early'] } => {
  if (lines.length === 0) return { track, made: [] };
  const clearPx = CLEAR_SHARE * sizeOf(track.motion);
  const made: { line: number; direction: Direction }[] = [];
  const stands = lines.map((line, i) => {
    const { stand, crossed } = stepOver(line, track.stands[i], track.lastAt, clearPx);
    if (crossed !== undefined) made.push({ line: i, direction: crossed });
    return stand;
  });
  return { track: { ...track, stands }, made };
};

/**
 * One step of tracking. Pure: the same observations give the same worlds. Tracks are predicted to the frame's time (constant velocity, Kalman), then matched in
 * stages in the manner of ByteTrack (Y. Zhang et al., ECCV 2022): sure detections with known cells, the others with known cells that are left, then
 * sure ones with tentative tracks. What is left of the sure ones begins tracks, at the velocity that the flow around them has.
 */
export const advanceFlow = (world: FlowWorld, observation: FlowObservation, rules: FlowRules): FlowWorld => {
  const { frameId, atMs, widthPx, heightPx, detections } = observation;
  const dtS = world.atMs === undefined ? 0 : Math.max(0, atMs - world.atMs) / 1000;
  const tracks = world.tracks.map((track) => ({ ...track, motion: predictMotion(track.motion, dtS) }));
  const high: Measured[] = [];
  const low: Measured[] = [];
  for (const detection of detections) (detection.score >= rules.highScore ? high : low).push(measure(detection, widthPx, heightPx));
  const roomPx2 = (widthPx * heightPx) / Math.max(1, detections.length);

  const known = tracks.filter(({ id }) => id !== undefined);
  const unsure = tracks.filter(({ id }) => id === undefined);
  const seen: FlowTrack[] = [];
  const take = (from: readonly FlowTrack[], by: readonly Measured[], { pairs }: Matches): void => {
    for (const [track, detection] of pairs) seen.push(seeTrack(from[track]!, by[detection]!, atMs, roomPx2));
  };
  const first = associate(known, high);
  take(known, high, first);
  const left = first.idleTracks.map((i) => known[i]!);
  const second = associate(left, low);
  take(left, low, second);
  const highLeft = first.idleDetections.map((j) => high[j]!);
  const third = associate(unsure, highLeft);
  take(unsure, highLeft, third);
  const unsureLeft = third.idleTracks.map((i) => unsure[i]!);
  const lowLeft = second.idleDetections.map((j) => low[j]!);
  const fourth = associate(unsureLeft, lowLeft);
  take(unsureLeft, lowLeft, fourth);

  const share = (x: number, y: number) => ({ x: x / widthPx, y: y / heightPx });
  const born = third.idleDetections.map((j) => {
    const measured = highLeft[j]!;
    return startTrack(measured, atMs, rules.classes, driftAt(world.field, share(measured.x, measured.y)));
  });

  const unseen = [...second.idleTracks.map((i) => left[i]!), ...fourth.idleTracks.map((i) => unsureLeft[i]!)];
  const inFrame = ({ motion }: FlowTrack): number => {
    const inside = boxInFrame(motion, widthPx, heightPx);
    return inside === undefined ? 0 : boxArea(inside) / boxArea(motionBox(motion));
  };
  const stays = (track: FlowTrack): boolean =>
    atMs - track.lastSeenMs <= (track.id === undefined ? rules.tentativeMs : rules.memoryMs) && inFrame(track) >= GONE_SHARE;

  let confirmed = world.confirmed;
  const crossings: Crossing[] = [];
  const sightings: FlowSighting[] = [];
  const settled = [...seen, ...born].map((given): FlowTrack => {
    const { track, made } = withLines(given, rules.lines);
    const sighting: TrackSighting = {
      frameId,
      atMs,
      box: boxInFrame(track.motion, widthPx, heightPx) ?? track.box,
      score: track.score,
    };
    const isNew = track.id === undefined && isSure(track) && inFrame(track) >= COME_SHARE;
    if (track.id === undefined && !isNew)
      return { ...track, early: [...track.early, ...made], earlySightings: [...track.earlySightings, sighting] };
    const id = track.id ?? ++confirmed;
    const { classIndex } = track;
    for (const { line, direction } of [...track.early, ...made]) crossings.push({ line, direction, id, classIndex, atMs });
    for (const early of track.earlySightings) sightings.push({ ...early, id, from: 'early' });
    sightings.push({ ...sighting, id, from: 'seen' });
    return { ...track, id, state: 'confirmed', early: [], earlySightings: [] };
  });
  const waiting = unseen
    .filter(stays)
    .map((track): FlowTrack => (track.id === undefined ? { ...track, existence: track.existence + MISSED } : { ...track, state: 'lost' }));
  const ended = unseen.filter((track) => track.id !== undefined && !stays(track));
  for (const { id, motion, lastSeenMs, score } of waiting) {
    const box = boxInFrame(motion, widthPx, heightPx);
    if (id !== undefined && box !== undefined && atMs - lastSeenMs <= rules.coastMs)
      sightings.push({ frameId, atMs, box, score, id, from: 'expected' });
  }
  const lessons = settled.flatMap(({ sightings: n, motion }) =>
    n < SETTLED_SIGHTINGS ? [] : [{ at: share(motion.x.at, motion.y.at), velocity: { x: motion.x.velocity, y: motion.y.velocity } }],
  );
  return { atMs, tracks: [...settled, ...waiting], field: learnField(world.field, atMs, lessons), confirmed, ended, crossings, sightings };
};
