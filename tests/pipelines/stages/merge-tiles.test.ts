import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Detection } from '../../../domain/detection.ts';
import { type Box, boxArea, intersectBoxes } from '../../../domain/geometry.ts';
import { mergeTiles } from '../../../pipelines/stages/merge-tiles.ts';
import { tileFrame } from '../../../pipelines/stages/tiling.ts';

const EDGE_PX = 3;
const left: Box = [0, 0, 200, 200];
const right: Box = [120, 0, 320, 200];
const seen = (box: Box, score = 0.9, classIndex = 0): Detection => ({ box, score, classIndex });
const merge = (inLeft: readonly Detection[], inRight: readonly Detection[]) =>
  mergeTiles([{ box: left }, { box: right }], [inLeft, inRight], EDGE_PX);
const mirrored = ({ box, ...rest }: Detection): Detection => ({ ...rest, box: [320 - box[2], box[1], 320 - box[0], box[3]] });

describe('mergeTiles', () => {
  test('a cell found whole in one tile and cut in another stands once and whole, whichever tile comes first', () => {
    const [whole, cut] = [seen([150, 40, 230, 120], 0.5), seen([150, 40, 200, 120], 0.99)];
    expect(merge([cut], [whole])).toEqual([{ ...whole, visible: right, cut: false }]);
    const [wholeMirrored, cutMirrored] = [mirrored(whole), mirrored(cut)];
    expect(merge([wholeMirrored], [cutMirrored])).toEqual([{ ...wholeMirrored, visible: left, cut: false }]);
  });

  test('of two whole sightings the likelier stands', () => {
    expect(merge([seen([130, 40, 180, 90], 0.6)], [seen([131, 41, 182, 90], 0.8, 1)])).toMatchObject([{ score: 0.8, classIndex: 1 }]);
  });

  test('of two cut sightings the larger stands', () => {
    // Wider than the overlap: no tile holds it whole.
    const merged = merge([seen([100, 40, 200, 120], 0.9)], [seen([120, 40, 250, 120], 0.4)]);
    expect(merged).toMatchObject([{ box: [120, 40, 250, 120], cut: true }]);
  });

  test('a box that ends within the edge’s width of its tile is cut, one that ends farther inside is not', () => {
    const merged = merge([seen([3, 50, 40, 90]), seen([4, 120, 40, 160])], []);
    expect(merged.map(({ cut }) => cut)).toEqual([true, false]);
  });

  test('two overlapping cells that both tiles saw stay two, whatever their scores', () => {
    const [one, other]: Box[] = [
      [125, 40, 175, 90],
      [140, 40, 190, 90],
    ];
    for (const scores of [
      [0.9, 0.9, 0.9, 0.9],
      [0.6, 0.8, 0.7, 0.9],
      [0.9, 0.7, 0.8, 0.6],
    ]) {
      const merged = merge([seen(one!, scores[0]), seen(other!, scores[1])], [seen(one!, scores[2]), seen(other!, scores[3])]);
      expect(merged.map(({ box }) => box[0]).sort()).toEqual([125, 140]);
    }
  });

  test('cells of one tile are never merged with each other', () => {
    const twins = [seen([20, 40, 70, 90]), seen([21, 40, 71, 90])];
    expect(merge(twins, [])).toHaveLength(2);
  });

  test('neighbours on both sides of an edge stay two', () => {
    expect(merge([seen([60, 40, 118, 100])], [seen([121, 40, 180, 100])])).toHaveLength(2);
  });
});

describe('random cells through random tilings', () => {
  const scene = fc.record({
    widthPx: fc.integer({ min: 200, max: 900 }),
    heightPx: fc.integer({ min: 200, max: 700 }),
    tilePx: fc.integer({ min: 160, max: 400 }),
    overlapPx: fc.integer({ min: 60, max: 80 }),
    places: fc.array(fc.tuple(fc.integer({ min: 0, max: 860 }), fc.integer({ min: 0, max: 660 }), fc.integer({ min: 12, max: 54 })), {
      maxLength: 60,
    }),
  });

  /** Cells of the scene, none lying over another by more than a fifth of the smaller. */
  const cellsOf = ({ widthPx, heightPx, places }: { widthPx: number; heightPx: number; places: [number, number, number][] }): Box[] => {
    const cells: Box[] = [];
    for (const [x, y, side] of places) {
      const box: Box = [x, y, x + side, y + side * 0.9];
      if (box[2] > widthPx || box[3] > heightPx) continue;
      const apart = (other: Box): boolean => {
        const common = intersectBoxes(box, other);
        return common === undefined || boxArea(common) < 0.2 * Math.min(boxArea(box), boxArea(other));
      };
      if (cells.every(apart)) cells.push(box);
    }
    return cells;
  };

  test('give each cell once, as large as it is, and nothing else', () => {
    fc.assert(
      fc.property(scene, (drawn) => {
        const cells = cellsOf(drawn);
        const tiles = tileFrame(drawn.widthPx, drawn.heightPx, drawn);
        const lists = tiles.map(({ box }) =>
          cells.flatMap((cell) => {
            const shown = intersectBoxes(cell, box);
            // A network does not find a sliver.
            return shown !== undefined && boxArea(shown) >= 0.2 * boxArea(cell) ? [seen(shown)] : [];
          }),
        );
        const merged = mergeTiles(tiles, lists, EDGE_PX);
        const order = (boxes: readonly Box[]): string[] => boxes.map((box) => box.join()).sort();
        expect(order(merged.map(({ box }) => box))).toEqual(order(cells));
      }),
      { numRuns: 300 },
    );
  });
});
