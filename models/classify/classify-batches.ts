import { type Random, seededRandom } from '../../domain/random.ts';
import { resampleRgb } from '../runtime/resample.ts';
import { type Augmentation, augmentationOf } from '../train/augment/augmentation.ts';
import { drawBeta } from '../train/augment/beta.ts';
import { chooseRecolour } from '../train/augment/recolour.ts';
import { degrade } from '../train/compose-canvas.ts';
import type { ClassifyRecipe } from './classify-recipe.ts';
import { chooseCellPlacement, type DrawnFrom, drawCell } from './draw-cell.ts';
import { findCell } from './find-cell.ts';
import { glassColour } from './glass-colour.ts';
import type { CellPicture } from './read-cells.ts';

/** Squares `[n, side, side, 3]` (0 to 255) and how much each belongs to each kind `[n, kinds]`. */
export type CellBatch = { readonly count: number; readonly sidePx: number; readonly pixels: Float32Array; readonly targets: Float32Array };

export type CellBatches = { readonly stepsPerEpoch: number; batch(step: number): CellBatch };

/** How often the glass where a picture was cut off is white, as where nobody knows its colour. */
const WHITE_SHARE = 0.2;
/** A nucleus is about so much smaller than its cell. */
const CELL_OF_NUCLEUS = 1.25;

/** The cell is looked for in a picture this much smaller. */
const COARSE = 0.35;

/** Where the cell is, and the glass around it. */
export const prepareCell = ({ raster }: Pick<CellPicture, 'raster'>): DrawnFrom => {
  const { data, widthPx, heightPx } = resampleRgb(raster, COARSE);
  const coarse = { data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), widthPx, heightPx };
  const box = findCell(coarse)?.box ?? [0, 0, widthPx, heightPx];
  const reach = Math.max(widthPx / 2 - box[0], heightPx / 2 - box[1], box[2] - widthPx / 2, box[3] - heightPx / 2);
  return { raster, glass: glassColour(raster), reachPx: (CELL_OF_NUCLEUS * reach) / COARSE };
};

const drawOne = (random: Random, from: DrawnFrom, augmentation: Augmentation, recipe: ClassifyRecipe): Float32Array => {
  const { sidePx, cutClose, shiftPx } = recipe;
  const canvas = new Float32Array(sidePx * sidePx * 3);
  const glass = random.next() < WHITE_SHARE ? ([255, 255, 255] as const) : from.glass;
  drawCell(canvas, sidePx, { ...from, glass }, chooseCellPlacement(random, augmentation, from, cutClose, shiftPx));
  chooseRecolour(random, augmentation)(canvas, 0, canvas.length);
  degrade(random, canvas, sidePx, augmentation);
  return canvas;
};

/** Any batch of a run from seed and step alone: in an epoch each cell comes up once, in a new order. */
export const cellBatches = (recipe: ClassifyRecipe, cells: readonly CellPicture[]): CellBatches => {
  const { batch: count, sidePx, seed, mixup, kinds } = recipe;
  const augmentation = augmentationOf(recipe.augment);
  const prepared = cells.map((cell) => ({ kind: cell.kind, from: prepareCell(cell) }));
  const stepsPerEpoch = Math.max(1, Math.floor(cells.length / count));
  const area = sidePx * sidePx * 3;
  return {
    stepsPerEpoch,
    batch: (step) => {
      const random = seededRandom(Math.imul(seed + 1, 0x01000193) ^ Math.imul(step + 1, 0x85ebca6b));
      const epoch = Math.floor(step / stepsPerEpoch);
      const order = seededRandom(Math.imul(seed + 1, 0x27d4eb2f) ^ Math.imul(epoch + 1, 0xc2b2ae35)).shuffled(prepared);
      const batch = { count, sidePx, pixels: new Float32Array(count * area), targets: new Float32Array(count * kinds.length) };
      for (let place = 0; place < count; place++) {
        const pixels = batch.pixels.subarray(place * area, (place + 1) * area);
        const targets = batch.targets.subarray(place * kinds.length, (place + 1) * kinds.length);
        const first = order[((step % stepsPerEpoch) * count + place) % order.length]!;
        pixels.set(drawOne(random, first.from, augmentation, recipe));
        if (random.next() >= mixup.probability) {
          targets[first.kind] = 1;
          continue;
        }
        const second = order[random.integer(order.length)]!;
        const other = drawOne(random, second.from, augmentation, recipe);
        const share = drawBeta(random, mixup.alpha, mixup.alpha);
        for (let i = 0; i < area; i++) pixels[i] = pixels[i]! * share + other[i]! * (1 - share);
        targets[first.kind] = share;
        targets[second.kind]! += 1 - share;
      }
      return batch;
    },
  };
};
