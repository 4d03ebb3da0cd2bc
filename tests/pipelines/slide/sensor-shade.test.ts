import { describe, expect, test } from 'vitest';
import type { Frame } from '../../../domain/frame.ts';
import { createFramePool } from '../../../pipelines/frame-pool.ts';
import { cleanFrame } from '../../../pipelines/slide/clean-frame.ts';
import { createKeyframeGraph } from '../../../pipelines/slide/keyframe-graph.ts';
import { createSensorShade, type SensorShade } from '../../../pipelines/slide/sensor-shade.ts';
import { createRegistrar } from '../../../pipelines/stages/register.ts';
import { COUNT_SUITES } from '../../../server/bench/count-suites.ts';
import { prepareScan } from '../../../server/microscope/prepare-scan.ts';
import { renderFrames } from '../../../server/microscope/render-scan.ts';
import { sensorDirt } from '../../../server/microscope/sensor-dirt.ts';

const FRAMES = 330;

/** Shows the frames of a scan by the truth of where they lie; gives the last one in a handle of its own. */
const show = async (sensor: SensorShade, request: object): Promise<Frame> => {
  const scan = await prepareScan({ seed: 103, frames: FRAMES, ...request });
  const { frames } = scan.truth();
  const registrar = createRegistrar(
    createKeyframeGraph(
      () => 1280,
      () => 720,
    ),
  );
  let last: Frame | undefined;
  for await (const { frame } of renderFrames(scan, createFramePool(), new AbortController().signal)) {
    using shown = frame;
    const { x, y, sharp } = frames[shown.id]!;
    registrar.locate(shown, sharp);
    if (sharp) sensor.see(shown, { island: 1, x, y }, registrar.sensor);
    last?.[Symbol.dispose]();
    last = shown.retain();
  }
  return last!;
};

describe('what stays in the picture', () => {
  test('is learnt from moving fields, and taken out of them', async () => {
    const sensor = createSensorShade(120);
    using frame = await show(sensor, COUNT_SUITES['heavy dirt']!);
    const { shade } = sensor;
    const passes = sensorDirt(103, 1280, 720, true);
    const errors: number[] = [];
    for (let row = 0; row < shade!.rows; row++)
      for (let column = 0; column < shade!.columns; column++) {
        const at = (row * shade!.factor + shade!.factor / 2) * 1280 + column * shade!.factor + shade!.factor / 2;
        const truth = passes[at]! / 255;
        if (truth < 0.9) errors.push(Math.abs(shade!.passes[row * shade!.columns + column]! - truth));
      }
    expect(errors.length).toBeGreaterThan(500);
    expect(errors.toSorted((a, b) => a - b)[errors.length >> 1]).toBeLessThan(0.04);
    using clean = cleanFrame(frame, shade!, createFramePool());
    // Where dirt let less than 70 % through, the picture is as bright again as it is without.
    let dirty = 0;
    let cleaned = 0;
    let n = 0;
    for (let i = 0; i < passes.length; i++)
      if (passes[i]! < 0.7 * 255) {
        dirty += frame.y.data[i]!;
        cleaned += clean!.y.data[i]! - (frame.y.data[i]! - 16) / (passes[i]! / 255) - 16;
        n++;
      }
    expect(dirty / n).toBeLessThan(130);
    expect(Math.abs(cleaned / n)).toBeLessThan(8);
  }, 120_000);

  test('is nothing on a clean camera, whatever the cells, and then the frame is left alone', async () => {
    for (const suite of ['easy', 'dense']) {
      const sensor = createSensorShade(120);
      using frame = await show(sensor, COUNT_SUITES[suite]!);
      const spoilt = sensor.shade?.spoilt.length ?? 0;
      expect(spoilt).toBeLessThan(0.005 * 320 * 180);
      if (spoilt === 0 && sensor.shade !== undefined) expect(cleanFrame(frame, sensor.shade, createFramePool())).toBeUndefined();
    }
  }, 120_000);

  test('is not judged while the stage rests', async () => {
    const sensor = createSensorShade(120);
    const scan = await prepareScan({ seed: 103, frames: 40, ...COUNT_SUITES['heavy dirt'] });
    for await (const { frame } of renderFrames(scan, createFramePool(), new AbortController().signal)) {
      using shown = frame;
      sensor.see(shown, { island: 1, x: 0, y: 0 }, undefined);
    }
    expect(sensor.shade).toBeUndefined();
  });
});
