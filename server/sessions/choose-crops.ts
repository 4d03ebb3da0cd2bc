import type { Frame } from '../../domain/frame.ts';
import type { Sighted } from '../../pipelines/slide/cell.ts';
import { cutCrop } from './cut-crop.ts';
import type { RawCrop } from './session-batch.ts';

/** A picture this much better replaces the one before. */
export const CLEARLY_BETTER = 1.15;
/** A cell that the frame cuts is shown only as long as nothing better is known. */
const CUT_WEIGHT = 0.25;

/** Picks the sightings whose pictures are worth keeping. */
export type CropChooser = {
  /** Cut-outs of the cells that are seen first, or clearly better than before, of `mostBytes` at most together. Borrows the frame. */
  choose(frame: Frame, sharpness: number, sighted: readonly Sighted[], mostBytes: number): RawCrop[];
};

/** How good a picture of the cell a sighting gives, 0 to 1. */
const qualityOf = ({ score, cut }: Sighted, sharpness: number): number =>
  (cut ? CUT_WEIGHT : 1) * (0.25 + 0.75 * Math.min(1, Math.max(0, sharpness))) * (0.5 + 0.5 * score);

export const createCropChooser = (): CropChooser => {
  const best = new Map<number, number>();
  return {
    choose: (frame, sharpness, sighted, mostBytes) => {
      const crops: RawCrop[] = [];
      let bytes = 0;
      for (const one of sighted) {
        const quality = qualityOf(one, sharpness);
        if (quality < (best.get(one.cell) ?? 0) * CLEARLY_BETTER) continue;
        // What there is no room for comes with a later sighting.
        if (bytes >= mostBytes) break;
        const crop = cutCrop(frame, one.box);
        if (crop === undefined) continue;
        best.set(one.cell, quality);
        bytes += crop.planes.length;
        crops.push({ ...crop, cell: one.cell, quality });
      }
      return crops;
    },
  };
};
