import { type Random, seededRandom } from '../../domain/random.ts';
import { resampleRgb } from '../runtime/resample.ts';
import { augmentationOf } from '../train/augment/augmentation.ts';
import { drawBeta } from '../train/augment/beta.ts';
import { chooseRecolour } from '../train/augment/recolour.ts';
import { degrade } from '../train/compose-canvas.ts';
import type { ClassifyRecipe } from './classify-recipe.ts';
import { chooseCellPlacement, type DrawnFrom, drawCell } from './draw-cell.ts';
import { findCell } from './find-cell.ts';
import { glassColour } from './glass-colour.ts';
import type { CellPicture } from './read-cells.ts';

/** One drawing of one cell: the same numbers give the same drawing. */
export type CellDrawing = { readonly cell: number; readonly variant: number };

/** What a place of a batch shows: a drawing, and perhaps another one blended in, which has the rest to 1 of `share`. */
export type CellPlace = CellDrawing & { readonly with?: CellDrawing; readonly share: number };

/** Places, and how much each belongs to each kind, `[n, kinds]`. */
export type CellBatch = { readonly places: readonly CellPlace[]; readonly targets: Float32Array };

export type CellBatches = {
  readonly stepsPerEpoch: number;
  batch(step: number): CellBatch;
  /** RGB of the square, 0 to 255. */
  draw(drawing: CellDrawing): Float32Array;
};

/** How often the glass where a picture was cut off is white, as where nobody knows its colour. */
const WHITE_SHARE = 0.2;
/** A nucleus is about so much smaller than its cell. */
const CELL_OF_NUCLEUS = 1.25;
/** The cell is looked for in a picture this much smaller. */
const COARSE = 0.35;

/** Where the cell is, and the glass around it. */
const prepareCell = ({ raster }: CellPicture): DrawnFrom => {
  const { data, widthPx, heightPx } = resampleRgb(raster, COARSE);
  const coarse = { data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), widthPx, heightPx };
  const box = findCell(coarse)?.box ?? [0, 0, widthPx, heightPx];
  const reach = Math.max(widthPx / 2 - box[0], heightPx / 2 - box[1], box[2] - widthPx / 2, box[3] - heightPx / 2);
  return { raster, glass: glassColour(raster), reachPx: (CELL_OF_NUCLEUS * reach) / COARSE };
};

const mixed = (...numbers: readonly number[]): Random =>
  seededRandom(numbers.reduce((hash, number) => Math.imul(hash ^ (number + 1), 0x01000193), 0x811c9dc5 | 0));

/** Any batch of a run from seed and step alone: in an epoch each cell comes up once, in a new order. */
export const cellBatches = (recipe: ClassifyRecipe, cells: readonly CellPicture[]): CellBatches => {
  const { batch: count, sidePx, seed, mixup, kinds, variants, cutClose, shiftPx } = recipe;
  const augmentation = augmentationOf(recipe.augment);
  const prepared: DrawnFrom[] = [];
  const stepsPerEpoch = Math.max(1, Math.floor(cells.length / count));
  const variantOf = (epoch: number): number => (variants === 0 ? epoch : epoch % variants);
  return {
    stepsPerEpoch,
    draw: ({ cell, variant }) => {
      prepared[cell] ??= prepareCell(cells[cell]!);
      const from = prepared[cell];
      const random = mixed(seed, 1, cell, variant);
      const canvas = new Float32Array(sidePx * sidePx * 3);
      const glass = random.next() < WHITE_SHARE ? ([255, 255, 255] as const) : from.glass;
      drawCell(canvas, sidePx, { ...from, glass }, chooseCellPlacement(random, augmentation, from, cutClose, shiftPx));
      chooseRecolour(random, augmentation)(canvas, 0, canvas.length);
      degrade(random, canvas, sidePx, augmentation);
      return canvas;
    },
    batch: (step) => {
      const epoch = Math.floor(step / stepsPerEpoch);
      const variant = variantOf(epoch);
      const order = mixed(seed, 2, epoch).shuffled(cells.map((_, cell) => cell));
      const random = mixed(seed, 3, step);
      const targets = new Float32Array(count * kinds.length);
      const places = Array.from({ length: count }, (_, place): CellPlace => {
        const cell = order[((step % stepsPerEpoch) * count + place) % order.length]!;
        const own = place * kinds.length;
        if (random.next() >= mixup.probability) {
          targets[own + cells[cell]!.kind] = 1;
          return { cell, variant, share: 1 };
        }
        const other = order[random.integer(order.length)]!;
        const share = drawBeta(random, mixup.alpha, mixup.alpha);
        targets[own + cells[cell]!.kind] = share;
        targets[own + cells[other]!.kind]! += 1 - share;
        // Of the other cell a drawing that is there already is good enough.
        return {
          cell,
          variant,
          share,
          with: { cell: other, variant: variants === 0 ? variant : random.integer(Math.min(epoch + 1, variants)) },
        };
      });
      return { places, targets };
    },
  };
};
