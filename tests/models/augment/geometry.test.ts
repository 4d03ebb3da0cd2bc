import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Box, boxArea, containsBox, insetBox, overlapArea } from '../../../domain/geometry.ts';
import { seededRandom } from '../../../domain/random.ts';
import { augmentationOf } from '../../../models/train/augment/augmentation.ts';
import { cover } from '../../../models/train/augment/overlay.ts';
import { choosePatch, chooseRegions, partition } from '../../../models/train/augment/regions.ts';
import { type ComposeOptions, composeCanvas } from '../../../models/train/compose-canvas.ts';
import { findMarker, markedPicture } from './synthetic-picture.ts';

const WIDTH = 96;
const HEIGHT = 64;
const seeds = fc.integer({ min: 0, max: 2 ** 31 });
const inCanvas = (widthPx: number, heightPx: number): Box => [0, 0, widthPx, heightPx];

/** Everything that moves pixels, nothing that recolours them. */
const moving: ComposeOptions = {
  augmentation: augmentationOf({ preset: 'none', flips: 0.5, quarterTurns: 0.5, zoom: [0.6, 1.8], stretch: 0.1, rim: 0.3 }),
  scales: [0.8, 1.25],
  aimAtRare: 0.3,
};

const boxIn = (widthPx: number, heightPx: number): fc.Arbitrary<Box> =>
  fc
    .tuple(
      fc.integer({ min: 0, max: widthPx - 16 }),
      fc.integer({ min: 0, max: heightPx - 16 }),
      fc.integer({ min: 12, max: 40 }),
      fc.integer({ min: 12, max: 40 }),
    )
    .map(([x, y, w, h]): Box => [x, y, Math.min(widthPx, x + w), Math.min(heightPx, y + h)]);

describe('boxes follow the pixels', () => {
  it('through turns, zoom, stretch and windows', () => {
    let seen = 0;
    fc.assert(
      fc.property(seeds, boxIn(120, 90), (seed, box) => {
        const pixels = new Float32Array(WIDTH * HEIGHT * 3);
        const picture = markedPicture(120, 90, [{ box, classIndex: 0 }]);
        const canvas = composeCanvas(seededRandom(seed), () => picture, pixels, WIDTH, HEIGHT, moving);
        const found = findMarker(pixels, WIDTH, 0);
        const [labelled] = canvas.boxes;
        if (labelled === undefined) {
          // Cut to less than half, or out of the window.
          for (const sliver of canvas.slivers) expect(found === undefined ? 0 : overlapArea(found, sliver)).toBeGreaterThan(0);
          return;
        }
        seen++;
        expect(found).toBeDefined();
        for (const [index, side] of labelled.box.entries()) expect(Math.abs(side - found![index]!)).toBeLessThan(2.1);
      }),
      { numRuns: 150 },
    );
    expect(seen).toBeGreaterThan(60);
  });

  it('in each piece of a mosaic and in a piece laid over', () => {
    const options: ComposeOptions = {
      ...moving,
      augmentation: { ...moving.augmentation, mosaic: 0.9, cutmix: { probability: 0.7, area: [0.1, 0.5] } },
    };
    fc.assert(
      fc.property(seeds, (seed) => {
        const pixels = new Float32Array(128 * 96 * 3);
        // Squares of both classes fill the picture, so that all that a box claims can be looked at.
        const picture = markedPicture(160, 120, [
          { box: [20, 20, 60, 55], classIndex: 0 },
          { box: [90, 60, 130, 110], classIndex: 1 },
        ]);
        const canvas = composeCanvas(seededRandom(seed), () => picture, pixels, 128, 96, options);
        for (const { box, classIndex } of canvas.boxes) {
          expect(containsBox(inCanvas(128, 96), box)).toBe(true);
          const inner = insetBox(box, 2);
          if (boxArea(inner) < 20) continue;
          let right = 0;
          let all = 0;
          for (let y = Math.ceil(inner[1]); y < inner[3]; y++)
            for (let x = Math.ceil(inner[0]); x < inner[2]; x++, all++)
              if (findMarker(pixels.subarray((y * 128 + x) * 3, (y * 128 + x) * 3 + 3), 1, classIndex)) right++;
          // A piece laid over may hide up to half of it.
          expect(right / all).toBeGreaterThan(0.4);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('aims at rare cells as often as asked', () => {
    const boxes = [
      { box: [140, 140, 150, 150] as Box, classIndex: 1 },
      ...Array.from({ length: 9 }, (_, i) => ({ box: [12 * i, 10, 12 * i + 10, 20] as Box, classIndex: 0 })),
    ];
    const picture = markedPicture(160, 160, boxes);
    const share = (aimAtRare: number): number => {
      let hits = 0;
      for (let seed = 0; seed < 300; seed++) {
        const pixels = new Float32Array(48 * 48 * 3);
        const canvas = composeCanvas(seededRandom(seed), () => picture, pixels, 48, 48, {
          augmentation: augmentationOf('none'),
          scales: [1, 1],
          aimAtRare,
        });
        if (canvas.boxes.some((item) => item.classIndex === 1)) hits++;
      }
      return hits / 300;
    };
    // Once aimed at, one of two classes is the rare one.
    expect(share(1)).toBeGreaterThan(share(0) + 0.35);
  });
});

describe('pieces of a canvas', () => {
  const area = (boxes: readonly Box[]): number => boxes.reduce((sum, box) => sum + boxArea(box), 0);

  it('cover it once, with whole pixels', () => {
    fc.assert(
      fc.property(seeds, fc.double({ min: 0, max: 1, noNaN: true }), (seed, mosaic) => {
        const boxes = chooseRegions(seededRandom(seed), 203, 151, mosaic);
        expect(area(boxes)).toBe(203 * 151);
        expect(boxes.flat().every(Number.isInteger)).toBe(true);
      }),
    );
  });

  it('are shared with other pictures where one is too small, none of them a strip', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 48, max: 700 }),
        fc.integer({ min: 48, max: 700 }),
        fc.integer({ min: 30, max: 800 }),
        (wide, high, reach) => {
          const { part, rest } = partition([10, 20, 10 + wide, 20 + high], { widthPx: reach, heightPx: reach });
          expect(area([part, ...rest])).toBe(wide * high);
          for (const box of [part, ...rest]) {
            expect(box[2] - box[0]).toBeGreaterThanOrEqual(48);
            expect(box[3] - box[1]).toBeGreaterThanOrEqual(48);
          }
          if (wide <= reach && high <= reach) expect(rest).toEqual([]);
        },
      ),
    );
  });

  it('lie within it where they are laid over', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const patch = choosePatch(seededRandom(seed), 100, 60, [0.05, 0.9]);
        expect(containsBox([0, 0, 100, 60], patch)).toBe(true);
      }),
    );
  });

  it('hide what they cover: cells shrink, become slivers or go', () => {
    const labels = {
      boxes: [
        { box: [0, 0, 10, 10] as Box, classIndex: 0 },
        { box: [50, 0, 60, 10] as Box, classIndex: 1 },
      ],
      slivers: [],
      unlabelled: [{ box: [0, 0, 100, 100] as Box, classIndexes: [1] }],
    };
    const under = (patch: Box) => cover(labels, patch);
    expect(under([6, -5, 40, 20]).boxes[0]!.box).toEqual([0, 0, 6, 10]);
    expect(under([6, 6, 40, 20]).boxes[0]!.box).toEqual([0, 0, 10, 10]);
    expect(under([4, 0, 40, 20])).toMatchObject({ boxes: [{ classIndex: 1 }], slivers: [[0, 0, 4, 10]] });
    expect(under([2, 0, 40, 20])).toMatchObject({ boxes: [{ classIndex: 1 }], slivers: [] });
    expect(area(under([20, 20, 40, 50]).unlabelled.map((region) => region.box))).toBe(100 * 100 - 20 * 30);
  });
});
