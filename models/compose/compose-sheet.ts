import type { Random } from '../../domain/random.ts';
import { HEALTHY, INFECTED, type SplitName } from './cell-kinds.ts';
import type { BackgroundKind } from './combinations.ts';
import { type BankEntry, bankPatch, type CutoutBank } from './cutout-bank.ts';
import { paintGlass } from './glass.ts';
import { Occupancy } from './occupancy.ts';
import { type Ground, type Patch, paintPatch, plainWalk } from './paint-patch.ts';
import { CLEAR } from './transmittance.ts';
import { type Stain, turnPatch } from './turn-patch.ts';

export const SHEET_PX = 1000;
/** Set in `owner` where a cell itself is, and not only its fading rim. */
export const SOLID = 0x8000;

/** A background of red cells: as it looks, its bare glass, and who owns each pixel (0 nobody, else the cell's number, with `SOLID`). */
export type Sheet = Ground & {
  readonly glass: Uint8Array;
  readonly owner: Uint16Array;
  /** Kind and area of each cell, by number; the first is nobody. */
  readonly cells: { readonly kind: number; readonly areaPx: number }[];
  readonly stain: Stain;
};

const COVER = [0.16, 0.5] as const;
const TRIES = 10;
const MOST_CELLS = 4000;
/** Of 256, from where a mask belongs to the cell, and from where it is to be seen. */
const HALF = 128;
const FAINT = 8;

/** Notes who owns the pixels of a patch; a cell itself goes before any rim. Gives its area on the ground. */
export const markPatch = (
  owner: Uint16Array,
  widthPx: number,
  heightPx: number,
  patch: Patch,
  x: number,
  y: number,
  id: number,
): number => {
  let area = 0;
  const [left, right] = [Math.max(0, -x), Math.min(patch.widthPx, widthPx - x)];
  for (let row = Math.max(0, -y); row < Math.min(patch.heightPx, heightPx - y); row++) {
    let to = (y + row) * widthPx + x + left;
    for (let from = row * patch.widthPx + left; from < row * patch.widthPx + right; from++, to++) {
      const soft = patch.mask[from]!;
      if (soft >= HALF) {
        owner[to] = id | SOLID;
        area++;
      } else if (soft > FAINT && owner[to] === 0) owner[to] = id;
    }
  }
  return area;
};

/** The dye of one smear: densities stronger or weaker as a whole, and a little by channel. */
const drawStain = (random: Random): Stain => {
  const strength = random.between(0.8, 1.2);
  const stain = new Uint8Array(768);
  for (let channel = 0; channel < 3; channel++) {
    const power = strength * random.between(0.93, 1.07);
    for (let value = 0; value < 256; value++) stain[256 * channel + value] = Math.min(255, CLEAR * (value / CLEAR) ** power + 0.5);
  }
  return stain;
};

const pick = <T>(items: readonly T[], random: Random): T => items[random.integer(items.length)]!;

/** The red cells of one smear: of one set of cut-outs, and for a mixed background infected and healthy ones of the same set where it has both. */
const redCells = (bank: CutoutBank, split: SplitName, kind: BackgroundKind, random: Random): (readonly BankEntry[])[] => {
  const own = bank.entries.filter((entry) => entry.split === split);
  const of = (which: number, set?: number): BankEntry[] =>
    own.filter((entry) => entry.kind === which && (set === undefined || entry.set === set));
  if (kind !== 'mixed') {
    const which = kind === 'healthy' ? HEALTHY : INFECTED;
    const { set } = pick(of(which), random);
    return [of(which, set)];
  }
  const { set } = pick(of(INFECTED), random);
  const same = of(HEALTHY, set);
  return [of(INFECTED, set), same.length > 0 ? same : of(HEALTHY, pick(of(HEALTHY), random).set)];
};

/** Lays red cells at random angles on bare glass, without overlap, until a share of it that differs from sheet to sheet is covered. */
export const composeSheet = (bank: CutoutBank, split: SplitName, kind: BackgroundKind, random: Random): Sheet => {
  const shade = random.between(-14, 8);
  const colour = [236 + shade, 226 + shade + random.between(-8, 4), 222 + shade + random.between(-16, 12)] as const;
  const glass = paintGlass(colour, SHEET_PX, SHEET_PX, random);
  const stain = drawStain(random);
  const sheet = {
    widthPx: SHEET_PX,
    heightPx: SHEET_PX,
    rgb: glass.slice(),
    glass,
    owner: new Uint16Array(SHEET_PX * SHEET_PX),
    cells: [{ kind: -1, areaPx: 0 }],
    stain,
  };
  const choices = redCells(bank, split, kind, random);
  const occupancy = new Occupancy(sheet);
  const wanted = random.between(...COVER) * SHEET_PX * SHEET_PX;
  for (let covered = 0, misses = 0; covered < wanted && misses < 60 && sheet.cells.length < MOST_CELLS; ) {
    const entry = pick(pick(choices, random), random);
    const patch = turnPatch(bankPatch(bank, entry), random.between(0, 2 * Math.PI), random.next() < 0.5, stain);
    const walk = plainWalk(patch);
    let placed = false;
    for (let tries = 0; tries < TRIES && !placed; tries++) {
      const [x, y] = [random.integer(Math.max(1, SHEET_PX - patch.widthPx)), random.integer(Math.max(1, SHEET_PX - patch.heightPx))];
      if (!occupancy.take(patch, walk, x, y)) continue;
      placed = true;
      paintPatch(sheet, patch, walk, x, y);
      const areaPx = markPatch(sheet.owner, SHEET_PX, SHEET_PX, patch, x, y, sheet.cells.length);
      sheet.cells.push({ kind: entry.kind, areaPx });
      covered += areaPx;
    }
    if (!placed) misses++;
  }
  return sheet;
};
