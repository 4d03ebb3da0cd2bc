import { describe, expect, test } from 'vitest';
import type { FieldReport } from '../../domain/field-report.ts';
import type { Frame } from '../../domain/frame.ts';
import { countFrames } from '../../pipelines/count-frames.ts';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import { percentile } from '../../server/bench/figures.ts';
import { prepareScan, type Scan } from '../../server/microscope/prepare-scan.ts';
import { renderFrames } from '../../server/microscope/render-scan.ts';
import type { ScanRequest } from '../../server/microscope/scan-options.ts';
import { createTruthEngine } from '../../server/microscope/truth-engine.ts';
import { scanCard } from './scan-card.ts';

type Counted = { readonly reports: readonly FieldReport[]; readonly outstanding: number };

/** Counts a virtual scan offline, the true boxes in the network's place. */
const count = async (scan: Scan, now: () => number): Promise<Counted> => {
  const truth = scan.truth();
  const pool = createFramePool({ maxBuffers: 6 });
  async function* frames(): AsyncGenerator<Frame> {
    for await (const { frame } of renderFrames(scan, pool)) yield frame;
  }
  const reports: FieldReport[] = [];
  for await (const { frame, report } of countFrames(
    frames(),
    { engine: createTruthEngine(truth, scanCard), now },
    { umPerPx: truth.umPerPx },
  )) {
    frame[Symbol.dispose]();
    reports.push(report);
  }
  return { reports, outstanding: pool.outstanding };
};

const expectTrue = (scan: Scan, { reports, outstanding }: Counted): void => {
  const truth = scan.truth();
  const last = reports.at(-1)!;
  scanCard.classes.forEach((name, i) => {
    const seen = truth.cells.filter((cell) => cell.seen && cell.class === name).length;
    expect(Math.abs(last.counts[i]! - seen), `${name}: ${last.counts[i]} counted, ${seen} there`).toBeLessThanOrEqual(1);
  });
  expect(last.frames).toMatchObject({ decoded: truth.frames.length, registered: truth.frames.length, dropped: {} });
  expect(last.slide.islands).toBe(1);
  const [origin] = truth.frames;
  const errors = reports.map(({ frameId, placement }) => {
    const { x, y } = truth.frames[frameId]!;
    return Math.hypot(placement!.x - (x - origin!.x), placement!.y - (y - origin!.y));
  });
  expect(percentile(errors, 0.5)).toBeLessThan(1.5);
  expect(percentile(errors, 0.95)).toBeLessThan(4);
  expect(outstanding).toBe(0);
};

describe('a scan of the virtual microscope, with true boxes', () => {
  test('of full size: every class within one cell, every frame registered, the network on few of them', async () => {
    const scan = await prepareScan({ seed: 1, frames: 240 });
    const counted = await count(scan, () => 0);
    expectTrue(scan, counted);
    expect(counted.reports.at(-1)!.frames.inferred).toBeLessThan(80);
    const counts = counted.reports.map((report) => report.counts.reduce((sum, n) => sum + n, 0));
    expect(counts.at(-1)).toBeGreaterThan(90);
  }, 120_000);

  test('with dirt and jumps: the same, and twice the same to the last report', async () => {
    const request: ScanRequest = {
      seed: 3,
      frames: 240,
      width: 640,
      height: 360,
      slideWidth: 2048,
      slideHeight: 1536,
      jumps: true,
      dirt: true,
    };
    const scan = await prepareScan(request);
    const one = await count(scan, () => 0);
    expectTrue(scan, one);
    let clock = 0;
    const other = await count(await prepareScan(request), () => clock++);
    const timeless = ({ reports }: Counted) => reports.map(({ stageMs, ...rest }) => ({ ...rest, stages: Object.keys(stageMs) }));
    expect(timeless(other)).toEqual(timeless(one));
  }, 120_000);
});
