import { boxHeight, boxWidth } from '../../domain/geometry.ts';
import type { FieldCell } from '../../models/compose/blood-field.ts';
import { matchStain } from '../../models/compose/match-stain.ts';
import { CLEAR, toTransmittance } from '../../models/compose/transmittance.ts';
import { type Clump, cutWholeClumps } from '../../models/compose/whole-clumps.ts';
import { FIELD_CLASSES, readBloodFields } from './blood-fields.ts';
import type { FlowKind } from './flow-plan.ts';

const WHITE = FIELD_CLASSES.indexOf('WBC');

/** A cell cut out alone at half the scale of its field: what share of the light passes (RGB, 3 bytes a pixel, `CLEAR` for all), middle of its box. */
export type FlowSprite = FlowKind & {
  readonly spriteWidthPx: number;
  readonly spriteHeightPx: number;
  readonly passes: Uint8Array;
  readonly middleX: number;
  readonly middleY: number;
};

/** How far beyond its box a cell that is cut out from among others reaches, and where its mask is full, as squared radii of the ellipse. */
const REACH = 1.3;
const FULL = 1.05;

/** One cell of a clump at half its size; where the mask ends, or among others the cell's own ellipse, everything passes. */
const toSprite = ({ widthPx, heightPx, rgb, mask, cells }: Clump, { box, classIndex }: FieldCell): FlowSprite => {
  const alone = cells.length === 1;
  const own = (at: number): number => {
    if (alone) return mask[at]!;
    const dx = ((at % widthPx) + 0.5 - (box[0] + box[2]) / 2) / (boxWidth(box) / 2);
    const dy = (Math.floor(at / widthPx) + 0.5 - (box[1] + box[3]) / 2) / (boxHeight(box) / 2);
    return mask[at]! * Math.max(0, Math.min(1, (REACH - dx * dx - dy * dy) / (REACH - FULL)));
  };
  const across = widthPx >> 1;
  const down = heightPx >> 1;
  const passes = new Uint8Array(across * down * 3);
  for (let y = 0; y < down; y++)
    for (let x = 0; x < across; x++)
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (const at of [
          2 * y * widthPx + 2 * x,
          2 * y * widthPx + 2 * x + 1,
          (2 * y + 1) * widthPx + 2 * x,
          (2 * y + 1) * widthPx + 2 * x + 1,
        ])
          sum += 255 * CLEAR + own(at) * (rgb[3 * at + channel]! - CLEAR);
        passes[(y * across + x) * 3 + channel] = sum / (4 * 255) + 0.5;
      }
  return {
    class: FIELD_CLASSES[classIndex] ?? 'unknown',
    widthPx: boxWidth(box) / 2,
    heightPx: boxHeight(box) / 2,
    spriteWidthPx: across,
    spriteHeightPx: down,
    passes,
    middleX: (box[0] + box[2]) / 4,
    middleY: (box[1] + box[3]) / 4,
  };
};

/** Every cell of the shipped fields that lies alone, every white cell (they seldom do), and the colour of the glass they lay on. Faults: `data`. */
export const readFlowSprites = async (): Promise<{ readonly sprites: FlowSprite[]; readonly glass: readonly [number, number, number] }> => {
  const fields = await readBloodFields();
  const cleared = fields.map((field) => ({ field, transmittance: toTransmittance(field) }));
  const clumps = matchStain(cleared.map(({ field, transmittance }) => cutWholeClumps(field, transmittance))).flat();
  const mean = (channel: 0 | 1 | 2): number =>
    cleared.reduce((sum, { transmittance }) => sum + transmittance.glass[channel], 0) / fields.length;
  const sprites = clumps.flatMap((clump) =>
    clump.cells.filter(({ classIndex }) => clump.cells.length === 1 || classIndex === WHITE).map((cell) => toSprite(clump, cell)),
  );
  return { sprites, glass: [mean(0), mean(1), mean(2)] };
};
