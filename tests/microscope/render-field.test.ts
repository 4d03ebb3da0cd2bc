import { beforeAll, describe, expect, it } from 'vitest';
import type { Plane } from '../../domain/frame.ts';
import { seededRandom } from '../../domain/random.ts';
import { type FocalStack, focalStack, inFocus } from '../../server/microscope/focal-stack.ts';
import { createRenderField, type Exposure } from '../../server/microscope/render-field.ts';
import type { Slide } from '../../server/microscope/slide.ts';

const widthPx = 640;
const heightPx = 400;
const field = { widthPx: 320, heightPx: 160 };
const random = seededRandom(1);
const noise = (length: number): Uint8Array => Uint8Array.from({ length }, () => 30 + random.integer(190));
const slide: Slide = {
  widthPx,
  heightPx,
  umPerPx: 0.072,
  y: noise(widthPx * heightPx),
  u: noise((widthPx * heightPx) / 4),
  v: noise((widthPx * heightPx) / 4),
  cells: [],
};
const still: Exposure = { id: 0, x: 0, y: 0, smear: { x: 0, y: 0 }, defocusPx: 0, gain: 1 };
const plain = { seed: 1, ...field, vignette: 0, noise: 0 };

const blank = (width: number, height: number): Plane => ({
  data: new Uint8Array(width * height),
  stridePx: width,
  widthPx: width,
  heightPx: height,
});
const shoot = (stack: FocalStack, exposure: Exposure, options = plain) => {
  const y = blank(field.widthPx, field.heightPx);
  const u = blank(field.widthPx / 2, field.heightPx / 2);
  const v = blank(field.widthPx / 2, field.heightPx / 2);
  createRenderField(stack, options)(exposure, y, u, v);
  return { y: y.data, u: u.data, v: v.data };
};
const crop = (plane: Uint8Array, stride: number, x: number, y: number, width: number, height: number): Uint8Array =>
  Uint8Array.from({ length: width * height }, (_, i) => plane[(y + Math.floor(i / width)) * stride + x + (i % width)]!);
const spread = (plane: Uint8Array): number => {
  const mean = plane.reduce((sum, level) => sum + level, 0) / plane.length;
  return Math.sqrt(plane.reduce((sum, level) => sum + (level - mean) ** 2, 0) / plane.length);
};

describe('createRenderField', () => {
  let stack: FocalStack;
  beforeAll(async () => {
    stack = await focalStack(slide);
  });

  it.each([
    { x: 0, y: 0 },
    { x: 26, y: 18 },
    { x: widthPx - field.widthPx, y: heightPx - field.heightPx },
  ])('is the slide itself at rest and in focus, without flaws, at $x, $y', ({ x, y }) => {
    const shot = shoot(inFocus(slide), { ...still, x, y });
    expect(shot.y).toEqual(crop(slide.y, widthPx, x, y, field.widthPx, field.heightPx));
    expect(shot.u).toEqual(crop(slide.u, widthPx / 2, x / 2, y / 2, field.widthPx / 2, field.heightPx / 2));
    expect(shot.v).toEqual(crop(slide.v, widthPx / 2, x / 2, y / 2, field.widthPx / 2, field.heightPx / 2));
  });

  it('samples between pixels', () => {
    const shot = shoot(stack, { ...still, x: 10.5, y: 7.25 });
    for (const [x, y] of [
      [0, 0],
      [101, 33],
      [319, 159],
    ] as const) {
      const at = (dx: number, dy: number): number => slide.y[(7 + y + dy) * widthPx + 10 + x + dx]!;
      const expected = 0.75 * ((at(0, 0) + at(1, 0)) / 2) + 0.25 * ((at(0, 1) + at(1, 1)) / 2);
      expect(Math.abs(shot.y[y * field.widthPx + x]! - expected)).toBeLessThanOrEqual(1);
    }
  });

  it('keeps brightness and loses contrast with motion and defocus', () => {
    const contrast = spread(shoot(stack, { ...still, x: 50, y: 50 }).y);
    for (const flaw of [{ smear: { x: 12, y: 3 } }, { defocusPx: 1.7 }, { defocusPx: 9 }]) {
      const blurred = shoot(stack, { ...still, x: 50, y: 50, ...flaw }).y;
      const mean = (plane: Uint8Array): number => plane.reduce((sum, level) => sum + level, 0) / plane.length;
      expect(spread(blurred)).toBeLessThan(0.6 * contrast);
      expect(Math.abs(mean(blurred) - mean(shoot(stack, { ...still, x: 50, y: 50 }).y))).toBeLessThan(1.5);
    }
  });

  it('scales brightness with the exposure, darker towards the corners', () => {
    const grey: FocalStack = inFocus({ ...slide, y: new Uint8Array(slide.y.length).fill(116) });
    const shot = shoot(grey, { ...still, gain: 1.1 }, { ...plain, vignette: 0.1 }).y;
    expect(shot[80 * field.widthPx + 160]).toBe(126);
    expect(shot[0]).toBe(Math.round(16 + 110 * 0.9));
  });

  it('shows dirt at the same place wherever the stage is, and noise that changes from frame to frame', () => {
    const grey: FocalStack = inFocus({ ...slide, y: new Uint8Array(slide.y.length).fill(200) });
    const dirty = { ...plain, dirt: true };
    const shot = shoot(grey, still, dirty).y;
    expect(shoot(grey, { ...still, id: 9, x: 40.4, y: 3.2 }, dirty).y).toEqual(shot);
    expect(shot.some((level) => level < 195)).toBe(true);
    const noisy = { ...plain, noise: 2 };
    expect(shoot(grey, still, noisy).y).toEqual(shoot(grey, still, noisy).y);
    expect(shoot(grey, still, noisy).y).not.toEqual(shoot(grey, { ...still, id: 1 }, noisy).y);
    expect(spread(shoot(grey, still, noisy).y)).toBeCloseTo(2, 0);
  });
});
