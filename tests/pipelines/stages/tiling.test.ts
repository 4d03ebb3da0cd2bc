import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Box, containsBox } from '../../../domain/geometry.ts';
import { tileFrame } from '../../../pipelines/stages/tiling.ts';

/** 0 to 1; `fc.double` would draw next to nothing but the ends. */
const thousandths = fc.integer({ min: 0, max: 1_000 }).map((thousandth) => thousandth / 1_000);

const asked = fc
  .record({
    widthPx: fc.integer({ min: 16, max: 4000 }),
    heightPx: fc.integer({ min: 16, max: 2200 }),
    tilePx: fc.integer({ min: 160, max: 15_000 }).map((tenths) => tenths / 10),
    share: thousandths.map((share) => share / 2),
  })
  .map(({ share, ...rest }) => ({ ...rest, overlapPx: Math.floor(share * rest.tilePx) }))
  // More tiles than any camera needs only cost time.
  .filter(({ widthPx, heightPx, tilePx, overlapPx }) => (widthPx * heightPx) / (tilePx - overlapPx) ** 2 < 400);

const size = ([x0, y0, x1, y1]: Box): readonly [number, number] => [x1 - x0, y1 - y0];

test('tiles are equal, no larger than asked, on whole pixels inside the frame', () => {
  fc.assert(
    fc.property(asked, ({ widthPx, heightPx, tilePx, overlapPx }) => {
      const tiles = tileFrame(widthPx, heightPx, { tilePx, overlapPx });
      for (const { box } of tiles) {
        expect(size(box)).toEqual(size(tiles[0]!.box));
        expect(Math.max(...size(box))).toBeLessThanOrEqual(tilePx);
        expect(box.every(Number.isInteger)).toBe(true);
        expect(containsBox([0, 0, widthPx, heightPx], box)).toBe(true);
      }
    }),
  );
});

test('a box no larger than the overlap that lies whole in the frame lies whole in a tile', () => {
  fc.assert(
    fc.property(
      asked,
      fc.array(fc.tuple(thousandths, thousandths, thousandths, thousandths), { minLength: 20, maxLength: 20 }),
      (tiling, places) => {
        const { widthPx, heightPx, overlapPx } = tiling;
        const tiles = tileFrame(widthPx, heightPx, tiling);
        for (const [w, h, x, y] of places) {
          const width = Math.min(widthPx, w * overlapPx);
          const height = Math.min(heightPx, h * overlapPx);
          const box: Box = [
            x * (widthPx - width),
            y * (heightPx - height),
            x * (widthPx - width) + width,
            y * (heightPx - height) + height,
          ];
          const inside = tiles.some((tile) =>
            containsBox([tile.box[0] - 1e-9, tile.box[1] - 1e-9, tile.box[2] + 1e-9, tile.box[3] + 1e-9], box),
          );
          expect(inside, `${box} in ${tiles.length} tiles`).toBe(true);
        }
      },
    ),
  );
});

test('every pixel of the frame lies in a tile', () => {
  fc.assert(
    fc.property(asked, (tiling) => {
      const { widthPx, heightPx } = tiling;
      const boxes = tileFrame(widthPx, heightPx, tiling).map(({ box }) => box);
      const covers = (low: 0 | 1, high: 2 | 3, length: number): boolean => {
        const pieces = [...new Map(boxes.map((box) => [box[low], box[high]]))].sort(([a], [b]) => a - b);
        return pieces[0]?.[0] === 0 && pieces.at(-1)?.[1] === length && pieces.every(([from], i) => i === 0 || from <= pieces[i - 1]![1]);
      };
      expect(covers(0, 2, widthPx) && covers(1, 3, heightPx)).toBe(true);
      const columns = new Set(boxes.map(([x0]) => x0)).size;
      const rows = new Set(boxes.map(([, y0]) => y0)).size;
      expect(boxes.length).toBe(columns * rows);
    }),
  );
});

test('a frame no larger than a tile is one tile', () => {
  expect(tileFrame(640, 360, { tilePx: 640, overlapPx: 200 })).toEqual([{ box: [0, 0, 640, 360] }]);
});

test('as few tiles as will do, each as small as their number allows', () => {
  expect(tileFrame(1280, 720, { tilePx: 800, overlapPx: 256 })).toEqual([{ box: [0, 0, 768, 720] }, { box: [512, 0, 1280, 720] }]);
});
