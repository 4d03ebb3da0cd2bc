import fc from 'fast-check';
import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Detection } from '../../../domain/detection.ts';
import { seededRandom } from '../../../domain/random.ts';
import type { CrossingLine } from '../../../pipelines/flow/crossing-line.ts';
import { advanceFlow, emptyFlow, FLOW_RULES, type FlowObservation, type FlowWorld } from '../../../pipelines/flow/flow-world.ts';
import { track } from '../../../pipelines/flow/track.ts';

const rules = { ...FLOW_RULES, classes: 3, lines: [[200, 0, 200, 300] as CrossingLine] };
const FRAME_MS = 1000 / 30;

const cell = (x: number, y: number, side = 40): Detection => ({
  box: [x - side / 2, y - side / 2, x + side / 2, y + side / 2],
  classIndex: 0,
  score: 0.9,
});

const inFrame = ({ box: [x0, y0, x1, y1], ...rest }: Detection): Detection[] => {
  const box = [Math.max(0, x0), Math.max(0, y0), Math.min(400, x1), Math.min(300, y1)] as const;
  return box[2] - box[0] > 8 && box[3] - box[1] > 8 ? [{ ...rest, box }] : [];
};

const observe = (frameId: number, detections: readonly Detection[]): FlowObservation => ({
  frameId,
  atMs: frameId * FRAME_MS,
  widthPx: 400,
  heightPx: 300,
  detections: detections.flatMap(inFrame),
});

const follow = (observations: readonly FlowObservation[]): FlowWorld[] => {
  let world = emptyFlow();
  return observations.map((observation) => {
    world = advanceFlow(world, observation, rules);
    return world;
  });
};

const crossings = (worlds: readonly FlowWorld[]) => worlds.flatMap((world) => world.crossings);

describe('tracking', () => {
  it('counts a cell that comes in, crosses the line and leaves, once', () => {
    const worlds = follow(Array.from({ length: 100 }, (_, i) => observe(i, [cell(6 * i - 40, 150)])));
    expect(worlds.at(-1)).toMatchObject({ confirmed: 1, tracks: [] });
    expect(crossings(worlds)).toMatchObject([{ id: 1, direction: 'forward' }]);
    expect(worlds.flatMap(({ ended }) => ended)).toHaveLength(1);
  });

  it('keeps two identities apart that cross each other, one of them hidden meanwhile', () => {
    const worlds = follow(
      Array.from({ length: 50 }, (_, i) => {
        const one = cell(60 + 6 * i, 150);
        const other = cell(340 - 6 * i, 160);
        return observe(i, Math.abs(one.box[0] - other.box[0]) < 30 ? [one] : [one, other]);
      }),
    );
    expect(worlds.at(-1)?.confirmed).toBe(2);
    expect(crossings(worlds).map(({ direction }) => direction)).toEqual(['forward', 'backward']);
  });

  it('carries a lost cell on for its memory in time, however many frames that is', () => {
    const hidden = (everyMs: number, awayMs: number): number => {
      let world = emptyFlow();
      for (let ms = 0; ms <= 2000; ms += everyMs) {
        const isAway = ms > 500 && ms <= 500 + awayMs;
        world = advanceFlow(world, { ...observe(0, isAway ? [] : [cell(60 + 0.08 * ms, 150)]), frameId: ms, atMs: ms }, rules);
      }
      return world.confirmed;
    };
    for (const everyMs of [20, 50]) {
      expect(hidden(everyMs, 600)).toBe(1);
      expect(hidden(everyMs, 1000)).toBe(2);
    }
  });

  it('follows cells that move farther than their size once the flow is known', () => {
    const at = (i: number): Detection[] => [0, 1, 2, 3, 4, 5].flatMap((lane) => [cell(((i * 70 + lane * 137) % 600) - 60, 30 + 48 * lane)]);
    const worlds = follow(Array.from({ length: 120 }, (_, i) => observe(i, at(i))));
    const passes = 6 * ((120 * 70) / 600);
    expect(Math.abs((worlds.at(-1)?.confirmed ?? 0) - passes)).toBeLessThanOrEqual(8);
  });

  it('does not count what is seen once, nor one that trembles on the line again and again', () => {
    expect(follow([observe(0, [cell(100, 100)]), ...Array.from({ length: 5 }, (_, i) => observe(i + 1, []))]).at(-1)?.confirmed).toBe(0);
    const random = seededRandom(4);
    const worlds = follow(Array.from({ length: 200 }, (_, i) => observe(i, [cell(200 + 0.8 * random.normal(), 150)])));
    expect(worlds.at(-1)?.confirmed).toBe(1);
    expect(crossings(worlds).length).toBeLessThanOrEqual(1);
  });

  it('is pure: the same observations give the same worlds, through the stage too, and never two identities for one detection', () => {
    const seeds = fc.integer({ min: 0, max: 10_000 });
    fc.assert(
      fc.property(seeds, (seed) => {
        const random = seededRandom(seed);
        const observations = Array.from({ length: 20 }, (_, i) =>
          observe(
            i,
            Array.from({ length: random.integer(9) }, () => cell(random.between(0, 400), random.between(0, 300), random.between(10, 80))),
          ),
        );
        const worlds = follow(observations);
        const source = new Subject<FlowObservation>();
        const staged: FlowWorld[] = [];
        source.pipe(track(rules)).subscribe((world) => staged.push(world));
        for (const observation of observations) source.next(observation);
        expect(staged).toEqual(worlds);
        worlds.forEach((world, i) => {
          const seen = world.sightings.filter(({ from }) => from === 'seen');
          expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
          expect(seen.length).toBeLessThanOrEqual(observations[i]!.detections.length);
        });
      }),
      { numRuns: 30 },
    );
  });

  it('forgets everything on a reset', () => {
    const source = new Subject<FlowObservation>();
    const resets = new Subject<void>();
    const worlds: FlowWorld[] = [];
    source.pipe(track(rules, resets)).subscribe((world) => worlds.push(world));
    for (let i = 0; i < 5; i++) source.next(observe(i, [cell(100 + 3 * i, 150)]));
    expect(worlds.at(-1)?.confirmed).toBe(1);
    resets.next();
    expect(worlds.at(-1)).toEqual(emptyFlow());
  });
});
