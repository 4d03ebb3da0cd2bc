import { CLEAR } from './transmittance.ts';

/**
 * A cut-out: what share of the light passes (RGB, 3 bytes a pixel, `CLEAR` for all of it) and a soft mask (1 byte a pixel). The arrays may be longer than
 * its size asks for.
 */
export type Patch = { readonly widthPx: number; readonly heightPx: number; readonly rgb: Uint8Array; readonly mask: Uint8Array };

/** How a patch is walked to come oriented: its size so, index of the first pixel, step along a row, step to the next row. */
export type Walk = {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly first: number;
  readonly across: number;
  readonly down: number;
};

/** The patch as it lies. */
export const plainWalk = ({ widthPx, heightPx }: Patch): Walk => ({ widthPx, heightPx, first: 0, across: 1, down: widthPx });

/** What is painted on: RGB, 3 bytes a pixel. */
export type Ground = { readonly widthPx: number; readonly heightPx: number; readonly rgb: Uint8Array };

/** All light passes through a full mask: what dims a level is counted in these parts. */
const ALL = 255 * CLEAR;
/** Half a part more than half, so that whole numbers times the reciprocal are rounded as a division would. */
const HALF = ALL / 2 + 0.5;
const SHARE = 1 / ALL;

/**
 * Dims the ground by what the patch lets through, with its upper left corner at `x`, `y`: densities add up, as light through two layers, so that no seam
 * can show. Outside the mask nothing changes; what lies beyond the ground is left out.
 */
export const paintPatch = (ground: Ground, patch: Patch, walk: Walk, x: number, y: number): void => {
  const { rgb } = ground;
  const { mask, rgb: light } = patch;
  const { across } = walk;
  const left = Math.max(0, -x);
  const right = Math.min(walk.widthPx, ground.widthPx - x);
  const bottom = Math.min(walk.heightPx, ground.heightPx - y);
  for (let row = Math.max(0, -y); row < bottom; row++) {
    let from = walk.first + row * walk.down + left * across;
    let to = 3 * ((y + row) * ground.widthPx + x + left);
    for (let column = left; column < right; column++, from += across, to += 3) {
      const soft = mask[from]!;
      if (soft === 0) continue;
      const red = ((rgb[to]! * (ALL + soft * (light[3 * from]! - CLEAR)) + HALF) * SHARE) | 0;
      const green = ((rgb[to + 1]! * (ALL + soft * (light[3 * from + 1]! - CLEAR)) + HALF) * SHARE) | 0;
      const blue = ((rgb[to + 2]! * (ALL + soft * (light[3 * from + 2]! - CLEAR)) + HALF) * SHARE) | 0;
      rgb[to] = red > 255 ? 255 : red;
      rgb[to + 1] = green > 255 ? 255 : green;
      rgb[to + 2] = blue > 255 ? 255 : blue;
    }
  }
};
