import type { FieldReport, FieldState } from '../domain/field-report.ts';
import type { Frame } from '../domain/frame.ts';
import type { Box } from '../domain/geometry.ts';
import { GROUND_LIMITS, type GroundLimits } from '../domain/ground.ts';
import type { Engine } from '../models/engine.ts';
import { createFrameTally } from './frame-tally.ts';
import { createGroundMap, type GroundSquare } from './ground/ground-map.ts';
import { excludedGroundOf, fitShare, unfitIn } from './ground/unfit-ground.ts';
import { createStepTeller, type OnStep } from './replay/step-teller.ts';
import type { Cell, LedgerEntry, Sighted } from './slide/cell.ts';
import { createCellDrawings, type DrawingsNow } from './slide/cell-drawings.ts';
import { createCellMap } from './slide/cell-map.ts';
import { createClearView } from './slide/clear-view.ts';
import { type Analysed, createCoverage } from './slide/coverage.ts';
import { placeOf } from './slide/fit-cell.ts';
import { createKeyframeGraph, type Keyframe } from './slide/keyframe-graph.ts';
import { fieldOf, overlayOf } from './slide/overlay.ts';
import { createSettler } from './slide/settle-map.ts';
import type { SavedSlideMap } from './slide/slide-map-file.ts';
import { restoreMap, snapshotMap } from './slide/snapshot-map.ts';
import { turnedState, turnOf } from './slide/turned-state.ts';
import { createStageClock } from './stage-clock.ts';
import { createFocusWatch } from './stages/compare-focus.ts';
import { cutEdges } from './stages/cut-edges.ts';
import { createGate, type Look, REASONS } from './stages/gate.ts';
import { createPlanner, type Pace, type Task } from './stages/plan.ts';
import { createRegistrar, type Fix } from './stages/register.ts';
import { createTakeIn } from './stages/take-in.ts';

export type CountPorts = {
  readonly engine: Engine;
  /** A clock in ms, for the time that stages take; nothing is decided by it. */
  readonly now: () => number;
  /** Hears what was found in a frame that the network looked at. Borrows the frame. */
  readonly onSighted?: (frame: Frame, sighted: readonly Sighted[]) => void;
  /** Hears each step that cells and ledger depend on; with a `look` its frame, borrowed. */
  readonly onStep?: OnStep;
};

export type CountOptions = {
  /** Micrometres for one camera pixel. */
  readonly umPerPx: number;
  /** Shutter time, from which motion smear is judged. */
  readonly exposureMs?: number;
  /** Longest motion smear that is still counted, in camera pixels. */
  readonly maxSmearPx?: number;
  /** Lowest sharpness, against the best of the session, that is still counted. */
  readonly minSharpness?: number;
} & Partial<GroundLimits>;

/** A frame with what is said of it. Whoever takes it disposes the frame. */
export type Annotated = { readonly frame: Frame; readonly report: FieldReport };

/** The grid on which coverage is kept, in micrometres: a few points for the smallest platelet. */
const COVERAGE_GRID_UM = 0.55;
/** Sharpness that a look must have against the last sharp one of the same ground; a red cell's rim is washed out where it has less. */
const LEAST_AGAINST_BEFORE = 0.88;

/** What a frame gave: its report's makings, and the runs of the network it calls for. */
export type Advance = {
  readonly look: Look;
  readonly fix: Fix | undefined;
  readonly state: FieldState;
  readonly reason: string;
  readonly tasks: readonly Task[];
};

/**
 * Counts the cells of a smear: the state behind `countSmear` and `countFrames`, which say when the network runs. Pure but for the clock:
 * the same frames with the same results of the network give the same map.
 */
export type SmearCounter = {
  /** Takes a frame in. Borrows it; the tasks hold handles of their own. */
  advance(frame: Frame, pace: Pace): Advance;
  /** Runs the network for a task and takes its detections into the map. Consumes the task. */
  infer(task: Task, signal?: AbortSignal): Promise<void>;
  /** Gives a task up: what it was for is to be analysed again. Consumes the task. */
  drop(task: Task): void;
  /** What is still to be analysed when no more frames come. */
  flush(): readonly Task[];
  /** What is to be said of a frame with the map as it is now. */
  report(frame: Frame, advance: Advance): FieldReport;
  /** Rises with each change of keyframes or cells. */
  readonly version: number;
  readonly keyframes: readonly Keyframe[];
  /** Every cell, the withdrawn ones too, by id; `changed` tells the version of `cellVersion` at which each last changed. */
  readonly cells: readonly Cell[];
  readonly cellVersion: number;
  /** How they are drawn, where the network draws. */
  readonly drawings: DrawingsNow;
  readonly ledger: readonly LedgerEntry[];
  /** Squares of ground whose cells are not counted; `groundVersion` rises when they change. */
  readonly unfitGround: readonly GroundSquare[];
  readonly groundVersion: number;
  /** Tiles that the network looked at, or that wait for it, in the order of their coming. */
  readonly looked: Iterable<Analysed>;
  /** Box of a cell on its island, in camera pixels. */
  placeOf(cell: Cell): Box;
  /** The map as it is, for another day; what waits for the network is not in it. */
  snapshot(atMs: number): SavedSlideMap;
  /** Forgets map and counts; the tallies of frames go on. */
  reset(): void;
};

/** Counts on an empty map, or goes on with a saved one of the same scale and classes (else a `data` fault). */
export const createSmearCounter = (
  { engine, now, onSighted, onStep }: CountPorts,
  options: CountOptions,
  saved?: SavedSlideMap,
): SmearCounter => {
  const { umPerPx, exposureMs = 8, maxSmearPx = 5, minSharpness = 0.6, ...limits } = options;
  const tiling = engine.tiling(umPerPx);
  const { edgePx, edgeShare } = cutEdges(engine, umPerPx);
  const gridPx = Math.max(2, Math.round(COVERAGE_GRID_UM / umPerPx));
  let size = { widthPx: 1, heightPx: 1 };
  const graph = createKeyframeGraph(
    () => size.widthPx,
    () => size.heightPx,
  );
  const registrar = createRegistrar(graph);
  const coverage = createCoverage(gridPx, Math.max(gridPx, tiling.overlapPx / 2));
  const cellMap = createCellMap(engine.card.classes.length);
  const ground = createGroundMap(umPerPx, { ...GROUND_LIMITS, ...limits });
  const view = createClearView(engine, umPerPx);
  const planner = createPlanner(coverage, tiling);
  const tally = createFrameTally();
  const clock = createStageClock(now);
  let gate = createGate({ minSharpness });
  const focus = createFocusWatch(minSharpness > 0 ? LEAST_AGAINST_BEFORE : 0);
  const { classes } = engine.card;
  const steps = createStepTeller(graph, cellMap, onStep);
  const settler = createSettler(graph, coverage, steps.rearranging);
  const drawings = createCellDrawings({ classes, umPerPx });
  const takeIn = createTakeIn({ cellMap, drawings, ground }, { edgePx, edgeShare });
  const parts = { graph, registrar, coverage, cellMap, drawings };
  if (saved !== undefined) {
    size = saved.registrar ?? size;
    restoreMap(saved, parts, { umPerPx, classes });
    steps.lay();
    steps.mark('restored');
  }

  /** Whether the look is as sharp as the one before it was on the same ground. */
  const holdsFocus = ({ detail }: Look, { keyframe, x, y }: Fix): boolean => {
    const relative = focus.compare({ ...size, detail, island: keyframe.island, x: keyframe.x + x, y: keyframe.y + y });
    return relative === undefined || relative >= focus.least;
  };

  const judge = (look: Look, fix: Fix | undefined): { state: FieldState; reason: string } => {
    if (look.quality === 'dark' || look.quality === 'bright') return { state: look.quality, reason: REASONS[look.quality] };
    const smearPx = ((fix?.speedPxPerS ?? 0) * exposureMs) / 1000;
    if (smearPx > maxSmearPx) return { state: 'fast', reason: `moving too fast (${smearPx.toFixed(0)} px smear): slow down` };
    if (look.quality === 'blurred') return { state: 'blurred', reason: REASONS.blurred };
    if (fix === undefined && registrar.turn !== undefined) return turnedState(registrar.turn);
    if (fix === undefined) return { state: 'lost', reason: 'this place is not connected with the map: go back a little, or stay here' };
    return holdsFocus(look, fix) ? { state: 'sharp', reason: '' } : { state: 'blurred', reason: REASONS.blurred };
  };

  const advance = (frame: Frame, pace: Pace): Advance => {
    if (frame.widthPx !== size.widthPx || frame.heightPx !== size.heightPx) size = { widthPx: frame.widthPx, heightPx: frame.heightPx };
    const look = clock.time('gate', () => gate(frame));
    const fix = clock.time('register', () => registrar.locate(frame, look.quality === 'sharp'));
    const judged = judge(look, fix);
    steps.lay();
    tally.enter(fix !== undefined, judged.state);
    clock.time('settle', () => settler.settle(frame.capturedAtMs));
    ground.follow(graph.islands);
    if (judged.state === 'blurred' && fix !== undefined) {
      const field = fieldOf(frame, fix);
      steps.tell({ kind: 'blur', keyframe: fix.keyframe.id, field });
      ground.blur(fix.keyframe, field);
    }
    if (judged.state !== 'sharp' || fix === undefined) return { look, fix, ...judged, tasks: [] };
    const place = { island: fix.keyframe.island, x: fix.keyframe.x + fix.x, y: fix.keyframe.y + fix.y };
    clock.time('shade', () => view.see(frame, place, registrar.sensor));
    steps.shade(view.shade);
    const { tasks, pending } = clock.time('plan', () => planner.advance(frame, fix, pace));
    const resting = !pending && tasks.length === 0;
    return { look, fix, tasks, ...(resting ? { state: 'resting', reason: 'nothing new here' } : judged) };
  };

  const infer = async ({ frame, keyframe, x, y, tiles }: Task, signal?: AbortSignal): Promise<void> => {
    using shown = frame;
    // Cleared while the task waited or ran: it belongs to a map that is gone.
    const isGone = (): boolean => graph.byId(keyframe.id) !== keyframe;
    if (isGone()) {
      tally.drop('infer');
      return;
    }
    const looked = { keyframe, x, y, atMs: shown.capturedAtMs, tiles };
    steps.look(shown, looked);
    const lists = await clock.timeAsync('infer', () => view.detect(shown, tiles, signal));
    tally.infer(shown.id);
    if (isGone()) return;
    steps.found(lists);
    const sighted = clock.time('map', () => takeIn.observe(looked, lists, shown));
    onSighted?.(shown, sighted);
    view.remember(shown, tiles, sighted);
    if (view.isDue) steps.tell({ kind: 'again' });
    const gone = await view.lookAgain(signal);
    if (isGone()) return;
    takeIn.takeBack(gone, looked.atMs);
    clock.time('ground', () => steps.ground(ground.see(shown), gone, (sight) => takeIn.judge(looked, sight)));
  };

  const slide = (): FieldReport['slide'] => {
    const fit = fitShare(ground.tally);
    const um2 = umPerPx * umPerPx;
    const reach = (half: number): number => half + Math.max(edgePx, 2 * edgeShare * half);
    return {
      islands: graph.islands,
      keyframes: graph.keyframes.length,
      areaUm2: coverage.areaPx2 * um2,
      countedUm2: cellMap.halfSidesPx.map((half) => fit * coverage.areaDeeperPx2(reach(half)) * um2),
      excluded: excludedGroundOf(ground, umPerPx, cellMap.excluded),
    };
  };

  return {
    advance,
    infer,
    drop: (task) => {
      for (const tile of task.analysed) coverage.remove(tile);
      task.frame[Symbol.dispose]();
      tally.drop('infer');
    },
    flush: () => planner.flush(),
    report: (frame, { look, fix, state, reason }) => {
      const unfit = fix === undefined ? undefined : unfitIn(ground, fix.keyframe.island, fieldOf(frame, fix));
      return {
        frameId: frame.id,
        capturedAtMs: frame.capturedAtMs,
        widthPx: frame.widthPx,
        heightPx: frame.heightPx,
        state,
        reason: state === 'sharp' || state === 'resting' ? unfit?.reason || reason : reason,
        ...(unfit === undefined || unfit.ground.length === 0 ? {} : { ground: unfit.ground }),
        ...(fix === undefined
          ? {}
          : {
              placement: { ...fix.placement, x: fix.keyframe.x + fix.x, y: fix.keyframe.y + fix.y },
              anchor: { keyframe: fix.keyframe.id, x: fix.x, y: fix.y },
            }),
        ...(fix?.made === undefined ? {} : { keyframe: fix.made.id }),
        ...(fix?.speedPxPerS === undefined ? {} : { speedPxPerS: fix.speedPxPerS }),
        ...(state === 'turned' || state === 'zoomed' ? { turn: turnOf(registrar.turn) } : {}),
        sharpness: look.sharpness,
        boxes: fix === undefined ? [] : overlayOf(cellMap, frame, fix),
        counts: [...cellMap.counts],
        frames: tally.counts(),
        slide: slide(),
        stageMs: clock.means(),
      };
    },
    get version() {
      return graph.version + cellMap.version + ground.version;
    },
    get unfitGround() {
      return ground.unfit;
    },
    get groundVersion() {
      return ground.version;
    },
    get keyframes() {
      return graph.keyframes;
    },
    get cells() {
      return cellMap.cells;
    },
    get cellVersion() {
      return cellMap.version;
    },
    drawings,
    get ledger() {
      return cellMap.ledger;
    },
    get looked() {
      return coverage.tiles;
    },
    placeOf,
    snapshot: (atMs) => {
      settler.finish(atMs);
      steps.mark('mark');
      return snapshotMap(parts, { umPerPx, classes });
    },
    reset: () => {
      planner.reset();
      registrar.reset();
      coverage.reset();
      cellMap.reset();
      drawings.reset();
      view.reset();
      ground.reset();
      settler.reset();
      steps.reset();
      gate = createGate({ minSharpness });
      focus.reset();
    },
  };
};
