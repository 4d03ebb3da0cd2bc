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

test('a smear in that light is, corrected, as it is in even light', async () => {
  const smear = `simulate:?seed=3&slideWidth=1024&slideHeight=640&${SIZE}`;
  const [even] = await framesOf(smear);
  const [uneven] = await framesOf(`${smear}&shade=0.4&cast=0.25`);
  const found = measureEmptyArea((await framesOf(`simulate:?view=empty&${SIZE}&shade=0.4&cast=0.25`)).map(blockColours), false);
  if ('refused' in found) throw new Error(found.refused);
  createLightCorrection(found.light)(uneven!);
  // How bright the picture is altogether is the camera's; colours for that brightness are the cells'.
  const bias = (plane: 'y' | 'u' | 'v'): number =>
    even![plane].data.reduce((sum, value, i) => sum + uneven![plane].data[i]! - value, 0) / even![plane].data.length;
  for (const plane of ['u', 'v'] as const) {
    expect(Math.abs(bias(plane))).toBeLessThan(4);
    const off = even![plane].data.reduce((worst, value, i) => Math.max(worst, Math.abs(uneven![plane].data[i]! - value)), 0);
    expect(off).toBeLessThan(12);
  }
  expect(Math.abs(bias('y'))).toBeLessThan(10);
});
