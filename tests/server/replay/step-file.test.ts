import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFramePool } from '../../../pipelines/frame-pool.ts';
import type { CountStep } from '../../../pipelines/replay/count-step.ts';
import { keptFrame } from '../../../server/replay/kept-frame.ts';
import { cutPicture, packPicture, unpackPicture } from '../../../server/replay/lossless-picture.ts';
import { openStepFile, readSteps, stepFile } from '../../../server/replay/step-file.ts';
import { tileParts } from '../../../server/replay/tile-parts.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'smearscope-steps-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const pool = createFramePool();
/** A picture with noise in every plane. */
const noisy = (widthPx: number, heightPx: number, seed: number) =>
  pool.frame({ id: 7, capturedAtMs: 280, widthPx, heightPx, fullRange: false }, (y, u, v) => {
    let state = seed | 1;
    for (const { data } of [y, u, v])
      for (let i = 0; i < data.length; i++) {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        data[i] = state >>> 24;
      }
  })!;
const blur = (keyframe: number): CountStep => ({ kind: 'blur', keyframe, field: [0, 0.5, 10, 20] });
const steps = (): CountStep[] => [...readSteps(folder)].map(({ step }) => step);

describe('pictures that are kept', () => {
  test('come back bit by bit, whatever part of whatever frame it is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 61 }),
        fc.integer({ min: 2, max: 47 }),
        fc.nat(),
        fc.array(fc.tuple(fc.nat(60), fc.nat(46), fc.integer({ min: 1, max: 61 }), fc.integer({ min: 1, max: 47 })), {
          minLength: 1,
          maxLength: 4,
        }),
        (widthPx, heightPx, seed, places) => {
          using frame = noisy(widthPx, heightPx, seed);
          const tiles = places.map(([x, y, w, h]) => {
            const [x0, y0] = [Math.min(x, widthPx - 1), Math.min(y, heightPx - 1)];
            return [x0, y0, Math.min(widthPx, x0 + w), Math.min(heightPx, y0 + h)] as const;
          });
          const parts = tileParts(tiles, widthPx, heightPx);
          const packed = parts.map((part) => packPicture(cutPicture(frame, part)));
          for (const [i, one] of packed.entries()) expect(unpackPicture(one).planes).toEqual(cutPicture(frame, parts[i]!).planes);
          const size = { frame: 7, atMs: 280, widthPx, heightPx, fullRange: false };
          using back = keptFrame(pool, { kind: 'look', ...size, keyframe: 1, x: 0, y: 0, tiles }, packed)!;
          for (const [x0, y0, x1, y1] of tiles)
            for (let y = y0; y < y1; y++)
              for (let x = x0; x < x1; x++) {
                expect(back.y.data[y * back.y.stridePx + x]).toBe(frame.y.data[y * frame.y.stridePx + x]);
                const at = (y >> 1) * back.u.stridePx + (x >> 1);
                expect([back.u.data[at], back.v.data[at]]).toEqual([frame.u.data[at], frame.v.data[at]]);
              }
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('the steps of a count', () => {
  test('come back as they were, pictures and what lies on the sensor too', () => {
    using frame = noisy(64, 48, 3);
    const passes = Float32Array.from({ length: 8 * 6 }, (_, i) => 1 - i / 100);
    const shade = {
      widthPx: 64,
      heightPx: 48,
      factor: 8,
      columns: 8,
      rows: 6,
      passes,
      spoilt: Uint32Array.of(9, 10),
      spots: [[8, 8, 24, 16]] as const,
    };
    const look: CountStep = {
      kind: 'look',
      frame: 7,
      atMs: 280,
      widthPx: 64,
      heightPx: 48,
      fullRange: false,
      keyframe: 1,
      x: 0.1,
      y: -3,
      tiles: [[0, 0, 30.5, 20]],
    };
    const part = cutPicture(frame, { x: 0, y: 0, widthPx: 32, heightPx: 20 });
    const file = openStepFile(folder);
    file.append([{ step: { kind: 'lay', keyframes: [[1, 1, 0, 1 / 3]], islands: 1 } }, { step: { kind: 'shade', shade } }]);
    file.append([
      { step: look, pictures: [part] },
      { step: { kind: 'found', lists: [[{ box: [1 / 3, 2, 3, 4], classIndex: 0, score: 0.1 }]] } },
    ]);
    file.close();
    const [laid, shaded, looked, found] = [...readSteps(folder)];
    expect(laid!.step).toEqual({ kind: 'lay', keyframes: [[1, 1, 0, 1 / 3]], islands: 1 });
    const back = shaded!.step.kind === 'shade' ? shaded!.step.shade! : undefined;
    expect(back).toMatchObject({ spoilt: shade.spoilt, spots: [[8, 8, 24, 16]] });
    for (const i of [0, 1, 2, 8, 9, 10, 11, 17, 18]) expect(back!.passes[i]).toBe(passes[i]);
    expect(looked!.step).toEqual(look);
    expect(unpackPicture(looked!.pictures![0]!).planes).toEqual(part.planes);
    expect(found!.step).toEqual({ kind: 'found', lists: [[{ box: [1 / 3, 2, 3, 4], classIndex: 0, score: 0.1 }]] });
  });

  test('torn anywhere, all whole blocks before the tear are read, and writing goes on after them', () => {
    const sizes: number[] = [];
    const file = openStepFile(folder);
    for (let i = 1; i <= 5; i++) {
      file.append([{ step: blur(i) }]);
      sizes.push(statSync(stepFile(folder)).size);
    }
    file.close();
    const whole = readFileSync(stepFile(folder));
    for (let cut = sizes[0]!; cut < whole.length; cut += 3) {
      writeFileSync(stepFile(folder), whole);
      truncateSync(stepFile(folder), cut);
      const left = sizes.filter((size) => size <= cut).length;
      expect(steps()).toHaveLength(left);
      const again = openStepFile(folder);
      again.append([{ step: blur(9) }]);
      again.close();
      expect(steps()).toEqual([...Array.from({ length: left }, (_, i) => blur(i + 1)), blur(9)]);
    }
  });

  test('what is damaged ends them; what is no such file is refused in one line', () => {
    const file = openStepFile(folder);
    for (let i = 1; i <= 3; i++) file.append([{ step: blur(i) }]);
    file.close();
    const bytes = readFileSync(stepFile(folder));
    bytes[bytes.length - 3]! ^= 0x40;
    writeFileSync(stepFile(folder), bytes);
    expect(steps()).toEqual([blur(1), blur(2)]);
    appendFileSync(stepFile(folder), 'more');
    expect(steps()).toHaveLength(2);
    writeFileSync(stepFile(folder), 'these are words, not steps');
    expect(steps).toThrow(/these are not the steps of a count/);
    rmSync(stepFile(folder));
    expect(steps).toThrow(/did not keep how it was counted/);
  });
});
