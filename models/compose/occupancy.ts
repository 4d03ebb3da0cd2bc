import type { Patch, Walk } from './paint-patch.ts';

const GRID_PX = 4;
const SOLID = 90;

/** What is taken on a ground, on a coarse grid: patches whose solid parts do not overlap find their places with it. */
export class Occupancy {
  readonly #taken: Uint8Array;
  readonly #across: number;
  readonly #size: { readonly widthPx: number; readonly heightPx: number };

  constructor(size: { readonly widthPx: number; readonly heightPx: number }) {
    this.#size = size;
    this.#across = Math.ceil(size.widthPx / GRID_PX);
    this.#taken = new Uint8Array(this.#across * Math.ceil(size.heightPx / GRID_PX));
  }

  /** Takes the patch's place if all of it is free and on the ground. */
  take(patch: Patch, walk: Walk, x: number, y: number): boolean {
    if (x < 0 || y < 0 || x + walk.widthPx > this.#size.widthPx || y + walk.heightPx > this.#size.heightPx) return false;
    if (!this.#every(patch, walk, x, y, (i) => this.#taken[i] === 0)) return false;
    this.#every(patch, walk, x, y, (i) => {
      this.#taken[i] = 1;
      return true;
    });
    return true;
  }

  #every({ mask }: Patch, { widthPx, heightPx, first, across, down }: Walk, x: number, y: number, test: (i: number) => boolean): boolean {
    for (let row = 0; row < heightPx; row += GRID_PX) {
      const line = ((y + row) >> 2) * this.#across;
      for (let column = 0; column < widthPx; column += GRID_PX)
        if (mask[first + row * down + column * across]! > SOLID && !test(line + ((x + column) >> 2))) return false;
    }
    return true;
  }
}
