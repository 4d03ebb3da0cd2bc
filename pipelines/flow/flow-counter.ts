import type { Tile } from '../../domain/detection.ts';
import type { FieldReport, FieldState } from '../../domain/field-report.ts';
import type { Frame } from '../../domain/frame.ts';
import type { Engine } from '../../models/engine.ts';
import { createFrameTally } from '../frame-tally.ts';
import { createStageClock } from '../stage-clock.ts';
import { createGate, type Look } from '../stages/gate.ts';
import { mergeTiles } from '../stages/merge-tiles.ts';
import { tileFrame } from '../stages/tiling.ts';
import type { CrossingLine } from './crossing-line.ts';
import { createFlowRecord, type FlowRecord } from './flow-record.ts';
import { boxInFrame } from './flow-track.ts';
import { emptyFlow, FLOW_RULES, type FlowObservation, type FlowRules, type FlowWorld } from './flow-world.ts';
import { predictMotion } from './motion.ts';

export type FlowPorts = {
  readonly engine: Engine;
  /** A clock in ms, for the time that stages take; nothing is decided by it. */
  readonly now: () => number;
};

export type FlowOptions = {
  /** Micrometres for one camera pixel. */
  readonly umPerPx: number;
  /** Lines to count crossings at, in pixels or, where all four numbers are within 0 to 1, in shares of the frame. */
  readonly lines: readonly CrossingLine[];
  /** Lowest sharpness, against the best of the session, that is still tracked. */
  readonly minSharpness?: number;
  /** Whether every identity and sighting is kept to the end. */
  readonly keepAll?: boolean;
};

/** A frame that the network is to look at. Whoever takes it disposes the frame. */
export type FlowTask = { readonly frame: Frame; readonly tiles: readonly Tile[] };

/** What the picture itself gave, and whether the network is to look at it. */
export type FlowLook = { readonly look: Look; readonly state: FieldState; readonly reason: string; readonly isTrusted: boolean };

const REASONS: Record<Look['quality'], string> = {
  sharp: '',
  blurred: 'out of focus: turn the fine focus',
  dark: 'too dark: raise the lamp or the exposure',
  bright: 'too bright: lower the lamp or the exposure',
};

/** A channel that empties has less detail and is as sharp as before: it must fall this much lower than a smear. */
const SHARPNESS_SHARE = 0.5;
/** The network may be so far behind before cells stand still in the overlay. */
const MOST_AHEAD_MS = 300;
/** Where the engine does not say it: how near to its tile's edge a box ends that is cut by it, in the network's pixels. */
const EDGE_INPUT_PX = 2;

/**
 * Counts cells that flow: the state behind `countFlow` and `countFlowFrames`, which say when the network runs and hand the worlds in. Pure but for the clock.
 */
export type FlowCounter = {
  readonly rules: FlowRules;
  readonly record: FlowRecord;
  /** Borrows the frame. */
  look(frame: Frame): FlowLook;
  /** The whole frame, cut up for the network. The task holds a handle of its own. */
  task(frame: Frame): FlowTask;
  /** Runs the network. Consumes the task. */
  observe(task: FlowTask, signal?: AbortSignal): Promise<FlowObservation>;
  /** Gives a task up. Consumes it. */
  drop(task: FlowTask): void;
  take(world: FlowWorld): void;
  /** What is to be said of a frame: each confirmed cell where it is, or where it is expected when the frame is newer than the world. */
  report(frame: Frame, look: FlowLook): FieldReport;
  reset(): void;
};

const isShare = (line: CrossingLine): boolean => line.every((number) => number >= 0 && number <= 1);

export const createFlowCounter = ({ engine, now }: FlowPorts, options: FlowOptions): FlowCounter => {
  const { umPerPx, minSharpness = 0.6, keepAll = false } = options;
  const classes = engine.card.classes.length;
  const tiling = engine.tiling(umPerPx);
  const edgePx = tiling.edgePx ?? Math.max(2, (EDGE_INPUT_PX * engine.card.umPerPx) / umPerPx);
  const gate = createGate({ minSharpness: minSharpness * SHARPNESS_SHARE });
  const tally = createFrameTally();
  const clock = createStageClock(now);
  const record = createFlowRecord(classes, options.lines.length, keepAll);
  let lines: readonly CrossingLine[] = options.lines;
  let world = emptyFlow();

  const overlay = (frame: Frame): FieldReport['boxes'] => {
    const aheadMs = Math.min(MOST_AHEAD_MS, Math.max(0, frame.capturedAtMs - (world.atMs ?? frame.capturedAtMs)));
    return world.tracks.flatMap((track) => {
      const { id, state, classIndex, score, lastSeenMs, trail } = track;
      if (id === undefined || (state === 'lost' && (world.atMs ?? 0) - lastSeenMs > FLOW_RULES.coastMs)) return [];
      const box = boxInFrame(predictMotion(track.motion, aheadMs / 1000), frame.widthPx, frame.heightPx);
      if (box === undefined) return [];
      const way = trail.map(({ x, y }): [number, number] => [Math.round(x), Math.round(y)]);
      return [{ id, classIndex, score, box: [...box] as [number, number, number, number], state: 'counted' as const, trail: way }];
    });
  };

  /** Median speed of the latest identities, in µm/s. */
  const medianSpeed = (): number | undefined => {
    const speeds = record.tracks
      .slice(-100)
      .flatMap(({ velocity }) => (velocity === undefined ? [] : [Math.hypot(velocity.x, velocity.y) * umPerPx]))
      .sort((a, b) => a - b);
    return speeds[Math.floor(speeds.length / 2)];
  };

  return {
    get rules() {
      return { ...FLOW_RULES, classes, lines };
    },
    record,
    look: (frame) => {
      lines = options.lines.map((line): CrossingLine => {
        const [x0, y0, x1, y1] = line;
        const { widthPx, heightPx } = frame;
        return isShare(line) ? [x0 * widthPx, y0 * heightPx, x1 * widthPx, y1 * heightPx] : line;
      });
      const look = clock.time('gate', () => gate(frame));
      // Without any detail there is nothing to judge sharpness by: the channel may be empty, or hold a single small cell.
      const state = look.quality === 'blurred' && look.sharpness === 0 ? 'resting' : look.quality;
      tally.enter(false, state);
      const reason = state === 'resting' ? 'nothing to be seen in the channel' : REASONS[state];
      return { look, state, reason, isTrusted: state === 'sharp' || state === 'resting' };
    },
    task: (frame) => ({ frame: frame.retain(), tiles: tileFrame(frame.widthPx, frame.heightPx, tiling) }),
    observe: async ({ frame, tiles }, signal) => {
      using shown = frame;
      const lists = await clock.timeAsync('infer', () => engine.detect(shown, tiles, umPerPx, signal));
      tally.infer(shown.id);
      const detections = mergeTiles(tiles, lists, edgePx);
      return { frameId: shown.id, atMs: shown.capturedAtMs, widthPx: shown.widthPx, heightPx: shown.heightPx, detections };
    },
    drop: ({ frame }) => {
      frame[Symbol.dispose]();
      tally.drop('infer');
    },
    take: (next) => {
      world = next;
      clock.time('track', () => record.take(next));
    },
    report: (frame, { look, state, reason }) => {
      const boxes = overlay(frame);
      const speed = medianSpeed();
      return {
        frameId: frame.id,
        capturedAtMs: frame.capturedAtMs,
        widthPx: frame.widthPx,
        heightPx: frame.heightPx,
        state,
        reason,
        sharpness: look.sharpness,
        boxes,
        counts: [...record.counts],
        frames: tally.counts(),
        slide: { islands: 0, keyframes: 0, areaUm2: 0 },
        flow: {
          inView: boxes.length,
          crossings: lines.map((line, i) => ({ line: [...line], ...record.crossings[i]! })),
          ...(speed === undefined ? {} : { medianUmPerS: speed }),
        },
        stageMs: clock.means(),
      };
    },
    reset: () => {
      world = emptyFlow();
      record.reset();
    },
  };
};
