import { boxCentre, boxHeight, boxWidth, translateBox } from '../../domain/geometry.ts';
import { type Random, seededRandom } from '../../domain/random.ts';
import type { BloodField } from '../../models/compose/blood-field.ts';
import { paintGlass } from '../../models/compose/glass.ts';
import { matchStain } from '../../models/compose/match-stain.ts';
import { Occupancy } from '../../models/compose/occupancy.ts';
import { paintPatch, type Walk } from '../../models/compose/paint-patch.ts';
import { toTransmittance } from '../../models/compose/transmittance.ts';
import { type Clump, cutWholeClumps } from '../../models/compose/whole-clumps.ts';
import { FIELD_CLASSES, FIELD_UM_PER_PX } from './blood-fields.ts';
import { type Orientation, orientation, orientBox, orientSize, orientSteps } from './orientation.ts';
import { type Slide, type SlideCell, toI420 } from './slide.ts';

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
/** Shapes and disorder of a monolayer that repeats itself. */
const ALIKE_SHAPES = 3;
const ROW_JITTER_PX = 4;

/** A clump at its place on the slide: `x`, `y` its upper left corner once oriented. */
type Placed = { readonly clump: Clump; readonly how: Orientation; readonly x: number; readonly y: number };

const walkOf = (how: Orientation, clump: Clump): Walk => ({ ...orientSize(how, clump), ...orientSteps(how, clump) });

/** Who is placed first where two collide: white cells, then large groups, which find no room later. */
const precedence = ({ cells }: Clump): number => (cells.some(({ classIndex }) => classIndex === 1) ? 1000 : 0) + cells.length;

/** Lays fields on a jittered grid in random orientations, then fills the gaps with single clumps. */
const layOut = (fields: readonly (readonly Clump[])[], sizes: readonly BloodField[], random: Random, widthPx: number, heightPx: number) => {
  const occupancy = new Occupancy({ widthPx, heightPx });
  const placed: Placed[] = [];
  const place = (candidate: Placed): void => {
    const { clump, how, x, y } = candidate;
    if (occupancy.take(clump, walkOf(how, clump), x, y)) placed.push(candidate);
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
  for (const { clump, how, x, y } of placed) paintPatch({ rgb, widthPx, heightPx }, clump, walkOf(how, clump), x, y);
  return { widthPx, heightPx, umPerPx: FIELD_UM_PER_PX, ...toI420(rgb, widthPx, heightPx), cells: cellsOf(placed) };
};
