import type { BundleCard } from '../../domain/bundle-card.ts';
import type { Point } from '../../domain/geometry.ts';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import { saveSlideMap } from '../../pipelines/slide/slide-map-file.ts';
import { createSmearCounter } from '../../pipelines/smear-counter.ts';
import { createEndlessSmear } from './endless-smear.ts';
import { percentile } from './figures.ts';

/** What a frame costs on a map of so many keyframes. */
export type ScaleCost = {
  readonly keyframes: number;
  readonly cells: number;
  /** Registration, planning and map of a frame in ms, processor time of this thread: the mean, and the value below which 95 % lie. */
  readonly meanMs: number;
  readonly medianMs: number;
  readonly p95Ms: number;
};

export type ScaleFigures = {
  readonly small: ScaleCost;
  readonly large: ScaleCost;
  readonly islands: number;
  readonly counted: number;
  readonly worstErrorPx: number;
  /** Jumps back onto known ground from the end of the large map: frames until each was found. */
  readonly framesAfterJump: readonly number[];
  readonly savedMb: number;
  readonly saveMs: number;
};

const WIDTH_PX = 1280;
const HEIGHT_PX = 720;
/** Steps of a lane and between lanes, as shares of the field. */
const STEP_PX = 128;
const LANE_STEP_PX = Math.round(0.72 * HEIGHT_PX);
const LANE_PX = 60 * STEP_PX * 4;
const FRAME_MS = 33;
const WINDOW = 240;
const JUMPS = 10;

/** Lanes to and fro over the endless smear, for as long as asked. */
const placeAt = (frame: number): Point => {
  const perLane = LANE_PX / STEP_PX;
  const perTurn = Math.ceil(LANE_STEP_PX / STEP_PX);
  const lane = Math.floor(frame / (perLane + perTurn));
  const along = frame - lane * (perLane + perTurn);
  const forth = lane % 2 === 0;
  const x = Math.min(perLane, along) * STEP_PX;
  return {
    x: forth ? x : LANE_PX - x,
    y: lane * LANE_STEP_PX + Math.round((Math.max(0, along - perLane) / perTurn) * LANE_STEP_PX),
  };
};

/**
 * Scans an endless made-up smear until the map has `keyframes` keyframes, and compares what a frame costs there with what it costs early on. The
 * network is left out: true boxes stand in for it.
 */
export const runScale = async (
  keyframes: number,
  card: BundleCard,
  signal: AbortSignal,
  onProgress: (keyframes: number) => void = () => {},
): Promise<ScaleFigures> => {
  const pool = createFramePool({ maxBuffers: 8 });
  const umPerPx = card.umPerPx;
  const smear = createEndlessSmear(7, WIDTH_PX, HEIGHT_PX, pool, card);
  const counter = createSmearCounter({ engine: smear.engine, now: () => 0 }, { umPerPx, exposureMs: 0.5, minSharpness: 0.2 });
  let id = 0;
  let worstErrorPx = 0;
  /** Processor time that a frame takes, gate and network aside; the place it was given. */
  const show = async (at: Point): Promise<{ ms: number; found: boolean }> => {
    signal.throwIfAborted();
    using frame = smear.shoot(id, id * FRAME_MS, at)!;
    id++;
    const before = process.threadCpuUsage();
    const advance = counter.advance(frame, 'thrifty');
    for (const task of advance.tasks) await counter.infer(task);
    const report = counter.report(frame, advance);
    const { user, system } = process.threadCpuUsage(before);
    const place = report.placement;
    const error = place === undefined ? Number.POSITIVE_INFINITY : Math.hypot(place.x - at.x, place.y - at.y);
    const found = place?.island === 1 && error < 20;
    if (found) worstErrorPx = Math.max(worstErrorPx, error);
    return { ms: (user + system) / 1000, found };
  };
  const measure = async (step: number): Promise<{ cost: ScaleCost; step: number }> => {
    const times: number[] = [];
    // As much new ground as old: on, and back over it.
    for (let i = 0; i < WINDOW; i++) times.push((await show(placeAt(i < WINDOW / 2 ? step + i : step + WINDOW - i))).ms);
    const cost = {
      keyframes: counter.keyframes.length,
      cells: counter.cells.length,
      meanMs: times.reduce((sum, ms) => sum + ms, 0) / times.length,
      medianMs: percentile(times, 0.5)!,
      p95Ms: percentile(times, 0.95)!,
    };
    return { cost, step: step + 1 };
  };
  let step = 0;
  const until = async (count: number): Promise<void> => {
    for (; counter.keyframes.length < count; step++) {
      await show(placeAt(step));
      if (step % 50 === 0) onProgress(counter.keyframes.length);
    }
  };
  await until(Math.min(50, keyframes));
  const small = await measure(step);
  step = small.step;
  await until(keyframes);
  const large = await measure(step);
  const framesAfterJump: number[] = [];
  for (let jump = 0; jump < JUMPS; jump++) {
    const target = placeAt(Math.round(((jump + 0.5) / JUMPS) * step));
    let frames = 1;
    while (!(await show({ x: target.x + 37 + frames, y: target.y + 21 })).found && frames < 60) frames++;
    framesAfterJump.push(frames);
  }
  const startedAt = performance.now();
  const file = saveSlideMap(counter.snapshot(id * FRAME_MS));
  return {
    small: small.cost,
    large: large.cost,
    islands: new Set(counter.keyframes.map(({ island }) => island)).size,
    counted: counter.cells.filter(({ state }) => state === 'counted').length,
    worstErrorPx,
    framesAfterJump,
    savedMb: file.length / 1e6,
    saveMs: performance.now() - startedAt,
  };
};
