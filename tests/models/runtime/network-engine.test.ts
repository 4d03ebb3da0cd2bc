import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Detection } from '../../../domain/detection.ts';
import { engineNames } from '../../../domain/engine-name.ts';
import { toFault } from '../../../domain/fault.ts';
import type { Frame } from '../../../domain/frame.ts';
import { type Box, boxCentre } from '../../../domain/geometry.ts';
import type { Engine } from '../../../models/engine.ts';
import { loadBundle } from '../../../models/runtime/bundle.ts';
import { listEngines } from '../../../models/runtime/engine-probe.ts';
import { loadEngine } from '../../../models/runtime/load-engine.ts';
import { createFramePool } from '../../../pipelines/frame-pool.ts';

const TINY = fileURLToPath(new URL('../../fixtures/tiny-bundle/', import.meta.url));

/** White glass with dark spots of 24 px around the given centres. */
const spotted = (centres: readonly (readonly [number, number])[], widthPx = 640, heightPx = 480): Frame =>
  createFramePool().frame({ id: 0, capturedAtMs: 0, widthPx, heightPx, fullRange: true }, (y, u, v) => {
    y.data.fill(255);
    u.data.fill(128);
    v.data.fill(128);
    for (const [cx, cy] of centres)
      for (let row = Math.max(0, cy - 12); row < Math.min(heightPx, cy + 12); row++)
        y.data.fill(10, row * y.stridePx + Math.max(0, cx - 12), row * y.stridePx + Math.min(widthPx, cx + 12));
  })!;

const nearest = (found: readonly Detection[], [x, y]: readonly [number, number]): number =>
  Math.min(...found.map(({ box }) => Math.hypot(boxCentre(box).x - x, boxCentre(box).y - y)));

describe('the engine', () => {
  let engine: Engine;
  let reason: string;
  beforeAll(async () => {
    // What is remembered must not land in the cache of who runs the tests.
    Object.assign(process.env, { XDG_CACHE_HOME: join(tmpdir(), `engines-${process.pid}`) });
    ({ engine, reason } = await loadEngine({ model: TINY, engine: 'auto', threads: 1 }));
  });
  afterAll(() => engine[Symbol.asyncDispose]());

  test('auto says what it took and why', () => {
    expect(engine.name).toMatch(/^onnx:(cpu|cuda|webgpu)$/);
    expect(reason).toMatch(/ms for a tile/);
    expect(listEngines().map(({ name }) => name)).toEqual([...engineNames]);
  });

  test.each([0.072, 0.144, 0.1, 0.05])('finds spots where they are, at %d µm a pixel', async (umPerPx) => {
    const spots = [
      [101, 83],
      [320, 240],
      [597, 433],
    ] as const;
    using frame = spotted(spots);
    const [found] = await engine.detect(frame, [{ box: [0, 0, 640, 480] }], umPerPx);
    // The grid has a point every 4 input pixels; a spot of 24 px holds several, suppression leaves at least one on it.
    for (const spot of spots) expect(nearest(found!, spot)).toBeLessThan(14);
    for (const { box, classIndex, score } of found!) {
      expect(Math.min(...spots.map((spot) => nearest([{ box, classIndex, score }], spot)))).toBeLessThan(40);
      expect(classIndex).toBe(0);
      expect(score).toBeGreaterThanOrEqual(0.5);
    }
  });

  test('tiles of any shape give what each would give alone, in order', async () => {
    using frame = spotted([
      [60, 60],
      [300, 200],
      [500, 400],
    ]);
    const boxes: Box[] = [
      [0, 0, 333, 251],
      [200, 100, 600, 460],
      [-20, -20, 333, 251],
      [900, 900, 950, 950],
      [200, 100, 600, 460],
    ];
    const together = await engine.detect(
      frame,
      boxes.map((box) => ({ box })),
      0.072,
    );
    expect(together).toHaveLength(boxes.length);
    for (const [index, box] of boxes.entries()) {
      const [alone] = await engine.detect(frame, [{ box }], 0.072);
      expect(together[index]).toEqual(alone);
    }
    expect(together[3]).toEqual([]);
    expect(together[1]).toEqual(together[4]);
    for (const spot of [
      [300, 200],
      [500, 400],
    ] as const)
      expect(nearest(together[1]!, spot)).toBeLessThan(14);
    expect(nearest(together[1]!, [60, 60])).toBeGreaterThan(100);
  });

  test('a tile is seen to its edges', async () => {
    const corners = [
      [212, 112],
      [588, 112],
      [212, 448],
      [588, 448],
    ] as const;
    using frame = spotted(corners);
    const [found] = await engine.detect(frame, [{ box: [200, 100, 600, 460] }], 0.072);
    for (const corner of corners) expect(nearest(found!, corner)).toBeLessThan(14);
  });

  test('boxes are clipped to their tile', async () => {
    using frame = spotted([
      [100, 100],
      [200, 200],
    ]);
    const [found] = await engine.detect(frame, [{ box: [101, 99, 203, 201] }], 0.072);
    expect(found!.length).toBeGreaterThan(0);
    for (const { box } of found!) {
      expect(box[0]).toBeGreaterThanOrEqual(101);
      expect(box[1]).toBeGreaterThanOrEqual(99);
      expect(box[2]).toBeLessThanOrEqual(203);
      expect(box[3]).toBeLessThanOrEqual(201);
    }
  });

  test('what fills a tile up is never found', async () => {
    using frame = spotted([], 200, 200);
    const [found] = await engine.detect(frame, [{ box: [0, 0, 150, 130] }], 0.1);
    expect(found).toEqual([]);
  });

  test('answers concurrent calls each with its own', async () => {
    using one = spotted([[100, 100]]);
    using other = spotted([[400, 300]]);
    const whole = [{ box: [0, 0, 640, 480] as Box }];
    const answers = await Promise.all([
      engine.detect(one, whole, 0.072),
      engine.detect(other, whole, 0.072),
      engine.detect(one, whole, 0.072),
    ]);
    expect(nearest(answers[0]![0]!, [100, 100])).toBeLessThan(14);
    expect(nearest(answers[1]![0]!, [400, 300])).toBeLessThan(14);
    expect(answers[2]).toEqual(answers[0]);
  });

  test('the thread of the caller stays free', async () => {
    using frame = spotted([[100, 100]], 1280, 720);
    // Processor time of this thread against that of all: wall time would judge the machine's other load.
    const [own, all] = [process.threadCpuUsage(), process.cpuUsage()];
    for (let i = 0; i < 20; i++) await engine.detect(frame, [{ box: [0, 0, 768, 720] }], 0.072);
    const [ownSince, allSince] = [process.threadCpuUsage(own), process.cpuUsage(all)];
    expect((ownSince.user + ownSince.system) / (allSince.user + allSince.system)).toBeLessThan(0.5);
  });

  test('tiling follows the scale', () => {
    expect(engine.tiling(0.144)).toEqual({ tilePx: 384, overlapPx: 64 });
    expect(engine.tiling(0.072)).toEqual({ tilePx: 768, overlapPx: 128 });
  });

  test('an abort is heeded', async () => {
    using frame = spotted([[100, 100]]);
    await expect(engine.detect(frame, [{ box: [0, 0, 99, 99] }], 0.072, AbortSignal.abort())).rejects.toThrow(/abort/i);
  });
});

test('a closed engine says so', async () => {
  const { engine } = await loadEngine({ model: TINY, engine: 'onnx:cpu', threads: 2 });
  await engine[Symbol.asyncDispose]();
  await engine[Symbol.asyncDispose]();
  using frame = spotted([]);
  const error = await engine.detect(frame, [{ box: [0, 0, 99, 99] }], 0.072).catch((caught: unknown) => caught);
  expect(toFault(error)).toMatchObject({ kind: 'engine', what: 'the engine was closed' });
});

test('an engine that is not there is refused with the reason', async () => {
  const absent = listEngines().find(({ present }) => !present);
  if (absent === undefined) return;
  const error = await loadEngine({ model: TINY, engine: absent.name }).catch((caught: unknown) => caught);
  expect(toFault(error)).toMatchObject({ kind: 'engine', engine: absent.name });
});

test('the fixture is whole', async () => {
  expect((await loadBundle(TINY)).card.classes).toEqual(['Dark', 'Blue']);
});
