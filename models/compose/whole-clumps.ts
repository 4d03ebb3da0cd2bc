import { translateBox } from '../../domain/geometry.ts';
import type { BloodField, FieldCell } from './blood-field.ts';
import { thirdsFrom } from './thirds-from.ts';
import { CLEAR, type Transmittance } from './transmittance.ts';

/**
 * A group of cells that touch, cut out of a field: transmittance (RGB, 3 bytes a pixel) with a soft mask (1 byte a pixel).
 * Boxes of its cells are in pixels of the clump; `x`, `y` its corner in the field.
 */
export type Clump = {
  readonly x: number;
  readonly y: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly rgb: Uint8Array;
  readonly mask: Uint8Array;
  readonly cells: readonly FieldCell[];
};

/** Darker than this by green is a cell, not glass. */
const CELL_BELOW = 0.945 * CLEAR;
/** How far beyond its box a cell may be seen, in pixels. */
const BOX_SLACK_PX = 4;
/** Squared radius, in units of the ellipse within the box, up to which a pixel can belong to a cell. */
const REACH = 1.25;
/** A cell goes when more than this share of its outline leans on what was taken away; on large white cells a cut rim shows more … */
const MAX_CONTACT = [0.14, 0.1, 0.14] as const;
/** … or when what was taken away lies over more than this share of it. */
const MAX_COVERED = 0.03;
/** Cells nearer than this stay together. */
const GAP_PX = 3;
const MARGIN_PX = 9;

const NOBODY = -1;

type Ellipse = { readonly cx: number; readonly cy: number; readonly a: number; readonly b: number };

const ellipseOf = ({ box: [x0, y0, x1, y1] }: FieldCell): Ellipse => ({
  cx: (x0 + x1) / 2,
  cy: (y0 + y1) / 2,
  a: (x1 - x0) / 2,
  b: (y1 - y0) / 2,
});

/** Squared radius of a pixel's centre in units of the ellipse. */
const radius = ({ cx, cy, a, b }: Ellipse, x: number, y: number): number => ((x + 0.5 - cx) / a) ** 2 + ((y + 0.5 - cy) / b) ** 2;

type Pixels = { readonly widthPx: number; readonly heightPx: number };

const eachPixel = (
  { box }: FieldCell,
  { widthPx, heightPx }: Pixels,
  slackPx: number,
  stepPx: number,
  visit: (x: number, y: number) => void,
): void => {
  const x1 = Math.min(widthPx, Math.ceil(box[2] + slackPx));
  const y1 = Math.min(heightPx, Math.ceil(box[3] + slackPx));
  for (let y = Math.max(0, Math.floor(box[1] - slackPx)); y < y1; y += stepPx)
    for (let x = Math.max(0, Math.floor(box[0] - slackPx)); x < x1; x += stepPx) visit(x, y);
};

/** 1 where a cell is, by green averaged over 3×3 pixels. */
const cellPixels = (rgb: Uint8Array, { widthPx, heightPx }: Pixels): Uint8Array => {
  const across = new Uint16Array(widthPx * heightPx);
  for (let i = 1; i < across.length - 1; i++) across[i] = rgb[3 * i - 2]! + rgb[3 * i + 1]! + rgb[3 * i + 4]!;
  const out = new Uint8Array(across.length);
  for (let y = 0; y < heightPx; y++) {
    const above = Math.max(0, y - 1) * widthPx;
    const below = Math.min(heightPx - 1, y + 1) * widthPx;
    for (let x = 0, i = y * widthPx; x < widthPx; x++, i++) {
      const inside = Math.max(1, Math.min(widthPx - 2, x));
      out[i] = across[above + inside]! + across[y * widthPx + inside]! + across[below + inside]! < 9 * CELL_BELOW ? 1 : 0;
    }
  }
  return out;
};

/** Which cell each dark pixel belongs to: the one in whose ellipse it lies deepest, `NOBODY` where none reaches it. */
const ownersOf = (cells: readonly FieldCell[], dark: Uint8Array, size: Pixels): Int16Array => {
  const owner = new Int16Array(dark.length).fill(NOBODY);
  const depth = new Float32Array(dark.length).fill(Number.POSITIVE_INFINITY);
  cells.forEach((cell, index) => {
    const ellipse = ellipseOf(cell);
    eachPixel(cell, size, BOX_SLACK_PX, 1, (x, y) => {
      const i = y * size.widthPx + x;
      const r = radius(ellipse, x, y);
      if (r >= depth[i]! || r > (dark[i] === 0 ? 1 : REACH)) return;
      depth[i] = r;
      owner[i] = index;
    });
  });
  return owner;
};

/** Whether the field's edge cuts the cell: by its box, or by its pixels where the box is short. */
const isCut = ({ box: [x0, y0, x1, y1] }: FieldCell, index: number, owner: Int16Array, { widthPx, heightPx }: Pixels): boolean => {
  const nearest = Math.min(x0, y0, widthPx - x1, heightPx - y1);
  if (nearest < 3) return true;
  if (nearest > 2 * BOX_SLACK_PX) return false;
  for (let x = 0; x < widthPx; x++) if (owner[x] === index || owner[(heightPx - 1) * widthPx + x] === index) return true;
  for (let y = 0; y < heightPx; y++) if (owner[y * widthPx] === index || owner[(y + 1) * widthPx - 1] === index) return true;
  return false;
};

/** The cells that can be cut out whole: neither cut by the field's edge nor grown together with what is taken away. */
const wholeCells = (cells: readonly FieldCell[], dark: Uint8Array, owner: Int16Array, size: Pixels): boolean[] => {
  const whole = cells.map((cell, index) => !isCut(cell, index, owner, size));
  const ellipses = cells.map(ellipseOf);
  const leansOnLost = (cell: FieldCell, index: number): boolean => {
    const ellipse = ellipses[index]!;
    const lost = ellipses.filter((other, j) => !whole[j] && Math.abs(other.cx - ellipse.cx) < other.a + ellipse.a);
    let outline = 0;
    let contact = 0;
    let area = 0;
    let covered = 0;
    eachPixel(cell, size, 0.12 * Math.max(ellipse.a, ellipse.b), 2, (x, y) => {
      const r = radius(ellipse, x, y);
      if (r < 0.9) {
        area++;
        if (lost.some((other) => radius(other, x, y) < 0.85)) covered++;
      } else if (r < 1.25) {
        const i = y * size.widthPx + x;
        outline++;
        if (dark[i] === 1 && (owner[i] === NOBODY || !whole[owner[i]!])) contact++;
      }
    });
    return contact > (MAX_CONTACT[cell.classIndex] ?? 0) * outline || covered > MAX_COVERED * area;
  };
  for (let changed = true; changed; ) {
    changed = false;
    cells.forEach((cell, index) => {
      if (!whole[index] || !leansOnLost(cell, index)) return;
      whole[index] = false;
      changed = true;
    });
  }
  return whole;
};

/** Groups of whole cells whose ellipses touch. */
const groupTouching = (cells: readonly FieldCell[]): FieldCell[][] => {
  const groups: FieldCell[][] = [];
  const touching = (one: Ellipse, other: Ellipse): boolean =>
    ((one.cx - other.cx) / (one.a + other.a + GAP_PX)) ** 2 + ((one.cy - other.cy) / (one.b + other.b + GAP_PX)) ** 2 < 1;
  for (const cell of cells) {
    const joined = groups.filter((group) => group.some((other) => touching(ellipseOf(cell), ellipseOf(other))));
    for (const group of joined) groups.splice(groups.indexOf(group), 1);
    groups.push([...joined.flat(), cell]);
  }
  return groups;
};

const ramp = (value: number): number => Math.max(0, Math.min(1, value));

/** What a field was divided into, one number a pixel: which cell owns it, and whether it shows a cell or dirt that stays behind. */
type Division = Pixels & { readonly owner: Int16Array; readonly lost: Uint8Array };

/** Cuts one group out: its mask is full on its cells, falls off within 7 px around them, and fades towards what is lost or another group's. */
const cutClump = (cells: readonly FieldCell[], members: ReadonlySet<number>, rgb: Uint8Array, division: Division): Clump => {
  const x = Math.max(0, Math.floor(Math.min(...cells.map(({ box }) => box[0])) - MARGIN_PX));
  const y = Math.max(0, Math.floor(Math.min(...cells.map(({ box }) => box[1])) - MARGIN_PX));
  const widthPx = Math.min(division.widthPx, Math.ceil(Math.max(...cells.map(({ box }) => box[2])) + MARGIN_PX)) - x;
  const heightPx = Math.min(division.heightPx, Math.ceil(Math.max(...cells.map(({ box }) => box[3])) + MARGIN_PX)) - y;
  const cut = new Uint8Array(widthPx * heightPx * 3);
  const mine = new Uint8Array(widthPx * heightPx);
  const foreign = new Uint8Array(mine.length);
  for (let row = 0, i = 0; row < heightPx; row++) {
    const from = (y + row) * division.widthPx + x;
    cut.set(rgb.subarray(3 * from, 3 * (from + widthPx)), 3 * row * widthPx);
    for (let at = from; at < from + widthPx; at++, i++) {
      const owner = division.owner[at]!;
      if (members.has(owner)) mine[i] = 1;
      else if (owner !== NOBODY || division.lost[at] === 1) foreign[i] = 1;
    }
  }
  const toMine = thirdsFrom(mine, { widthPx, heightPx });
  const toForeign = thirdsFrom(foreign, { widthPx, heightPx });
  const mask = mine.map((_, i) => 255 * ramp((21 - toMine[i]!) / 12) * ramp((toForeign[i]! - 1.5) / 7.5));
  const shifted = cells.map(({ classIndex, box }) => ({ classIndex, box: translateBox(box, { x: -x, y: -y }) }));
  return { x, y, widthPx, heightPx, rgb: cut, mask, cells: shifted };
};

/**
 * Cuts the whole cells out of a field, together with those they touch. What belongs to no whole annotated cell stays behind:
 * cells cut by the edge, cells without a box, dirt. So every cell on a slide made of clumps has its box.
 */
export const cutWholeClumps = (field: BloodField, { rgb }: Transmittance): Clump[] => {
  const dark = cellPixels(rgb, field);
  const owner = ownersOf(field.cells, dark, field);
  const whole = wholeCells(field.cells, dark, owner, field);
  const lost = new Uint8Array(dark.length);
  for (let i = 0; i < dark.length; i++) {
    if (owner[i] !== NOBODY && whole[owner[i]!]) continue;
    owner[i] = NOBODY;
    lost[i] = dark[i]!;
  }
  const { widthPx, heightPx } = field;
  return groupTouching(field.cells.filter((_, index) => whole[index])).map((cells) =>
    cutClump(cells, new Set(cells.map((cell) => field.cells.indexOf(cell))), rgb, { widthPx, heightPx, owner, lost }),
  );
};
