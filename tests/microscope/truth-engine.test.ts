import { describe, expect, it } from 'vitest';
import type { BundleCard } from '../../domain/bundle-card.ts';
import type { ScanTruth } from '../../domain/scan-truth.ts';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import { createTruthEngine } from '../../server/microscope/truth-engine.ts';

const truth: ScanTruth = {
  schema: 'smearscope.truth/1',
  seed: 1,
  umPerPx: 0.072,
  widthPx: 100,
  heightPx: 80,
  framesPerSecond: 30,
  slide: { widthPx: 400, heightPx: 300 },
  cells: [
    { id: 1, class: 'RBC', box: [20, 30, 40, 50], seen: true },
    { id: 2, class: 'Platelets', box: [104, 30, 114, 40], seen: true },
    { id: 3, class: 'WBC', box: [300, 200, 360, 260], seen: false },
  ],
  frames: [{ id: 7, capturedAtMs: 0, x: 10, y: 20, motionBlurPx: 0, defocusPx: 0, sharp: true }],
};
const card = {
  name: 'test',
  classes: ['Platelets', 'RBC', 'WBC'],
  umPerPx: 0.144,
  input: { layout: 'NHWC', type: 'uint8', multipleOf: 32, tilePx: 384, overlapPx: 128 },
} as unknown as BundleCard;
const frame = (id: number) => createFramePool().frame({ id, capturedAtMs: 0, widthPx: 100, heightPx: 80, fullRange: false }, () => {})!;

describe('createTruthEngine', () => {
  it('gives the cells of the frame in frame pixels, cut at the field and the tile, in the card’s classes', async () => {
    const engine = createTruthEngine(truth, card);
    const found = await engine.detect(frame(7), [{ box: [0, 0, 100, 80] }, { box: [0, 0, 20, 80] }], 0.072);
    expect(found).toEqual([
      [
        { box: [10, 10, 30, 30], classIndex: 1, score: 0.99 },
        { box: [94, 10, 100, 20], classIndex: 0, score: 0.99 },
      ],
      [{ box: [10, 10, 20, 30], classIndex: 1, score: 0.99 }],
    ]);
  });

  it('leaves out slivers', async () => {
    const [found] = await createTruthEngine(truth, card).detect(frame(7), [{ box: [0, 0, 13, 80] }], 0.072);
    expect(found).toEqual([]);
  });

  it('tiles as a network of that card would', () => {
    expect(createTruthEngine(truth, card).tiling(0.072)).toEqual({ tilePx: 768, overlapPx: 256, edgePx: 0.01 });
  });

  it('refuses a frame of another scan and a card without its classes', async () => {
    await expect(createTruthEngine(truth, card).detect(frame(8), [], 0.072)).rejects.toThrow(/no such frame/);
    expect(() => createTruthEngine(truth, { ...card, classes: ['RBC'] })).toThrow(/no class/);
  });
});
