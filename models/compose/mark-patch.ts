import type { Patch } from './paint-patch.ts';

/** Set in an owner's number where a cell itself is, and not only its fading rim. */
export const SOLID = 0x8000;
/** Of 256, from where a mask belongs to the cell, and from where it is to be seen. */
export const HALF = 128;
const FAINT = 8;

/** Who owns each pixel: 0 nobody, else the cell's number, with `SOLID`. */
export type Owners = { readonly widthPx: number; readonly heightPx: number; readonly owner: Uint16Array };

/** Notes who owns the pixels of a patch; a cell itself goes before any rim. Gives its area on the ground. */
export const markPatch = ({ owner, widthPx, heightPx }: Owners, patch: Patch, x: number, y: number, id: number): number => {
  const { mask } = patch;
  let area = 0;
  const [left, right] = [Math.max(0, -x), Math.min(patch.widthPx, widthPx - x)];
  const bottom = Math.min(patch.heightPx, heightPx - y);
  for (let row = Math.max(0, -y); row < bottom; row++) {
    let to = (y + row) * widthPx + x + left;
    const end = row * patch.widthPx + right;
    for (let from = row * patch.widthPx + left; from < end; from++, to++) {
      const soft = mask[from]!;
      if (soft >= HALF) {
        owner[to] = id | SOLID;
        area++;
      } else if (soft > FAINT && owner[to] === 0) owner[to] = id;
    }
  }
  return area;
};
