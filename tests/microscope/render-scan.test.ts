import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type ScanTruth, scanTruth } from '../../domain/scan-truth.ts';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import { prepareScan } from '../../server/microscope/prepare-scan.ts';
import { renderFrames, renderScan } from '../../server/microscope/render-scan.ts';

const request = { seed: 2, frames: 150, width: 640, height: 360, slideWidth: 1600, slideHeight: 900, jumps: true, dirt: true };

const scanOnce = async (): Promise<{ hash: string; truth: ScanTruth; outstanding: number }> => {
  const pool = createFramePool({ maxBuffers: 2 });
  const digest = createHash('sha256');
  const scan = renderScan(request, pool);
  for (;;) {
    const step = await scan.next();
    if (step.done) return { hash: digest.digest('hex'), truth: step.value, outstanding: pool.outstanding };
    using frame = step.value.frame;
    expect(frame.id).toBe(step.value.trueFrame.id);
    digest.update(frame.y.data).update(frame.u.data).update(frame.v.data);
  }
};

describe('renderScan', () => {
  it('gives the same pictures and the same truth for the same options, and lets go of every buffer', async () => {
    const [one, other] = [await scanOnce(), await scanOnce()];
    expect(other).toEqual(one);
    expect(one.outstanding).toBe(0);
    expect(scanTruth.parse(one.truth)).toEqual(one.truth);

    const { truth } = one;
    expect(truth.frames).toHaveLength(150);
    for (const cell of truth.cells) {
      let seen = false;
      for (const { x, y, sharp } of truth.frames) {
        const [x0, y0, x1, y1] = cell.box;
        if (sharp && x0 >= x && y0 >= y && x1 <= x + 640 && y1 <= y + 360) seen = true;
      }
      expect(cell.seen).toBe(seen);
    }
    expect(truth.cells.some(({ seen }) => seen)).toBe(true);
    expect(truth.cells.some(({ seen }) => !seen)).toBe(true);
    for (const { sharp, motionBlurPx, defocusPx } of truth.frames) expect(sharp).toBe(motionBlurPx <= 4 && defocusPx <= 1.2);
  });

  it('refuses options it does not know, by name', async () => {
    const pool = createFramePool();
    await expect(renderScan({ width: 641 }, pool).next()).rejects.toThrow(/width/);
    await expect(renderScan({ slideWidth: 1000 }, pool).next()).rejects.toThrow(/slideWidth/);
  });
});

it('a prepared scan can be gone through again from its start', async () => {
  const pool = createFramePool({ maxBuffers: 2 });
  const scan = await prepareScan({ ...request, frames: 200 });
  const places = async (): Promise<number[]> => {
    const xs: number[] = [];
    for await (const { frame, trueFrame } of renderFrames(scan, pool)) {
      frame[Symbol.dispose]();
      xs.push(trueFrame.x);
    }
    return xs;
  };
  expect(await places()).toEqual(await places());
});
