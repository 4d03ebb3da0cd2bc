import { Subject } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { FieldReport } from '../../domain/field-report.ts';
import type { Frame } from '../../domain/frame.ts';
import { countSmear } from '../../pipelines/count-smear.ts';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import { createSmearCounter } from '../../pipelines/smear-counter.ts';
import { type KnownScan, knownOptions, knownScan } from './known-scan.ts';
import { quiet } from './operators/play-marbles.ts';

/** A live count by hand: the network answers when it is told to. */
const goLive = (makeScan: (pool: ReturnType<typeof createFramePool>) => KnownScan = knownScan) => {
  const pool = createFramePool({ maxBuffers: 64 });
  const scan = makeScan(pool);
  const waiting: { answer: () => void; fail: (error: Error) => void; signal: AbortSignal | undefined }[] = [];
  const detect: typeof scan.engine.detect = (frame, tiles, umPerPx, signal) =>
    new Promise((resolve, reject) => {
      waiting.push({ answer: () => resolve(scan.engine.detect(frame, tiles, umPerPx, signal)), fail: reject, signal });
    });
  const counter = createSmearCounter({ engine: { ...scan.engine, detect }, now: () => 0 }, knownOptions);
  const source = new Subject<Frame>();
  const reports: FieldReport[] = [];
  const ends: unknown[] = [];
  let runs = 0;
  const subscription = source.pipe(countSmear(counter, () => runs++)).subscribe({
    next: ({ frame, report }) => {
      expect(frame.id).toBe(report.frameId);
      frame[Symbol.dispose]();
      reports.push(report);
    },
    error: (error) => ends.push(error),
    complete: () => ends.push('complete'),
  });
  const answer = async (): Promise<void> => {
    waiting.shift()?.answer();
    await quiet();
  };
  return {
    pool,
    scan,
    counter,
    source,
    reports,
    ends,
    subscription,
    waiting,
    answer,
    runs: () => runs,
    show: (id: number): void => source.next(scan.shoot(id)),
    answerAll: async (): Promise<void> => {
      while (waiting.length > 0) await answer();
    },
    counts: () => reports.at(-1)!.counts,
  };
};

const nothing = [0, 0, 0];

describe('countSmear', () => {
  test('lets each frame go at once; the cells of a run are in the overlay of the next', async () => {
    const { scan, show, reports, answer, counts, waiting, runs } = goLive();
    for (const id of [0, 1, 2]) show(id);
    expect(reports.map(({ frameId }) => frameId)).toEqual([0, 1, 2]);
    expect(counts()).toEqual(nothing);
    expect(waiting).toHaveLength(1);
    await answer();
    expect(runs()).toBe(1);
    show(3);
    expect(counts()).toEqual(scan.seen(0, 0));
    expect(reports.at(-1)!.boxes.length).toBeGreaterThan(5);
  });

  test('completes after the last run, with every frame given back and every cell counted', async () => {
    const { scan, pool, source, show, answer, answerAll, ends, counter } = goLive((pool) => knownScan(pool, { dwell: 0 }));
    for (let id = 0; id < scan.frames; id++) {
      show(id);
      if (id % 3 === 0) await answer();
    }
    source.complete();
    await quiet();
    expect(ends).toEqual([]);
    await answerAll();
    expect(ends).toEqual(['complete']);
    const counted = [0, 1, 2].map((classIndex) =>
      counter.cells.filter((cell) => cell.state === 'counted' && cell.classIndex === classIndex),
    );
    expect(counted.map(({ length }) => length)).toEqual(scan.seen());
    expect(pool.outstanding).toBe(0);
  });

  test('drops runs that the network cannot keep up with, counts them, and analyses what is seen again', async () => {
    const { scan, pool, source, show, answerAll, reports, ends, counts } = goLive((pool) =>
      knownScan(pool, { frames: 24, dwell: 0, stridePx: 36, driftPx: 0.5 }),
    );
    for (let id = 0; id < scan.frames; id++) show(id);
    expect(reports.at(-1)!.frames.dropped).toMatchObject({ infer: expect.any(Number) });
    await answerAll();
    for (let id = scan.frames - 1; id >= 0; id--) {
      show(id);
      await answerAll();
    }
    expect(counts()).toEqual(scan.seen());
    source.complete();
    await answerAll();
    expect(ends).toEqual(['complete']);
    expect(pool.outstanding).toBe(0);
  });

  test.each([1, 5, 14, 27])('gives every frame back when unsubscribed after frame %i, and is silent', async (last) => {
    const { pool, source, show, reports, ends, waiting, subscription, answer } = goLive();
    for (let id = 0; id <= last; id++) {
      show(id);
      if (id % 9 === 8) await answer();
    }
    subscription.unsubscribe();
    expect(source.observed).toBe(false);
    const said = reports.length;
    for (const { signal } of waiting) expect(signal?.aborted).toBe(true);
    for (const { answer: late } of waiting) late();
    await quiet();
    expect(pool.outstanding).toBe(0);
    expect([reports.length, ends]).toEqual([said, []]);
  });

  test('passes on that the network failed, and gives every frame back', async () => {
    const { pool, show, source, waiting, ends } = goLive();
    for (let id = 0; id < 12; id++) show(id);
    waiting[0]!.fail(new Error('the network is gone'));
    await quiet();
    expect(ends).toMatchObject([{ message: 'the network is gone' }]);
    expect(source.observed).toBe(false);
    expect(pool.outstanding).toBe(0);
  });

  test('passes on that the source failed, and gives every frame back', async () => {
    const { pool, show, source, waiting, ends } = goLive();
    for (let id = 0; id < 12; id++) show(id);
    source.error(new Error('the camera is unplugged'));
    for (const { answer } of waiting) answer();
    await quiet();
    expect(ends).toMatchObject([{ message: 'the camera is unplugged' }]);
    expect(pool.outstanding).toBe(0);
  });

  test('starts from empty when reset in mid-run: nothing that was asked before comes into the new map', async () => {
    const { scan, pool, counter, source, show, answer, answerAll, reports, counts, waiting } = goLive((pool) =>
      knownScan(pool, { frames: 30, dwell: 3, stridePx: 60 }),
    );
    show(0);
    await answer();
    expect(counter.cells.length).toBeGreaterThan(10);
    for (let id = 1; id < 15; id++) show(id);
    expect(waiting).toHaveLength(1);
    counter.reset();
    expect([counter.cells.length, counter.ledger.length, counter.keyframes.length]).toEqual([0, 0, 0]);
    await answerAll();
    expect(counter.cells).toHaveLength(0);
    for (let id = 15; id < scan.frames; id++) {
      show(id);
      await answerAll();
    }
    expect(counts()).toEqual(scan.seen(15));
    expect(reports.at(-1)!.slide.islands).toBe(1);
    source.complete();
    await answer();
    await answerAll();
    expect(pool.outstanding).toBe(0);
  });
});
