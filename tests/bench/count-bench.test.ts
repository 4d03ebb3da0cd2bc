import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { TrueCell } from '../../domain/scan-truth.ts';
import { poissonInterval } from '../../domain/statistics.ts';
import { runCountBench } from '../../server/bench/count-bench.ts';
import { f1Of, matchTruth } from '../../server/bench/match-truth.ts';
import { POISSON_PER_MM2, poissonScan } from '../../server/bench/poisson-scan.ts';

vi.setConfig({ testTimeout: 180_000 });
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smearscope-count-bench-'));
});
afterAll(() => rm(folder, { recursive: true }));

const trueCell = (id: number, x: number, name = 'RBC', seen = true): TrueCell => ({ id, class: name, box: [x, 0, x + 40, 40], seen });
const origin = { x: 100, y: 0 };

test('counted cells are matched to the true ones of their class, each once', () => {
  const truth = [trueCell(1, 100), trueCell(2, 200), trueCell(3, 300), trueCell(4, 400, 'RBC', false)];
  const at = (x: number, name = 'RBC') => ({ class: name, box: [x, 0, x + 40, 40] as const, origin });
  const match = matchTruth([at(2), at(6), at(100, 'WBC'), at(600), at(300)], truth);
  // The second lies on the first one's cell, which is taken; the last on a cell that no sharp frame showed whole.
  expect(match).toEqual({ matched: 1, counted: 5, truth: 3, otherClass: 1, extra: 3, missed: 1 });
  expect(f1Of(match)).toBeCloseTo(2 / 8);
  expect(f1Of({ matched: 0, counted: 0, truth: 0 })).toBe(1);
});

test('slides of the suite of intervals have the density that they are said to have', async () => {
  const scans = await Promise.all(Array.from({ length: 6 }, (_, seed) => poissonScan(seed, 10)));
  for (const [name, perMm2] of Object.entries(POISSON_PER_MM2)) {
    const n = scans.reduce((sum, { slide }) => sum + slide.cells.filter((cell) => cell.class === name).length, 0);
    const mm2 = scans.reduce((sum, { slide }) => sum + (slide.widthPx * slide.heightPx * slide.umPerPx ** 2) / 1e6, 0);
    const { low, high } = poissonInterval(n, 0.9999);
    expect(perMm2 * mm2).toBeGreaterThan(low);
    expect(perMm2 * mm2).toBeLessThan(high);
  }
});

test('a suite is counted once: a stopped bench goes on with what is there, whatever a kill left behind', async () => {
  const results = join(folder, 'results.jsonl');
  const plot = join(folder, 'plot.svg');
  const run = async (stop?: AbortController): Promise<{ stdout: string; ended: unknown }> => {
    let stdout = '';
    const ended = await runCountBench(
      { suite: 'returns, intervals', seeds: 1, intervalSeeds: 2, frames: 45, boxes: 'true', results, plot, json: true, engine: 'onnx:cpu' },
      {
        stdout: (text) => {
          stdout += text;
        },
        stderr: () => {},
        signal: stop?.signal ?? new AbortController().signal,
        command: '',
      },
    );
    return { stdout, ended };
  };
  const gaveUp = new AbortController();
  gaveUp.abort();
  expect((await run(gaveUp)).ended).toMatchObject({ stopped: expect.stringContaining('0 of 3') });
  const first = JSON.parse((await run()).stdout);
  const [figures] = first.figures;
  expect(figures).toMatchObject({ suite: 'returns', boxes: 'true', error: 0, f1: 1, missed: 0, extra: 0, excludedShare: 0 });
  expect(figures.truth).toBeGreaterThan(20);
  // A tracker that forgets counts what comes back again.
  expect(figures.baselines[0].tracker).toBe('flow tracker');
  expect(first.intervals.find(({ what }: { what: string }) => what === 'all, total').intervals).toBe(6);
  const lines = (await readFile(results, 'utf8')).split('\n').filter((line) => line !== '');
  expect(lines).toHaveLength(3);
  await appendFile(results, '{"suite":"returns","se');
  const startedAt = performance.now();
  const again = JSON.parse((await run()).stdout);
  expect(again.results).toEqual(first.results);
  expect(performance.now() - startedAt).toBeLessThan(60_000);
  expect(await readFile(plot, 'utf8')).toMatch(/^<svg .*<\/svg>\n$/s);
});

test('what is no suite is refused', async () => {
  const io = { stdout: () => {}, stderr: () => {}, signal: new AbortController().signal, command: '' };
  await expect(runCountBench({ suite: 'ghosts' }, io)).rejects.toThrow(/easy/);
});
