import type { BundleCard } from '../../domain/bundle-card.ts';
import type { Detection, Tile } from '../../domain/detection.ts';
import { FaultError } from '../../domain/fault.ts';
import { boxArea, intersectBoxes, translateBox } from '../../domain/geometry.ts';
import type { ScanTruth } from '../../domain/scan-truth.ts';
import type { Engine } from '../../models/engine.ts';
import { fieldBox } from './judge-seen.ts';

const SCORE = 0.99;
/** A network does not find a cell of which less than this share is in its tile. */
const LEAST_VISIBLE = 0.2;

/**
 * An engine that knows the answer: the true boxes of a scan's cells, cut at the edges of the field and the tile. Frames are told by their id.
 * With it counting is judged apart from detection. Throws a `data` fault on a frame that the truth does not hold or a class that the card lacks.
 */
export const createTruthEngine = (truth: ScanTruth, card: BundleCard): Engine => {
  const frames = new Map(truth.frames.map((frame) => [frame.id, frame]));
  const cells = truth.cells.map((cell) => ({
    box: cell.box,
    area: boxArea(cell.box),
    classIndex: card.classes.indexOf(cell.class),
    name: cell.class,
  }));
  const stray = cells.find(({ classIndex }) => classIndex < 0);
  if (stray !== undefined)
    throw new FaultError({
      kind: 'data',
      path: card.name,
      what: `the model has no class "${stray.name}"`,
      remedy: 'take one trained on blood smears',
    });

  return {
    name: 'truth',
    card,
    draws: [],
    tiling: (umPerPx) => {
      const even = (inputPx: number): number => 2 * Math.floor((inputPx * card.umPerPx) / umPerPx / 2);
      // True boxes end on the very edge that cuts them.
      return { tilePx: even(card.input.tilePx), overlapPx: even(card.input.overlapPx), edgePx: 0.01 };
    },
    detect: async (frame, tiles: readonly Tile[]) => {
      const at = frames.get(frame.id);
      if (at === undefined)
        throw new FaultError({
          kind: 'data',
          path: `frame ${frame.id}`,
          what: 'the truth has no such frame',
          remedy: 'give the truth of this very scan',
        });
      const field = fieldBox(at, truth);
      const toFrame = { x: -at.x, y: -at.y };
      const near = cells
        .filter(({ box }) => intersectBoxes(box, field) !== undefined)
        .map((cell) => ({ ...cell, box: translateBox(cell.box, toFrame) }));
      const frameBox = fieldBox({ x: 0, y: 0 }, truth);
      return tiles.map((tile) =>
        near.flatMap(({ box, area, classIndex }): Detection[] => {
          const inFrame = intersectBoxes(box, frameBox);
          const visible = inFrame && intersectBoxes(inFrame, tile.box);
          return visible !== undefined && boxArea(visible) >= LEAST_VISIBLE * area ? [{ box: visible, classIndex, score: SCORE }] : [];
        }),
      );
    },
    [Symbol.asyncDispose]: async () => {},
  };
};
