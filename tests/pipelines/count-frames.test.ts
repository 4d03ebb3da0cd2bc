import { describe, expect, test } from 'vitest';
import { FaultError } from '../../domain/fault.ts';
import type { FieldReport } from '../../domain/field-report.ts';
import type { Frame } from '../../domain/frame.ts';
import { countFrames } from '../../pipelines/count-frames.ts';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import { type KnownScan, knownOptions, knownScan } from './known-scan.ts';

async function* framesOf(scan: KnownScan, fail?: { at: number; error: Error }): AsyncGenerator<Frame> {
  for (let id = 0; id < scan.frames; id++) {
    if (id === fail?.at) throw fail.error;
    yield scan.shoot(id);
  }
}

const ports = (scan: KnownScan) => ({ engine: scan.engine, now: () => 0 });
const total = ({ counts }: FieldReport): number => counts.reduce((sum, n) => sum + n, 0);

describe('countFrames', () => {
  test('reports every frame, and the last one again with what was kept for the end', async () => {
    const pool = createFramePool();
    // Moving to the last: the end of the way is still to be analysed then.
    const scan = knownScan(pool, { dwell: 0 });
    const reports: FieldReport[] = [];
    const counting = countFrames(framesOf(scan), ports(scan), knownOptions);
    for await (const { frame, report } of counting) {
      expect(frame.id).toBe(report.frameId);
      frame[Symbol.dispose]();
      reports.push(report);
    }
    const ids = Array.from({ length: scan.frames }, (_, id) => id);
    expect(reports.map(({ frameId }) => frameId)).toEqual([...ids, scan.frames - 1]);
    expect(reports.at(-1)!.counts).toEqual(scan.seen());
    expect(total(reports.at(-1)!)).toBeGreaterThan(total(reports.at(-2)!));
    expect(pool.outstanding).toBe(0);
  });

  test('gives the counter at the end: its cells are those of the counts, and the ledger those of the cells', async () => {
    const pool = createFramePool();
    const scan = knownScan(pool);
    const counting = countFrames(framesOf(scan), ports(scan), knownOptions);
    let step = await counting.next();
    for (; !step.done; step = await counting.next()) step.value.frame[Symbol.dispose]();
    const { cells, ledger } = step.value;
    const counted = cells.filter(({ state }) => state === 'counted');
    expect([0, 1, 2].map((classIndex) => counted.filter((cell) => cell.classIndex === classIndex).length)).toEqual(scan.seen());
    for (const { id } of counted) expect(ledger.some((entry) => entry.cell === id && entry.kind === 'counted')).toBe(true);
  });

  test('gives every frame back when whoever counts stops early', async () => {
    const pool = createFramePool();
    const scan = knownScan(pool);
    for await (const { frame } of countFrames(framesOf(scan), ports(scan), knownOptions)) {
      using taken = frame;
      if (taken.id === 9) break;
    }
    expect(pool.outstanding).toBe(0);
  });

  test('passes on what fails in the source or the network, and gives every frame back', async () => {
    const gone = new FaultError({ kind: 'engine', engine: 'truth', what: 'the network is gone', remedy: 'start it again' });
    const pool = createFramePool();
    const scan = knownScan(pool);
    const run = async (frames: AsyncIterable<Frame>, detect = scan.engine.detect): Promise<void> => {
      const engine = { ...scan.engine, detect };
      for await (const { frame } of countFrames(frames, { engine, now: () => 0 }, knownOptions)) frame[Symbol.dispose]();
    };
    await expect(run(framesOf(scan, { at: 7, error: new Error('the clip is cut short') }))).rejects.toThrow('the clip is cut short');
    expect(pool.outstanding).toBe(0);
    let runs = 0;
    const failing: typeof scan.engine.detect = (...given) => (++runs === 2 ? Promise.reject(gone) : scan.engine.detect(...given));
    await expect(run(framesOf(scan), failing)).rejects.toBe(gone);
    expect(pool.outstanding).toBe(0);
  });
});
