import type { Box } from '../../domain/geometry.ts';
import type { Random } from '../../domain/random.ts';
import { SHEET_PX, type Sheet } from './compose-sheet.ts';
import { HALF, type Owners, SOLID } from './mark-patch.ts';
import type { Ground, Patch } from './paint-patch.ts';

export const BLOCK_PX = 224;
const PIXELS = BLOCK_PX * BLOCK_PX;
/** A red cell goes when more than this share of it is covered. */
const MOST_COVERED = 0.1;

/** A window of a sheet: its upper left corner, and the orientation: columns reversed (1), rows reversed (2), rows for columns (4). */
type Window = { readonly x: number; readonly y: number; readonly how: number };

/** How the window is walked: its first pixel on the sheet, the steps along a row and to the next row. */
const walkOf = ({ x, y, how }: Window) => {
  const last = BLOCK_PX - 1;
  const source = (column: number, row: number): number => {
    const [a, b] = [(how & 1) === 0 ? column : last - column, (how & 2) === 0 ? row : last - row];
    return (how & 4) === 0 ? (y + b) * SHEET_PX + x + a : (y + a) * SHEET_PX + x + b;
  };
  const first = source(0, 0);
  return { first, across: source(1, 0) - first, down: source(0, 1) - first };
};

/** Where a box of the sheet lies in the window, cut by its edges. */
const boxInWindow = ([x0, y0, x1, y1]: Box, { x, y, how }: Window): Box => {
  const side = (from: number, to: number, reversed: boolean): readonly [number, number] => {
    const [low, high] = reversed ? [BLOCK_PX - to, BLOCK_PX - from] : [from, to];
    return [Math.max(0, low), Math.min(BLOCK_PX, high)];
  };
  const [wide, high] = [[x0 - x, x1 - x] as const, [y0 - y, y1 - y] as const];
  const [left, right] = side(...((how & 4) === 0 ? wide : high), (how & 1) !== 0);
  const [top, bottom] = side(...((how & 4) === 0 ? high : wide), (how & 2) !== 0);
  return [left, top, right, bottom];
};

/** A part of a sheet that cells are added to; the next `cut` writes over it. */
export type BlockGround = Ground &
  Owners & {
    /** Copies a window of a sheet, in one of eight orientations. */
    cut(sheet: Sheet, random: Random): void;
    /** Takes the red cells away that a patch would cover: bare glass comes back where they were. */
    clearBelow(patch: Patch, x: number, y: number): void;
  };

export const createBlockGround = (): BlockGround => {
  const rgb = new Uint8Array(3 * PIXELS);
  const owner = new Uint16Array(PIXELS);
  const covered = new Uint32Array(SOLID);
  let from: { readonly sheet: Sheet; readonly window: Window; readonly walk: ReturnType<typeof walkOf> };

  const remove = (id: number): void => {
    const { sheet, window, walk } = from;
    const [left, top, right, bottom] = boxInWindow(sheet.cells[id]!.box, window);
    for (let row = top; row < bottom; row++)
      for (let column = left; column < right; column++) {
        const to = row * BLOCK_PX + column;
        if ((owner[to]! & ~SOLID) !== id) continue;
        const at = 3 * (walk.first + row * walk.down + column * walk.across);
        owner[to] = 0;
        rgb[3 * to] = sheet.glass[at]!;
        rgb[3 * to + 1] = sheet.glass[at + 1]!;
        rgb[3 * to + 2] = sheet.glass[at + 2]!;
      }
  };

  return {
    widthPx: BLOCK_PX,
    heightPx: BLOCK_PX,
    rgb,
    owner,
    cut: (sheet, random) => {
      const window = { x: random.integer(SHEET_PX - BLOCK_PX), y: random.integer(SHEET_PX - BLOCK_PX), how: random.integer(8) };
      const walk = walkOf(window);
      from = { sheet, window, walk };
      const { rgb: seen, owner: owners } = sheet;
      for (let row = 0, to = 0; row < BLOCK_PX; row++) {
        const end = to + BLOCK_PX;
        for (let at = walk.first + row * walk.down; to < end; to++, at += walk.across) {
          owner[to] = owners[at]!;
          rgb[3 * to] = seen[3 * at]!;
          rgb[3 * to + 1] = seen[3 * at + 1]!;
          rgb[3 * to + 2] = seen[3 * at + 2]!;
        }
      }
    },
    clearBelow: ({ widthPx, heightPx, mask }, x, y) => {
      const { cells } = from.sheet;
      const met: number[] = [];
      const [left, right] = [Math.max(0, -x), Math.min(widthPx, BLOCK_PX - x)];
      for (let row = Math.max(0, -y); row < Math.min(heightPx, BLOCK_PX - y); row++) {
        let at = (y + row) * BLOCK_PX + x + left;
        for (let i = row * widthPx + left; i < row * widthPx + right; i++, at++) {
          const who = owner[at]!;
          if (who < SOLID || mask[i]! < HALF) continue;
          const id = who & ~SOLID;
          if (covered[id] === 0) met.push(id);
          covered[id]! += 1;
        }
      }
      for (const id of met) {
        if (id < cells.length && covered[id]! > MOST_COVERED * cells[id]!.areaPx) remove(id);
        covered[id] = 0;
      }
    },
  };
};
