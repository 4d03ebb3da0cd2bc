import { CLEAR } from './transmittance.ts';

/** A cut-out: what share of the light passes (RGB, 3 bytes a pixel, `CLEAR` for all of it) and a soft mask (1 byte a pixel). */
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

/**
 * Dims the ground by what the patch lets through, with its upper left corner at `x`, `y`: densities add up, as light through two layers, so that no seam
 * can show. Outside the mask nothing changes; what lies beyond the ground is left out.
 */
export const paintPatch = (ground: Ground, patch: Patch, walk: Walk, x: number, y: number): void => {
  const { rgb } = ground;
  const left = Math.max(0, -x);
  const right = Math.min(walk.widthPx, ground.widthPx - x);
  const bottom = Math.min(walk.heightPx, ground.heightPx - y);
  for (let row = Math.max(0, -y); row < bottom; row++) {
    let from = walk.first + row * walk.down + left * walk.across;
    let to = 3 * ((y + row) * ground.widthPx + x + left);
    for (let column = left; column < right; column++, from += walk.across, to += 3) {
      const mask = patch.mask[from]!;
      if (mask === 0) continue;
      for (let channel = 0; channel < 3; channel++) {
        const passes = 255 * CLEAR + mask * (patch.rgb[3 * from + channel]! - CLEAR);
        rgb[to + channel] = Math.min(255, (rgb[to + channel]! * passes) / (255 * CLEAR) + 0.5);
      }
    }
  }
};
