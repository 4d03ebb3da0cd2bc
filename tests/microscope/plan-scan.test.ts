import { describe, expect, it } from 'vitest';
import { planScan } from '../../server/microscope/plan-scan.ts';

const slide = { widthPx: 4096, heightPx: 3072 };
const size = { widthPx: 1280, heightPx: 720 };
const plan = (seed: number, jumps = false, frames = 900) =>
  planScan({ seed, slide, ...size, framesPerSecond: 30, exposureMs: 8, jumps, frames }).map(({ truth }) => truth);

describe('planScan', () => {
  it.each([1, 2, 3, 4, 5])('stays on the slide for ten minutes, seed %i', (seed) => {
    for (const { x, y } of plan(seed, true, 18_000)) {
      if (x < 0 || y < 0 || x + size.widthPx > slide.widthPx || y + size.heightPx > slide.heightPx) expect.fail(`left at ${x}, ${y}`);
    }
  });

  it.each([1, 2, 3, 4, 5])('returns over old ground, seed %i', (seed) => {
    const frames = plan(seed);
    const home = (i: number, j: number): boolean => Math.hypot(frames[i]!.x - frames[j]!.x, frames[i]!.y - frames[j]!.y) < 100;
    const away = (i: number, j: number): boolean =>
      frames.slice(i, j).some(({ x, y }) => Math.hypot(x - frames[i]!.x, y - frames[i]!.y) > 250);
    const returned = frames.some((_, i) => frames.some((_, j) => j > i + 30 && home(i, j) && away(i, j)));
    expect(returned).toBe(true);
  });

  it.each([1, 2, 3, 4, 5])('is mostly sharp, sometimes not, and seldom in between, seed %i', (seed) => {
    const frames = plan(seed);
    const share = (test: (frame: (typeof frames)[number]) => boolean): number => frames.filter(test).length / frames.length;
    expect(share(({ sharp }) => sharp)).toBeGreaterThan(0.7);
    expect(share(({ motionBlurPx }) => motionBlurPx > 6)).toBeGreaterThan(0.005);
    expect(share(({ defocusPx }) => defocusPx > 2)).toBeGreaterThan(0.02);
    const between = share(({ motionBlurPx, defocusPx }) => (motionBlurPx > 3.5 && motionBlurPx < 6) || (defocusPx > 0.8 && defocusPx < 2));
    expect(between).toBeLessThan(0.1);
  });

  it('covers a good part of the slide within 900 frames', () => {
    const cells = 32;
    const seen = new Set<number>();
    for (const { x, y } of plan(1))
      for (let row = Math.ceil(y / cells); row * cells < y + size.heightPx; row++)
        for (let column = Math.ceil(x / cells); column * cells < x + size.widthPx; column++) seen.add(row * 1000 + column);
    expect((seen.size * cells * cells) / (slide.widthPx * slide.heightPx)).toBeGreaterThan(0.35);
  });

  it('jumps only where asked, farther than a field between two frames at most', () => {
    const fastest = (jumps: boolean): number => Math.max(...plan(2, jumps).map(({ motionBlurPx }) => motionBlurPx));
    expect(fastest(false)).toBeLessThan(11);
    expect(fastest(true)).toBeGreaterThan(20);
  });

  it('is the same for the same seed', () => {
    expect(plan(7)).toEqual(plan(7));
    expect(plan(7)).not.toEqual(plan(8));
  });
});
