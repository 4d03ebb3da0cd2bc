import { describe, expect, it, test } from 'vitest';
import { unpackOutline } from '../../../domain/cell-drawing.ts';
import type { Box } from '../../../domain/geometry.ts';
import { outlineArea } from '../../../domain/outline.ts';
import { createFramePool } from '../../../pipelines/frame-pool.ts';
import type { Cell, Sighted } from '../../../pipelines/slide/cell.ts';
import { createCellDrawings } from '../../../pipelines/slide/cell-drawings.ts';
import { loadSlideMap, saveSlideMap } from '../../../pipelines/slide/slide-map-file.ts';
import { createSmearCounter, type SmearCounter } from '../../../pipelines/smear-counter.ts';
import { drawingEngine, ellipseIn } from '../drawing-engine.ts';
import { type KnownScan, knownOptions, knownScan } from '../known-scan.ts';

const cells = [{ state: 'counted' }, { state: 'counted' }, { state: 'withdrawn' }] as unknown as Cell[];
const sighted = (cell: number, score: number, more: Partial<Sighted> = {}): Sighted => {
  const box: Box = [10, 20, 50, 60];
  return { cell, box, classIndex: 0, score, cut: false, outline: ellipseIn(box), ...more };
};

describe('drawings of cells', () => {
  it('keeps the first whole one, and then only clearly better ones', () => {
    const drawings = createCellDrawings({ classes: ['RBC'], umPerPx: 0.1 });
    drawings.observe([sighted(1, 0.9, { cut: true }), sighted(3, 0.9)], cells, undefined);
    expect(drawings.version).toBe(0);
    drawings.observe([sighted(1, 0.6)], cells, undefined);
    const first = drawings.of(1)!;
    expect(unpackOutline(first.outline, { x: 10, y: 20 })[0]).toBeCloseTo(50, 0);
    drawings.observe([sighted(1, 0.65), sighted(1, 0.99, { cut: true })], cells, undefined);
    expect(drawings.of(1)).toBe(first);
    const version = drawings.version;
    drawings.observe([sighted(1, 0.9), sighted(2, 0.9, { nucleus: ellipseIn([20, 30, 40, 50]) })], cells, undefined);
    expect(drawings.of(1)).not.toBe(first);
    expect(drawings.of(2)?.nucleus).toBeDefined();
    expect([...drawings.since(version)]).toEqual([1, 2]);
  });

  it('holds an outline that does not fit its box for a worse one', () => {
    const drawings = createCellDrawings({ classes: [], umPerPx: 0.1 });
    drawings.observe([sighted(1, 0.9, { outline: ellipseIn([30, 40, 50, 60]) })], cells, undefined);
    drawings.observe([sighted(1, 0.5)], cells, undefined);
    expect(outlineArea(unpackOutline(drawings.of(1)!.outline, { x: 0, y: 0 }))).toBeGreaterThan(1000);
  });

  it('leaves out what cannot be sent', () => {
    const drawings = createCellDrawings({ classes: [], umPerPx: 0.1 });
    drawings.observe([sighted(1, 1, { outline: ellipseIn([10, 20, 50_000, 60_000], 500) })], cells, undefined);
    drawings.observe([sighted(1, 1, { outline: [0, 0, 1e5, 0, 0, 1e5] }), sighted(1, 1, { outline: [0, 0, 1, 1] })], cells, undefined);
    expect(drawings.version).toBe(0);
  });

  it('forgets all with a reset, and tells what comes after it as new', () => {
    const drawings = createCellDrawings({ classes: [], umPerPx: 0.1 });
    drawings.observe([sighted(1, 1)], cells, undefined);
    const { version } = drawings;
    drawings.reset();
    expect(drawings.of(1)).toBeUndefined();
    drawings.observe([sighted(2, 1)], cells, undefined);
    expect([...drawings.since(version)]).toEqual([2]);
  });
});

/** Shows the same frames to several counters. */
const run = async (counters: readonly SmearCounter[], scan: KnownScan, first: number, last: number): Promise<void> => {
  for (let id = first; id <= last; id++) {
    using frame = scan.shoot(id);
    for (const counter of counters) for (const task of counter.advance(frame, 'eager').tasks) await counter.infer(task);
  }
  for (const counter of counters) for (const task of counter.flush()) await counter.infer(task);
};

test('every cell seen whole on a scan is drawn where it lies, and stays so over a saved map; the ledger is that without drawings', async () => {
  const scan = knownScan(createFramePool(), { frames: 14, stridePx: 40 });
  const draws = drawingEngine(scan.engine);
  const count = (engine = draws, saved?: Parameters<typeof createSmearCounter>[2]) =>
    createSmearCounter({ engine, now: () => 0 }, knownOptions, saved);
  const [plain, drawn] = [count(scan.engine), count()];
  await run([plain, drawn], scan, 0, 7);
  const resumed = count(draws, loadSlideMap(saveSlideMap(drawn.snapshot(300))));
  expect(resumed.cells.map(({ id }) => resumed.drawings.of(id))).toEqual(drawn.cells.map(({ id }) => drawn.drawings.of(id)));
  await run([plain, drawn, resumed], scan, 8, scan.frames - 1);
  for (const counter of [drawn, resumed]) {
    const counted = counter.cells.filter(({ state }) => state === 'counted');
    expect(counted.length).toBeGreaterThan(30);
    for (const cell of counted) {
      const [x0, y0, x1, y1] = counter.placeOf(cell);
      const outline = unpackOutline(counter.drawings.of(cell.id)!.outline, { x: x0, y: y0 });
      expect(outlineArea(outline) / outlineArea(ellipseIn([x0, y0, x1, y1]))).toBeCloseTo(1, 1);
    }
    expect(counter.ledger).toEqual(plain.ledger);
  }
  expect(plain.drawings.version).toBe(0);
  drawn.reset();
  expect(drawn.drawings.of(1)).toBeUndefined();
});
