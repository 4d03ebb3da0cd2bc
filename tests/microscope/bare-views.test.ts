import { expect, test } from 'vitest';
import { blockColours } from '../../calibration/block-colours.ts';
import { createLightCorrection } from '../../calibration/correct-light.ts';
import { findRuling } from '../../calibration/find-ruling.ts';
import { measureEmptyArea } from '../../calibration/measure-empty-area.ts';
import type { Frame } from '../../domain/frame.ts';
import { seededRandom } from '../../domain/random.ts';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import { readFrames } from '../../server/ingest/read-frames.ts';
import { unevenLight } from '../../server/microscope/uneven-light.ts';

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

test('colours in that light are, corrected, those of even light', async () => {
  const found = measureEmptyArea((await framesOf(`simulate:?view=empty&${SIZE}&vignette=0&shade=0.4&cast=0.25`)).map(blockColours), false);
  if ('refused' in found) throw new Error(found.refused);
  const random = seededRandom(6);
  // Patches of colours between those of glass and of stained nuclei.
  const frame = createFramePool().frame({ id: 0, capturedAtMs: 0, widthPx: 960, heightPx: 540, fullRange: false }, (y, u, v) => {
    for (let row = 0; row < 540; row += 20)
      for (let x = 0; x < 960; x += 20) {
        const [light, blue, red] = [random.between(90, 200), random.between(120, 145), random.between(125, 145)];
        for (let i = 0; i < 20; i++) y.data.fill(light, (row + i) * 960 + x, (row + i) * 960 + x + 20);
        for (let i = 0; i < 10; i++) {
          u.data.fill(blue, (row / 2 + i) * 480 + x / 2, (row / 2 + i) * 480 + x / 2 + 10);
          v.data.fill(red, (row / 2 + i) * 480 + x / 2, (row / 2 + i) * 480 + x / 2 + 10);
        }
      }
  })!;
  const even = { y: frame.y.data.slice(), u: frame.u.data.slice(), v: frame.v.data.slice() };
  unevenLight(960, 540, { shade: 0.4, cast: 0.25 })!(frame.y, frame.u, frame.v);
  createLightCorrection(found.light)(frame);
  // The virtual glass is not quite grey, and how bright the picture is altogether is the camera's: colours may be off by that, alike everywhere.
  for (const plane of ['y', 'u', 'v'] as const) {
    const ratios = even[plane].map((value, i) => 100 + frame[plane].data[i]! - value);
    const middle = ratios.toSorted()[ratios.length >> 1]!;
    const off = ratios.filter((ratio) => Math.abs(ratio - middle) > 6).length;
    expect(off / ratios.length, plane).toBeLessThan(0.01);
    expect(Math.abs(middle - 100), plane).toBeLessThan(12);
  }
});
