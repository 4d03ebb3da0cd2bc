import { expect, test } from 'vitest';
import type { Engine } from '../../../models/engine.ts';
import { countFrames } from '../../../pipelines/count-frames.ts';
import { createFramePool } from '../../../pipelines/frame-pool.ts';
import { createSmearCounter } from '../../../pipelines/smear-counter.ts';
import { COUNT_SUITES } from '../../../server/bench/count-suites.ts';
import { prepareScan } from '../../../server/microscope/prepare-scan.ts';
import { renderFrames } from '../../../server/microscope/render-scan.ts';
import { sensorDirt } from '../../../server/microscope/sensor-dirt.ts';
import { createTruthEngine } from '../../../server/microscope/truth-engine.ts';
import { scanCard } from '../scan-card.ts';

/** Takes three specks of dirt for cells, wherever the frame that it is shown is as dark there as the dirt makes it. */
const fooledBy = (engine: Engine, specks: readonly { x: number; y: number; r: number }[]): Engine => ({
  ...engine,
  detect: async (frame, tiles, umPerPx, signal) => {
    const lists = await engine.detect(frame, tiles, umPerPx, signal);
    return lists.map((list, t) => [
      ...list,
      ...specks
        .filter(({ x, y }) => frame.y.data[Math.round(y) * frame.y.stridePx + Math.round(x)]! < 120)
        .filter(({ x, y, r }) => {
          const [x0, y0, x1, y1] = tiles[t]!.box;
          return x - r > x0 + 2 && y - r > y0 + 2 && x + r < x1 - 2 && y + r < y1 - 2;
        })
        .map(({ x, y, r }) => ({ box: [x - r, y - r, x + r, y + r] as const, classIndex: 0, score: 0.5 })),
    ]);
  },
});

test('cells that dirt on the camera was taken for are taken back, and come no more once it is known', async () => {
  const scan = await prepareScan({ seed: 104, frames: 300, ...COUNT_SUITES['heavy dirt'], jumps: false });
  const truth = scan.truth();
  const passes = sensorDirt(104, 1280, 720, true);
  const specks: { x: number; y: number; r: number }[] = [];
  // Dark places that lie apart, well inside the picture.
  for (let y = 60; y < 660; y += 4)
    for (let x = 60; x < 1220; x += 4)
      if (passes[y * 1280 + x]! < 0.52 * 255 && specks.every((other) => Math.hypot(other.x - x, other.y - y) > 90))
        specks.push({ x, y, r: 22 });
  expect(specks.length).toBeGreaterThan(1);
  const engine = fooledBy(createTruthEngine(truth, scanCard), specks);
  const ports = { engine, now: () => 0 };
  const options = { umPerPx: truth.umPerPx, exposureMs: scan.options.exposureMs };
  const counter = createSmearCounter(ports, options);
  async function* frames() {
    for await (const { frame } of renderFrames(scan, createFramePool(), new AbortController().signal)) yield frame;
  }
  let most = 0;
  for await (const { frame } of countFrames(frames(), ports, options, counter)) {
    frame[Symbol.dispose]();
    most = Math.max(most, counter.cells.filter(({ score, state }) => score === 0.5 && state === 'counted').length);
  }
  const falselyCounted = counter.cells.filter(({ score, state }) => score === 0.5 && state === 'counted').length;
  expect(most).toBeGreaterThan(3);
  expect(falselyCounted).toBeLessThanOrEqual(1);
  expect(counter.ledger.some(({ kind, reason }) => kind === 'withdrawn' && reason.startsWith('dirt on the camera'))).toBe(true);
  // What truly lies there was found again behind the dirt.
  const wrongly = counter.ledger.filter(({ reason, cell }) => reason.startsWith('dirt') && counter.cells[cell - 1]!.score > 0.5);
  expect(wrongly).toEqual([]);
}, 120_000);
