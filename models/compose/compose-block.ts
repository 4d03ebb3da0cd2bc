import type { Random } from '../../domain/random.ts';
import { BACKGROUND, PLATELET_CLUMP, type SplitName, THROMBOCYTE } from './cell-kinds.ts';
import { markPatch, SHEET_PX, type Sheet, SOLID } from './compose-sheet.ts';
import { bankPatch, type CutoutBank } from './cutout-bank.ts';
import { type Patch, paintPatch, plainWalk } from './paint-patch.ts';
import { layClump } from './platelet-clump.ts';
import { type Stain, turnPatch } from './turn-patch.ts';

export const BLOCK_PX = 224;
const PIXELS = BLOCK_PX * BLOCK_PX;

/** A cell in a block: `x0 y0 x1 y1` are the extents of its pixels that are to be seen. */
export type BlockCell = {
  readonly kind: number;
  readonly box: readonly [number, number, number, number];
  readonly areaPx: number;
  /** Cut by the edge of the picture. */
  readonly truncated: boolean;
};

/** A picture (RGB, 3 bytes a pixel), the kind of each pixel and the cell of each pixel: 0 nobody, else its place in `cells` from 1. */
export type Block = {
  readonly rgb: Uint8Array;
  readonly kinds: Uint8Array;
  readonly cellAt: Uint16Array;
  readonly cells: readonly BlockCell[];
};

/** Tries to find a place, and those of them that ask a platelet to lie on bare glass. */
const TRIES = 60;
const TRIES_ON_GLASS = 25;
/** Share of an added cell that may lie over another added one when no better place is found. */
const MOST_SHARED = 0.12;
/** A red cell goes when more than this share of it is covered. */
const MOST_COVERED = 0.1;
const MARGIN_PX = 26;
const MOST_PLATELETS = 3;

/** How a window of the sheet is walked in one of the eight orientations: its first pixel, the steps along a row and to the next row. */
const walkOf = (x: number, y: number, how: number) => {
  const last = BLOCK_PX - 1;
  const source = (column: number, row: number): number => {
    const [a, b] = [(how & 1) === 0 ? column : last - column, (how & 2) === 0 ? row : last - row];
    return (how & 4) === 0 ? (y + b) * SHEET_PX + x + a : (y + a) * SHEET_PX + x + b;
  };
  const first = source(0, 0);
  return { first, across: source(1, 0) - first, down: source(0, 1) - first };
};

/** Copies a window of the sheet. */
const cutWindow = (sheet: Sheet, x: number, y: number, how: number) => {
  const rgb = new Uint8Array(3 * PIXELS);
  const owner = new Uint16Array(PIXELS);
  const { first, across, down } = walkOf(x, y, how);
  for (let row = 0, to = 0; row < BLOCK_PX; row++)
    for (let column = 0, from = first + row * down; column < BLOCK_PX; column++, to++, from += across) {
      owner[to] = sheet.owner[from]!;
      rgb[3 * to] = sheet.rgb[3 * from]!;
      rgb[3 * to + 1] = sheet.rgb[3 * from + 1]!;
      rgb[3 * to + 2] = sheet.rgb[3 * from + 2]!;
    }
  const sheetPixel = (i: number): number => first + Math.floor(i / BLOCK_PX) * down + (i % BLOCK_PX) * across;
  return { rgb, owner, sheetPixel };
};

/** Pixels of a patch at a place that lie on added cells and on red cells, looked at on every fourth pixel of every fourth row; and all of them. */
const meets = (owner: Uint16Array, firstAdded: number, patch: Patch, x: number, y: number) => {
  let [added, red, seen] = [0, 0, 0];
  for (let row = Math.max(0, -y) & ~3; row < Math.min(patch.heightPx, BLOCK_PX - y); row += 4)
    for (let column = 0; column < patch.widthPx; column += 4) {
      const at = x + column;
      if (at < 0 || at >= BLOCK_PX || y + row < 0 || patch.mask[row * patch.widthPx + column]! < 128) continue;
      seen++;
      const who = owner[(y + row) * BLOCK_PX + at]!;
      if ((who & SOLID) === 0) continue;
      if ((who & ~SOLID) >= firstAdded) added++;
      else red++;
    }
  return { added, red, seen };
};

type Place = { readonly x: number; readonly y: number };

const findPlace = (owner: Uint16Array, firstAdded: number, patch: Patch, onGlass: boolean, random: Random): Place | undefined => {
  let best: (Place & { shared: number }) | undefined;
  for (let tries = 0; tries < TRIES; tries++) {
    const x = Math.round(random.between(MARGIN_PX, BLOCK_PX - MARGIN_PX) - patch.widthPx / 2);
    const y = Math.round(random.between(MARGIN_PX, BLOCK_PX - MARGIN_PX) - patch.heightPx / 2);
    const { added, red, seen } = meets(owner, firstAdded, patch, x, y);
    if (seen === 0 || (onGlass && tries < TRIES_ON_GLASS && red > 0)) continue;
    const shared = added / seen;
    if (shared === 0) return { x, y };
    if (shared < (best?.shared ?? MOST_SHARED)) best = { x, y, shared };
  }
  return best;
};

type Ground = ReturnType<typeof cutWindow>;

/** Takes the red cells away that a patch would cover: bare glass comes back where they were. */
const clearBelow = ({ rgb, owner, sheetPixel }: Ground, sheet: Sheet, patch: Patch, { x, y }: Place): void => {
  const covered = new Uint32Array(sheet.cells.length);
  for (let row = Math.max(0, -y); row < Math.min(patch.heightPx, BLOCK_PX - y); row++)
    for (let column = Math.max(0, -x); column < Math.min(patch.widthPx, BLOCK_PX - x); column++) {
      if (patch.mask[row * patch.widthPx + column]! < 128) continue;
      const who = owner[(y + row) * BLOCK_PX + x + column]!;
      if ((who & SOLID) !== 0 && (who & ~SOLID) < covered.length) covered[who & ~SOLID]! += 1;
    }
  const gone = covered.map((n, id) => (n > MOST_COVERED * sheet.cells[id]!.areaPx ? 1 : 0));
  if (!gone.includes(1)) return;
  for (let i = 0; i < PIXELS; i++) {
    if (owner[i] === 0 || gone[owner[i]! & ~SOLID] !== 1) continue;
    const from = 3 * sheetPixel(i);
    owner[i] = 0;
    rgb[3 * i] = sheet.glass[from]!;
    rgb[3 * i + 1] = sheet.glass[from + 1]!;
    rgb[3 * i + 2] = sheet.glass[from + 2]!;
  }
};

const drawPatch = (bank: CutoutBank, split: SplitName, kind: number, stain: Stain, random: Random): Patch | undefined => {
  const choices = bank.entries.filter((entry) => entry.split === split && entry.kind === kind);
  if (choices.length === 0) return kind === PLATELET_CLUMP ? layClump(bank, split, stain, random) : undefined;
  return turnPatch(bankPatch(bank, choices[random.integer(choices.length)]!), random.between(0, 2 * Math.PI), random.next() < 0.5, stain);
};

/** Boxes from the pixels themselves, and the pixels' kinds. */
const readCells = (owner: Uint16Array, kindOf: (id: number) => number): Pick<Block, 'kinds' | 'cellAt' | 'cells'> => {
  const kinds = new Uint8Array(PIXELS).fill(BACKGROUND);
  const cellAt = new Uint16Array(PIXELS);
  const numbers = new Map<number, number>();
  const cells: { kind: number; box: [number, number, number, number]; areaPx: number }[] = [];
  let [before, number] = [0, 0];
  for (let y = 0, i = 0; y < BLOCK_PX; y++)
    for (let x = 0; x < BLOCK_PX; x++, i++) {
      const who = owner[i]!;
      if ((who & SOLID) === 0) continue;
      if (who !== before) {
        before = who;
        number = numbers.get(who) ?? cells.push({ kind: kindOf(who & ~SOLID), box: [x, y, x + 1, y + 1], areaPx: 0 });
        numbers.set(who, number);
      }
      const cell = cells[number - 1]!;
      cell.areaPx++;
      if (x < cell.box[0]) cell.box[0] = x;
      if (x >= cell.box[2]) cell.box[2] = x + 1;
      cell.box[3] = y + 1;
      kinds[i] = cell.kind;
      cellAt[i] = number;
    }
  const cut = ([x0, y0, x1, y1]: BlockCell['box']): boolean => x0 === 0 || y0 === 0 || x1 === BLOCK_PX || y1 === BLOCK_PX;
  return { kinds, cellAt, cells: cells.map((cell) => ({ ...cell, truncated: cut(cell.box) })) };
};

/**
 * Cuts a block out of a background and adds cells of the given kinds: white cells first, at random angles, whole or nearly so; red cells that they would
 * cover are taken away, platelets seek bare glass. A kind that finds no place is left out: what is there is what `cells` says.
 */
export const composeBlock = (bank: CutoutBank, split: SplitName, sheet: Sheet, added: readonly number[], random: Random): Block => {
  const [x, y] = [random.integer(SHEET_PX - BLOCK_PX), random.integer(SHEET_PX - BLOCK_PX)];
  const ground = cutWindow(sheet, x, y, random.integer(8));
  const firstAdded = sheet.cells.length;
  const addedKinds: number[] = [];
  const wanted = added.flatMap((kind) => (kind === THROMBOCYTE ? Array<number>(1 + random.integer(MOST_PLATELETS)).fill(kind) : [kind]));
  const order = [
    ...random.shuffled(wanted.filter((kind) => kind < THROMBOCYTE)),
    ...wanted.filter((kind) => kind === PLATELET_CLUMP),
    ...wanted.filter((kind) => kind === THROMBOCYTE),
  ];
  for (const kind of order) {
    const patch = drawPatch(bank, split, kind, sheet.stain, random);
    const place = patch && findPlace(ground.owner, firstAdded, patch, kind >= THROMBOCYTE, random);
    if (patch === undefined || place === undefined) continue;
    clearBelow(ground, sheet, patch, place);
    paintPatch({ widthPx: BLOCK_PX, heightPx: BLOCK_PX, rgb: ground.rgb }, patch, plainWalk(patch), place.x, place.y);
    markPatch(ground.owner, BLOCK_PX, BLOCK_PX, patch, place.x, place.y, firstAdded + addedKinds.length);
    addedKinds.push(kind);
  }
  const kindOf = (id: number): number => (id < firstAdded ? sheet.cells[id]!.kind : addedKinds[id - firstAdded]!);
  return { rgb: ground.rgb, ...readCells(ground.owner, kindOf) };
};
