import { expect, test } from 'vitest';
import { createFramePool } from '../../../pipelines/frame-pool.ts';
import { createFocusWatch } from '../../../pipelines/stages/compare-focus.ts';
import { createGate } from '../../../pipelines/stages/gate.ts';
import { prepareScan } from '../../../server/microscope/prepare-scan.ts';
import { renderFrames } from '../../../server/microscope/render-scan.ts';

test('a slight loss of focus is told from a change of what is seen', async () => {
  const scan = await prepareScan({ seed: 101, frames: 260, unfocused: true });
  const { frames } = scan.truth();
  const gate = createGate({ minSharpness: 0.6 });
  const watch = createFocusWatch(0.88);
  const sharp: number[] = [];
  const soft: number[] = [];
  let passed = 0;
  for await (const { frame } of renderFrames(scan, createFramePool(), new AbortController().signal)) {
    using shown = frame;
    const { x, y, defocusPx, motionBlurPx } = frames[shown.id]!;
    const look = gate(shown);
    if (look.quality !== 'sharp') continue;
    const { widthPx, heightPx } = shown;
    const relative = watch.compare({ detail: look.detail, island: 1, x, y, widthPx, heightPx });
    if (relative === undefined) continue;
    if (defocusPx > 1.4 || motionBlurPx > 5) {
      soft.push(relative);
      passed++;
    } else if (defocusPx < 0.8 && motionBlurPx < 3) sharp.push(relative);
  }
  // The gate alone let these through.
  expect(passed).toBeGreaterThan(2);
  expect(Math.max(...soft)).toBeLessThan(0.88);
  expect(sharp.filter((value) => value >= 0.88).length / sharp.length).toBeGreaterThan(0.98);
}, 120_000);

test('ground that was not seen before is not compared', async () => {
  const scan = await prepareScan({ seed: 101, frames: 2 });
  const gate = createGate({ minSharpness: 0.6 });
  const watch = createFocusWatch(0.88);
  for await (const { frame } of renderFrames(scan, createFramePool(), new AbortController().signal)) {
    using shown = frame;
    const { widthPx, heightPx } = shown;
    expect(watch.compare({ detail: gate(shown).detail, island: shown.id, x: 0, y: 0, widthPx, heightPx })).toBeUndefined();
  }
});
