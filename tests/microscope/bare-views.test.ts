import { expect, test } from 'vitest';
import { blockColours } from '../../calibration/block-colours.ts';
import { createLightCorrection } from '../../calibration/correct-light.ts';
import { findRuling } from '../../calibration/find-ruling.ts';
import { measureEmptyArea } from '../../calibration/measure-empty-area.ts';
import type { Frame } from '../../domain/frame.ts';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import { readFrames } from '../../server/ingest/read-frames.ts';

const SIZE = 'width=960&height=540&frames=3';

const framesOf = async (address: string): Promise<Frame[]> => Array.fromAsync(readFrames(address, { pool: createFramePool() }));

test('the virtual micrometer shows its true scale, under uneven and coloured light too', async () => {
  for (const light of ['', '&shade=0.4&cast=0.25&dirt=1']) {
    const [frame] = await framesOf(`simulate:?view=micrometer&${SIZE}${light}`);
    const ruling = findRuling(frame!.y)!;
    expect(Math.abs(10 / ruling.pitchPx / 0.072 - 1)).toBeLessThan(0.002);
  }
});

test('an empty place in that light is evened out by what it gives', async () => {
  const frames = await framesOf(`simulate:?view=empty&${SIZE}&shade=0.4&cast=0.25&dirt=1`);
  const found = measureEmptyArea(frames.map(blockColours), false);
  if ('refused' in found) throw new Error(found.refused);
  createLightCorrection(found.light)(frames[0]!);
  const after = blockColours(frames[0]!);
  const middle = after.y[18 * 64 + 32]!;
  const uneven = after.y.filter((y) => Math.abs(y / middle - 1) > 0.02).length;
  expect(uneven / after.y.length).toBeLessThan(0.03);
  for (const plane of [after.u, after.v]) expect(plane.filter((value) => Math.abs(value - 128) > 2).length).toBe(0);
});

test('a smear is no empty place', async () => {
  const frames = await framesOf(`simulate:?slideWidth=1024&slideHeight=640&${SIZE}`);
  const found = measureEmptyArea(frames.map(blockColours), false);
  expect('refused' in found && found.refused).toMatch(/not empty/);
});
