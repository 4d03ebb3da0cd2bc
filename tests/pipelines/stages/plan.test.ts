import { describe, expect, test } from 'vitest';
import { type Box, containsBox, insetBox, translateBox } from '../../../domain/geometry.ts';
import { seededRandom } from '../../../domain/random.ts';
import { createFramePool, type FramePool } from '../../../pipelines/frame-pool.ts';
import { createCoverage } from '../../../pipelines/slide/coverage.ts';
import type { Keyframe } from '../../../pipelines/slide/keyframe-graph.ts';
import { createPlanner, type Pace, type Task } from '../../../pipelines/stages/plan.ts';
import type { Fix } from '../../../pipelines/stages/register.ts';
import { type Stop, walkFields } from './walk-fields.ts';

const WIDTH_PX = 320;
const HEIGHT_PX = 200;
const TILING = { tilePx: 176, overlapPx: 64 };
const GRID_PX = 2;
/** What may be lost at the edge of what was seen: one pixel of slip, and the grid's. */
const SLACK_PX = 1 + GRID_PX;
const PACES: readonly Pace[] = ['eager', 'busy', 'thrifty'];

const keyframeAt = (x: number, y: number, island: number): Keyframe => ({ island, x, y }) as Keyframe;

const shoot = (pool: FramePool, id: number) =>
  pool.frame({ id, capturedAtMs: id * 33, widthPx: WIDTH_PX, heightPx: HEIGHT_PX, fullRange: true }, () => {})!;

const setUp = () => {
  const pool = createFramePool({ maxBuffers: 100 });
  const coverage = createCoverage(GRID_PX, TILING.overlapPx / 2);
  const planner = createPlanner(coverage, TILING);
  const analysed: { island: number; box: Box }[] = [];
  let runs = 0;
  const take = (tasks: readonly Task[]): void => {
    for (const { frame, keyframe, x, y, tiles } of tasks) {
      using _ = frame;
      runs++;
      for (const { box } of tiles)
        analysed.push({ island: keyframe.island, box: translateBox(box, { x: keyframe.x + x, y: keyframe.y + y }) });
    }
  };
  let id = 0;
  /** Shows a field, measured against the keyframe. Whoever asks takes the tasks. */
  const show = ({ x, y }: Stop, keyframe: Keyframe, pace: Pace) => {
    using frame = shoot(pool, id++);
    const placement = { island: keyframe.island, x, y, confidence: 1 };
    const at = { keyframe, x: x - keyframe.x, y: y - keyframe.y };
    const match = { ...at, likeness: 1, overlap: 1, errorPx: 0, content: 0 };
    const fix: Fix = { placement, ...at, match, made: undefined, speedPxPerS: undefined };
    return planner.advance(frame, fix, pace);
  };
  return { pool, coverage, planner, analysed, take, show, runs: () => runs };
};

/** Square boxes that a field showed whole with room to spare, most of them near its edges. */
const boxesIn = ({ x, y, island }: Stop, seed: number): { island: number; box: Box }[] => {
  const random = seededRandom(seed);
  return Array.from({ length: 12 }, () => {
    const side = random.between(4, TILING.overlapPx - 2 * SLACK_PX);
    const along = (length: number): number => {
      const [low, high] = [SLACK_PX, length - SLACK_PX - side];
      const pick = random.next();
      return pick < 0.3 ? low : pick < 0.6 ? high : random.between(low, high);
    };
    const [left, top] = [x + along(WIDTH_PX), y + along(HEIGHT_PX)];
    return { island, box: [left, top, left + side, top + side] as Box };
  });
};

describe('createPlanner', () => {
  test.each(PACES)('%s: each box that was ever whole in a field ends whole in an analysed tile, and every frame is given back', (pace) => {
    for (let seed = 0; seed < 15; seed++) {
      const { pool, planner, analysed, take, show } = setUp();
      const keyframes = [keyframeAt(0, 0, 1), keyframeAt(130.4, -77.7, 1), keyframeAt(3, 8, 2)];
      const walk = walkFields(seed, 60, 2);
      walk.forEach((stop, i) => {
        const candidates = keyframes.filter(({ island }) => island === stop.island);
        take(show(stop, candidates[i % candidates.length]!, pace).tasks);
      });
      take(planner.flush());
      expect(pool.outstanding).toBe(0);
      walk.forEach((stop, i) => {
        for (const { island, box } of boxesIn(stop, seed * 1_000 + i)) {
          const whole = analysed.some((tile) => tile.island === island && containsBox(insetBox(tile.box, -1e-6), box));
          expect(whole, `seed ${seed}, field ${i}, box ${box}`).toBe(true);
        }
      });
    }
  });

  const home = keyframeAt(0, 0, 1);
  const at = (x: number, y = 0): Stop => ({ x, y, island: 1 });

  test('a resting stage calls for one run of everything, and then for none', () => {
    const { pool, take, show, analysed } = setUp();
    take(show(at(0), home, 'eager').tasks);
    expect(analysed.length).toBeGreaterThan(1);
    for (let i = 0; i < 20; i++) expect(show(at(0.2 * (i % 2)), home, 'eager')).toEqual({ tasks: [], pending: false });
    expect(pool.outstanding).toBe(0);
  });

  test('a little new area waits, so that one run serves more of it', () => {
    const { take, show } = setUp();
    take(show(at(0), home, 'eager').tasks);
    const shown = [2, 4, 6, 6, 6, 6, 6, 6, 6, 6].map((x) => {
      const { tasks, pending } = show(at(x), home, 'eager');
      take(tasks);
      return { runs: tasks.length, pending };
    });
    expect(shown[0]).toEqual({ runs: 0, pending: true });
    expect(shown.reduce((sum, { runs }) => sum + runs, 0)).toBe(1);
    expect(shown.at(-1)).toEqual({ runs: 0, pending: false });
  });

  test('while the network is busy only what would be lost calls for a run, of the last frame that showed it', () => {
    const { take, show } = setUp();
    take(show(at(0), home, 'eager').tasks);
    expect(show(at(150), home, 'busy')).toEqual({ tasks: [], pending: true });
    expect(show(at(160), home, 'busy')).toEqual({ tasks: [], pending: true });
    const { tasks } = show(at(0), home, 'busy');
    expect(tasks).toMatchObject([{ x: 160, y: 0, frame: { id: 2 } }]);
    take(tasks);
  });

  test('what was dropped is pending again', () => {
    const { pool, coverage, take, show, planner } = setUp();
    const [task] = show(at(0), home, 'eager').tasks;
    for (const tile of task!.analysed) coverage.remove(tile);
    task!.frame[Symbol.dispose]();
    const { tasks } = show(at(0), home, 'eager');
    expect(tasks.flatMap(({ tiles }) => tiles)).toEqual(task!.tiles);
    take([...tasks, ...planner.flush()]);
    expect(pool.outstanding).toBe(0);
  });

  test('reset lets the kept frame go', () => {
    const { pool, planner, show } = setUp();
    show(at(0), home, 'busy');
    expect(pool.outstanding).toBe(1);
    planner.reset();
    expect(pool.outstanding).toBe(0);
    expect(planner.flush()).toEqual([]);
  });

  const rightmost = (analysed: readonly { box: Box }[]): number => Math.max(...analysed.map(({ box }) => box[2]));

  test.each(PACES)('%s: what a stage that creeps away no longer shows is analysed', (pace) => {
    const { analysed, take, show, planner } = setUp();
    for (const x of [0, 20, 40, 60]) take(show(at(x), home, pace).tasks);
    for (let x = 60; x > 0; x -= 0.1) take(show(at(x), home, pace).tasks);
    take(planner.flush());
    expect(rightmost(analysed)).toBeGreaterThan(60 + WIDTH_PX - SLACK_PX);
  });

  test.each(PACES)('%s: what was kept is analysed though the map was laid out anew meanwhile', (pace) => {
    const { analysed, coverage, take, show, planner } = setUp();
    for (const x of [0, 20, 40]) take(show(at(x), home, pace).tasks);
    coverage.relay([home]);
    for (const x of [20, 0]) take(show(at(x), home, pace).tasks);
    take(planner.flush());
    expect(rightmost(analysed)).toBeGreaterThan(40 + WIDTH_PX - SLACK_PX);
  });
});
