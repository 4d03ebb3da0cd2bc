import type { Box } from '../../domain/geometry.ts';
import type { Random } from '../../domain/random.ts';
import { HEALTHY, INFECTED } from './cell-kinds.ts';
import type { BackgroundKind } from './combinations.ts';
import type { Cutout } from './cutout-bank.ts';
import { paintGlass } from './glass.ts';
import { markPatch, type Owners } from './mark-patch.ts';
import { Occupancy } from './occupancy.ts';
import { type Ground, paintPatch, plainWalk } from './paint-patch.ts';
import { CLEAR } from './transmittance.ts';
import type { Stain, Turner } from './turn-patch.ts';

export const SHEET_PX = 1000;

/** A red cell of a background: its area, and the box that it is painted in. */
export type SheetCell = { readonly kind: number; readonly areaPx: number; readonly box: Box };

/** A background of red cells: as it looks, its bare glass, who owns each pixel, and the cells by number; the first is nobody. */
export type Sheet = Ground & Owners & { readonly glass: Uint8Array; readonly cells: readonly SheetCell[]; readonly stain: Stain };

const COVER = [0.16, 0.5] as const;
const TRIES = 10;
const MOST_MISSES = 60;
const MOST_CELLS = 4000;

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

type Choice = { readonly kind: number; readonly cutouts: readonly Cutout[] };

/** The red cells of one smear: of one set of cut-outs, and for a mixed background infected and healthy ones of the same set where it has both. */
const redCells = (cutouts: readonly (readonly Cutout[])[], background: BackgroundKind, random: Random): Choice[] => {
  const of = (kind: number, set?: number): Choice => ({
    kind,
    cutouts: cutouts[kind]!.filter((one) => set === undefined || one.set === set),
  });
  if (background !== 'mixed') {
    const kind = background === 'healthy' ? HEALTHY : INFECTED;
    return [of(kind, pick(cutouts[kind]!, random).set)];
  }
  const { set } = pick(cutouts[INFECTED]!, random);
  const same = of(HEALTHY, set);
  return [of(INFECTED, set), same.cutouts.length > 0 ? same : of(HEALTHY, pick(cutouts[HEALTHY]!, random).set)];
};

/** Lays red cells at random angles on bare glass, without overlap, until a share of it that differs from sheet to sheet is covered. */
export const composeSheet = (
  cutouts: readonly (readonly Cutout[])[],
  background: BackgroundKind,
  turnPatch: Turner,
  random: Random,
): Sheet => {
  const shade = random.between(-14, 8);
  const colour = [236 + shade, 226 + shade + random.between(-8, 4), 222 + shade + random.between(-16, 12)] as const;
  const glass = paintGlass(colour, SHEET_PX, SHEET_PX, random);
  const stain = drawStain(random);
  const cells: SheetCell[] = [{ kind: -1, areaPx: 0, box: [0, 0, 0, 0] }];
  const owner = new Uint16Array(SHEET_PX * SHEET_PX);
  const sheet = { widthPx: SHEET_PX, heightPx: SHEET_PX, rgb: glass.slice(), glass, owner, cells, stain };
  const choices = redCells(cutouts, background, random);
  const occupancy = new Occupancy(sheet);
  const wanted = random.between(...COVER) * SHEET_PX * SHEET_PX;
  for (let covered = 0, misses = 0; covered < wanted && misses < MOST_MISSES && cells.length < MOST_CELLS; ) {
    const choice = pick(choices, random);
    const cutout = pick(choice.cutouts, random);
    const patch = turnPatch(cutout, { angle: random.between(0, 2 * Math.PI), mirrored: random.next() < 0.5 }, stain);
    const walk = plainWalk(patch);
    let placed = false;
    for (let tries = 0; tries < TRIES && !placed; tries++) {
      const x = random.integer(Math.max(1, SHEET_PX - patch.widthPx));
      const y = random.integer(Math.max(1, SHEET_PX - patch.heightPx));
      if (!occupancy.take(patch, walk, x, y)) continue;
      placed = true;
      paintPatch(sheet, patch, walk, x, y);
      const areaPx = markPatch(sheet, patch, x, y, cells.length);
      cells.push({ kind: choice.kind, areaPx, box: [x, y, x + patch.widthPx, y + patch.heightPx] });
      covered += areaPx;
    }
    if (!placed) misses++;
  }
  return sheet;
};
