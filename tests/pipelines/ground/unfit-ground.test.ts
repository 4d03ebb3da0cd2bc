import { expect, test, vi } from 'vitest';
import { replayLedger } from '../../../domain/ledger.ts';
import { createFramePool } from '../../../pipelines/frame-pool.ts';
import { nameLedger } from '../../../pipelines/slide/name-ledger.ts';
import { type CountOptions, createSmearCounter, type SmearCounter } from '../../../pipelines/smear-counter.ts';
import { createTruthEngine } from '../../../server/microscope/truth-engine.ts';
import { scanCard } from '../scan-card.ts';
import { HEIGHT_PX, type LayeredScan, layeredScan, THICK_FROM_PX, WIDTH_PX } from './layered-scan.ts';

const FRAMES = 100;
/** Composing slides takes seconds, several where the machine is busy. */
vi.setConfig({ testTimeout: 180_000 });

/** Counts the scan, frame ids in the order given. */
const count = async ({ truth, render }: LayeredScan, limits: Partial<CountOptions> = {}, order = truth.frames.map(({ id }) => id)) => {
  const pool = createFramePool();
  const counter: SmearCounter = createSmearCounter(
    { engine: createTruthEngine(truth, scanCard), now: () => 0 },
    { umPerPx: truth.umPerPx, exposureMs: 0.5, ...limits },
  );
  let report: ReturnType<SmearCounter['report']> | undefined;
  const reasons = new Set<string>();
  for (const id of order) {
    const at = truth.frames[id]!;
    using frame = pool.frame({ id, capturedAtMs: at.capturedAtMs, widthPx: WIDTH_PX, heightPx: HEIGHT_PX, fullRange: false }, (y, u, v) =>
      render({ id, x: at.x, y: at.y, smear: { x: 0, y: 0 }, defocusPx: at.defocusPx, gain: 1 }, y, u, v),
    )!;
    const advance = counter.advance(frame, 'thrifty');
    for (const task of advance.tasks) await counter.infer(task);
    report = counter.report(frame, advance);
    reasons.add(report.reason);
  }
  for (const task of counter.flush()) await counter.infer(task);
  return { counter, report: report!, reasons };
};

/** Counted cells of the slide left and right of where it grows thick; the first frame's corner is the map's origin. */
const sides = (counter: SmearCounter, { truth }: LayeredScan): { thin: number; thick: number } => {
  const middles = counter.cells
    .filter(({ state }) => state === 'counted')
    .map((cell) => (counter.placeOf(cell)[0] + counter.placeOf(cell)[2]) / 2 + truth.frames[0]!.x);
  return { thin: middles.filter((x) => x < THICK_FROM_PX).length, thick: middles.filter((x) => x >= THICK_FROM_PX).length };
};

test('where cells lie in several layers they are kept out, the single layer beside them is counted', async () => {
  const scan = await layeredScan(4, FRAMES);
  const { counter, report, reasons } = await count(scan);
  const seen = (from: number, to: number): number =>
    scan.truth.cells.filter(({ box, seen: was }) => was && (box[0] + box[2]) / 2 >= from && (box[0] + box[2]) / 2 < to).length;
  const { thin, thick } = sides(counter, scan);
  // The border is told to within a neighbourhood of 50 µm.
  expect(thin).toBeGreaterThan(0.9 * seen(0, THICK_FROM_PX - 350));
  expect(thick).toBeLessThan(0.1 * seen(THICK_FROM_PX, 2560));
  expect(report.slide.excluded!.share).toBeGreaterThan(0.35);
  expect(report.slide.excluded!.share).toBeLessThan(0.65);
  // Layers over each other blur the picture too: some of it is out of focus before it is too thick.
  expect(report.slide.excluded!.cells).toBeGreaterThan(0);
  expect(report.slide.excluded!.thickUm2).toBeGreaterThan(0);
  expect(counter.unfitGround.every(({ kind, box }) => kind !== 'thin' && box[2] + scan.truth.frames[0]!.x > THICK_FROM_PX - 350)).toBe(
    true,
  );
  expect([...reasons].some((reason) => reason.startsWith('too thick here'))).toBe(true);
  const totals = replayLedger(nameLedger(counter.ledger, scanCard.classes));
  expect(scanCard.classes.map((name) => totals.get(name) ?? 0)).toEqual(
    scanCard.classes.map((_, i) => counter.cells.filter((cell) => cell.state === 'counted' && cell.classIndex === i).length),
  );
});

test('limits are what was asked for: with none, all is counted', async () => {
  const scan = await layeredScan(2, 40);
  const { report } = await count(scan, { thickCover: 1, thickOverlap: 1, thinCover: 0 });
  expect(report.slide.excluded).toMatchObject({ share: 0, cells: 0 });
});

test('an ordinary smear is counted to its last square', async () => {
  const scan = await layeredScan(1, FRAMES);
  const { report, counter } = await count(scan);
  expect(report.slide.excluded).toMatchObject({ share: 0, cells: 0 });
  expect(counter.cells.filter(({ state }) => state === 'counted')).toHaveLength(scan.truth.cells.filter(({ seen }) => seen).length);
});

test('ground seen only out of focus is mapped, and counts once it is seen sharp', async () => {
  const blurred = await layeredScan(1, FRAMES, (x) => (x > 300 && x < 1800 ? 4 : 0));
  const first = await count(blurred);
  expect(first.report.slide.excluded!.unfocusedUm2).toBeGreaterThan(0);
  expect(first.counter.unfitGround.every(({ kind }) => kind === 'unfocused')).toBe(true);
  const sharp = await layeredScan(1, FRAMES);
  const order = sharp.truth.frames.map(({ id }) => id);
  // The same walk out of focus in its middle, then back in focus.
  const both: LayeredScan = {
    truth: {
      ...sharp.truth,
      frames: [
        ...blurred.truth.frames,
        ...sharp.truth.frames.toReversed().map((frame, i) => ({ ...frame, id: FRAMES + i, capturedAtMs: 33 * (FRAMES + i) })),
      ],
    },
    render: blurred.render,
  };
  const again = await count(both, {}, [...order, ...order.map((id) => FRAMES + id)]);
  expect(again.report.slide.excluded).toMatchObject({ share: 0, unfocusedUm2: 0 });
  expect(again.report.counts.reduce((a, b) => a + b)).toBe(sharp.truth.cells.filter(({ seen }) => seen).length);
});
