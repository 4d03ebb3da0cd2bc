import { expect, test } from 'vitest';
import type { Frame } from '../../../domain/frame.ts';
import { createFramePool } from '../../../pipelines/frame-pool.ts';
import { createGate, type Look } from '../../../pipelines/stages/gate.ts';
import { type ShotOptions, slideCamera, texturedSlide } from '../textured-slide.ts';

const pool = createFramePool();
const camera = slideCamera(texturedSlide(9, 900, 620), 640, 360, 2, pool);

/** The shot with its luma multiplied. */
const exposed = (shot: Frame, gain: number): Frame => {
  using taken = shot;
  return pool.frame({ ...taken, id: taken.id }, (y) => {
    for (let i = 0; i < y.data.length; i++) y.data[i] = Math.min(255, taken.y.data[i]! * gain);
  })!;
};

const judge = (gate: (frame: Frame) => Look, options: ShotOptions = {}, gain = 1): Look => {
  using frame = exposed(camera(0, 0, 100, 100, { noise: 2, ...options }), gain);
  return gate(frame);
};

test('a focused picture is sharp, and judged against itself once it was shown twice', () => {
  const gate = createGate({ minSharpness: 0.45 });
  judge(gate);
  expect(judge(gate)).toMatchObject({ quality: 'sharp' });
  expect(judge(gate).sharpness).toBeGreaterThan(0.9);
});

test('sharpness falls with blur, and a blurred picture is called so', () => {
  const gate = createGate({ minSharpness: 0.45 });
  judge(gate);
  const looks = [0, 1.5, 2.5, 4].map((blurPx) => judge(gate, { blurPx }));
  for (let i = 1; i < looks.length; i++) expect(looks[i]!.sharpness).toBeLessThan(looks[i - 1]!.sharpness);
  expect(looks.at(-1)!.quality).toBe('blurred');
  expect(judge(gate, { smearPx: 16 }).quality).toBe('blurred');
});

test('too little and too much light are named, whatever the focus', () => {
  const gate = createGate({ minSharpness: 0.45 });
  judge(gate);
  expect(judge(gate, {}, 0.1)).toMatchObject({ quality: 'dark' });
  expect(judge(gate, {}, 3)).toMatchObject({ quality: 'bright' });
  expect(judge(gate, { blurPx: 4 }, 0.1)).toMatchObject({ quality: 'dark' });
  expect(judge(gate, {}, 0.7)).toMatchObject({ quality: 'sharp' });
});

test('one lucky picture does not raise what is asked of the others', () => {
  const gate = createGate({ minSharpness: 0.45 });
  for (let i = 0; i < 3; i++) judge(gate, { blurPx: 1.5 });
  const before = judge(gate, { blurPx: 1.5 }).sharpness;
  judge(gate);
  expect(judge(gate, { blurPx: 1.5 }).sharpness).toBeCloseTo(before, 1);
  judge(gate);
  judge(gate);
  expect(judge(gate, { blurPx: 1.5 }).sharpness).toBeLessThan(before * 0.9);
});

test('empty fields, all noise, do not raise what is asked of the others', () => {
  const nothing = slideCamera(texturedSlide(9, 900, 620, 45, 0), 640, 360, 2, pool);
  const gate = createGate({ minSharpness: 0.45 });
  judge(gate);
  const { sharpness } = judge(gate);
  for (let i = 0; i < 3; i++) {
    using frame = nothing(0, 0, 100, 100, { noise: 3, vignette: 0 });
    expect(gate(frame).sharpness).toBeLessThan(0.1);
  }
  expect(judge(gate).sharpness).toBeCloseTo(sharpness, 1);
});

test('gives back no frame that it only borrowed', () => {
  expect(pool.outstanding).toBe(0);
});
