import { boxCentre, boxHeight, boxWidth, translateBox } from '../../domain/geometry.ts';
import { type Random, seededRandom } from '../../domain/random.ts';
import { type BloodField, FIELD_CLASSES, FIELD_UM_PER_PX } from './blood-fields.ts';
import { paintGlass } from './glass.ts';
import { matchStain } from './match-stain.ts';
import { type Orientation, orientation, orientBox, orientSize, orientSteps } from './orientation.ts';
import { type Slide, type SlideCell, toI420 } from './slide.ts';
import { CLEAR, toTransmittance } from './transmittance.ts';
import { type Clump, cutWholeClumps } from './whole-clumps.ts';

export type SlideOptions = {
  readonly seed: number;
  /** Even. */
  readonly widthPx?: number;
  readonly heightPx?: number;
  readonly fields: readonly BloodField[];
  /** Share of the clumps that are laid. */
  readonly density?: number;
  /** Cells that are much alike, in rows, in place of a smear. */
  readonly repetitive?: boolean;
};

/** Fields lie nearer than their own size, so that the cells of one fill the rim that another lost with its cut cells. */
const PITCH_X_PX = 430;
const PITCH_Y_PX = 360;
const JITTER_PX = 60;
/** Pixels of slide for each try to fill a gap with another clump. */
const PX_PER_FILL = 900;
const GRID_PX = 4;
const SOLID = 90;
/** Shapes and disorder of a monolayer that repeats itself. */
const ALIKE_SHAPES = 3;
const ROW_JITTER_PX = 4;

/** A clump at its place on the slide: `x`, `y` its upper left corner once oriented. */
type Placed = { readonly clump: Clump; readonly how: Orientation; readonly x: number; readonly y: number };

/** What is taken on the slide, on a coarse grid. */
class Occupancy {
  readonly #taken: Uint8Array;
  readonly #across: number;
  readonly #size: { readonly widthPx: number; readonly heightPx: number };

  constructor(size: { readonly widthPx: number; readonly heightPx: number }) {
    this.#size = size;
    this.#across = Math.ceil(size.widthPx / GRID_PX);
    this.#taken = new Uint8Array(this.#across * Math.ceil(size.heightPx / GRID_PX));
  }

  /** Takes the clump's place if all of it is free and on the slide. */
  take(placed: Placed): boolean {
    const { widthPx, heightPx } = orientSize(placed.how, placed.clump);
    if (placed.x < 0 || placed.y < 0 || placed.x + widthPx > this.#size.widthPx || placed.y + heightPx > this.#size.heightPx) return false;
    if (!this.#every(placed, (i) => this.#taken[i] === 0)) return false;
    this.#every(placed, (i) => {
      this.#taken[i] = 1;
      return true;
    });
    return true;
  }

  #every({ clump, how, x, y }: Placed, test: (i: number) => boolean): boolean {
    const { widthPx, heightPx } = orientSize(how, clump);
    const { first, across, down } = orientSteps(how, clump);
    for (let row = 0; row < heightPx; row += GRID_PX) {
      const line = ((y + row) >> 2) * this.#across;
      for (let column = 0; column < widthPx; column += GRID_PX)
        if (clump.mask[first + row * down + column * across]! > SOLID && !test(line + ((x + column) >> 2))) return false;
    }
    return true;
  }
}

/** Who is placed first where two collide: white cells, then large groups, which find no room later. */
const precedence = ({ cells }: Clump): number => (cells.some(({ classIndex }) => classIndex === 1) ? 1000 : 0) + cells.length;

/** Lays fields on a jittered grid in random orientations, then fills the gaps with single clumps. */
const layOut = (fields: readonly (readonly Clump[])[], sizes: readonly BloodField[], random: Random, widthPx: number, heightPx: number) => {
  const occupancy = new Occupancy({ widthPx, heightPx });
  const placed: Placed[] = [];
  const place = (candidate: Placed): void => {
    if (occupancy.take(candidate)) placed.push(candidate);
  };
  const candidates: Placed[] = [];
  let order: number[] = [];
  for (let top = -heightPx % PITCH_Y_PX; top < heightPx; top += PITCH_Y_PX) {
    for (let left = -PITCH_X_PX; left < widthPx; left += PITCH_X_PX) {
      if (order.length === 0) order = random.shuffled(fields.map((_, i) => i));
      const index = order.pop()!;
      const how = orientation(random.integer(8));
      const x = left + Math.round(random.between(-JITTER_PX, JITTER_PX));
      const y = top + Math.round(random.between(-JITTER_PX, JITTER_PX));
      for (const clump of fields[index]!) {
        const box = orientBox(how, sizes[index]!, [clump.x, clump.y, clump.x + clump.widthPx, clump.y + clump.heightPx]);
        candidates.push({ clump, how, x: x + box[0], y: y + box[1] });
      }
    }
  }
  for (const candidate of candidates.sort((a, b) => precedence(b.clump) - precedence(a.clump))) place(candidate);
  const fillers = fields.flat().filter(({ cells }) => cells.length <= 2 && cells.every(({ classIndex }) => classIndex === 0));
  for (let tries = fillers.length > 0 ? (widthPx * heightPx) / PX_PER_FILL : 0; tries > 0; tries--) {
    const clump = fillers[random.integer(fillers.length)]!;
    const how = orientation(random.integer(8));
    place({ clump, how, x: random.integer(widthPx), y: random.integer(heightPx) });
  }
  return placed;
};

/** Rows of single red cells of a few shapes, each row half a cell on, hardly out of line. */
const layRows = (clumps: readonly (readonly Clump[])[], random: Random, widthPx: number, heightPx: number): Placed[] => {
  const single = clumps.flat().filter(({ cells }) => cells.length === 1 && cells[0]!.classIndex === 0);
  const shapes = single.slice(0, ALIKE_SHAPES);
  const pitchPx = Math.max(...shapes.map((clump) => Math.max(clump.widthPx, clump.heightPx)));
  const placed: Placed[] = [];
  for (let row = 0, top = 4; top + pitchPx + 4 < heightPx; row++, top += Math.round(0.9 * pitchPx)) {
    for (let left = 4 + (row % 2) * (pitchPx >> 1); left + pitchPx + 4 < widthPx; left += pitchPx) {
      const jitter = (): number => Math.round(random.between(-ROW_JITTER_PX, ROW_JITTER_PX));
      placed.push({ clump: shapes[random.integer(shapes.length)]!, how: orientation(0), x: left + jitter(), y: top + jitter() });
    }
  }
  return placed;
};

/** Dims the glass by what the clump lets through; outside its mask nothing changes. */
const paintClump = (rgb: Uint8Array, slideWidthPx: number, { clump, how, x, y }: Placed): void => {
  const { widthPx, heightPx } = orientSize(how, clump);
  const { first, across, down } = orientSteps(how, clump);
  for (let row = 0; row < heightPx; row++) {
    let from = first + row * down;
    let to = 3 * ((y + row) * slideWidthPx + x);
    for (let column = 0; column < widthPx; column++, from += across, to += 3) {
      const mask = clump.mask[from]!;
      if (mask === 0) continue;
      for (let channel = 0; channel < 3; channel++) {
        const passes = 255 * CLEAR + mask * (clump.rgb[3 * from + channel]! - CLEAR);
        rgb[to + channel] = Math.min(255, (rgb[to + channel]! * passes) / (255 * CLEAR) + 0.5);
      }
    }
  }
};

const cellsOf = (placed: readonly Placed[]): SlideCell[] =>
  placed
    .flatMap(({ clump, how, x, y }) =>
      clump.cells.map(({ classIndex, box }) => ({
        class: FIELD_CLASSES[classIndex] ?? 'unknown',
        box: translateBox(orientBox(how, clump, box), { x, y }),
      })),
    )
    .filter(({ box }) => boxWidth(box) > 0 && boxHeight(box) > 0)
    .sort((a, b) => boxCentre(a.box).y - boxCentre(b.box).y || boxCentre(a.box).x - boxCentre(b.box).x)
    .map((cell, index) => ({ id: index + 1, ...cell }));

/**
 * Composes a smear of several thousand pixels a side from annotated fields. Whole cells are cut out of each field with those they touch, as
 * transmittance, and laid on a common glass: no seam can show, and every cell on the slide has its box. The same seed gives the same slide.
 */
export const composeSlide = ({ seed, widthPx = 4096, heightPx = 3072, fields, density = 1, repetitive = false }: SlideOptions): Slide => {
  const random = seededRandom(seed);
  const cleared = fields.map((field) => ({ field, transmittance: toTransmittance(field) }));
  const clumps = matchStain(cleared.map(({ field, transmittance }) => cutWholeClumps(field, transmittance)));
  const glass = [0, 1, 2].map(
    (channel) => cleared.reduce((sum, { transmittance }) => sum + transmittance.glass[channel]!, 0) / fields.length,
  );
  const laid = repetitive ? layRows(clumps, random, widthPx, heightPx) : layOut(clumps, fields, random, widthPx, heightPx);
  const placed = density < 1 ? laid.filter(() => random.next() < density) : laid;
  const rgb = paintGlass(glass as [number, number, number], widthPx, heightPx, random);
  for (const one of placed) paintClump(rgb, widthPx, one);
  return { widthPx, heightPx, umPerPx: FIELD_UM_PER_PX, ...toI420(rgb, widthPx, heightPx), cells: cellsOf(placed) };
};
