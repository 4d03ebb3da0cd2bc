import { fillHoles } from '../segment/fill-holes.ts';
import { otsuThreshold } from '../segment/otsu.ts';
import type { BloodField } from './blood-field.ts';
import { cutOut, labelParts, openedPart, solidity } from './outline.ts';
import type { Patch } from './paint-patch.ts';
import { CLEAR, toTransmittance } from './transmittance.ts';
import type { Clump } from './whole-clumps.ts';

/** Share of the light by green below which a pixel, with those around it, shows a cell. */
const CELL_BELOW = 0.93;
/** What touches a cell by a neck thinner than twice this is another cell's. */
const NECK_UM = 0.55;
/** A single cell is nearly convex. */
const LEAST_SOLIDITY = 0.9;
/** Of a cell, its darkest part is at least this share, and of that part the outline holds at least so much. */
const LEAST_NUCLEUS = 0.15;
const LEAST_HELD = 0.85;

type Size = { readonly widthPx: number; readonly heightPx: number };

/** Optical density by green, averaged over 3×3 pixels, 0 for clear glass. */
const densityOf = (rgb: Uint8Array, { widthPx, heightPx }: Size): Float32Array => {
  const density = new Float32Array(widthPx * heightPx);
  for (let y = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++) {
      let sum = 0;
      for (let v = -1; v <= 1; v++) {
        const row = Math.min(heightPx - 1, Math.max(0, y + v)) * widthPx;
        for (let u = -1; u <= 1; u++) sum += rgb[3 * (row + Math.min(widthPx - 1, Math.max(0, x + u))) + 1]!;
      }
      density[y * widthPx + x] = -Math.log((sum + 9) / (9 * CLEAR));
    }
  return density;
};

const touchesEdge = (mask: Uint8Array, { widthPx, heightPx }: Size): boolean =>
  mask.some((set, i) => set !== 0 && (i < widthPx || i >= widthPx * (heightPx - 1) || i % widthPx === 0 || i % widthPx === widthPx - 1));

/** The outline (0, 1) of the one cell of a clump: its dark pixels, holes filled, largest part. */
const outlineOf = ({ rgb, mask, ...size }: Clump): Uint8Array => {
  const density = densityOf(rgb, size);
  const dark = mask.map((own, i) => (own > 127 && density[i]! > -Math.log(CELL_BELOW) ? 1 : 0));
  fillHoles(dark, size.widthPx, size.heightPx);
  const { labels, areas } = labelParts(dark, size);
  const largest = areas.indexOf(Math.max(...areas));
  return dark.map((_, i) => (largest > 0 && labels[i] === largest ? 1 : 0));
};

/** A cell that lies alone, cut out along its own outline; `undefined` where that is not one round cell. Transmittance. */
export const cutSingle = (clump: Clump): Patch | undefined => {
  const outline = outlineOf(clump);
  const [x0, y0, x1, y1] = clump.cells[0]!.box;
  const area = outline.reduce((sum, set) => sum + set, 0);
  if (area < 0.4 * (x1 - x0) * (y1 - y0) || solidity(outline, clump) < LEAST_SOLIDITY) return undefined;
  return cutOut(clump.rgb, outline, clump);
};

/**
 * The cell in the middle of a picture that was taken of it, cut out: the darkest thing near the middle and what hangs together with it. `undefined` where it
 * touches another cell too broadly or its area, in µm², is not within `areaUm2`. Transmittance.
 */
export const cutMiddle = (field: BloodField, umPerPx: number, areaUm2: readonly [number, number]): Patch | undefined => {
  const { rgb } = toTransmittance(field);
  const density = densityOf(rgb, field);
  const cell = new Uint8Array(density.length);
  for (let i = 0; i < cell.length; i++) cell[i] = density[i]! > -Math.log(CELL_BELOW) ? 1 : 0;
  const threshold = otsuThreshold(density, (i) => cell[i] === 1);
  if (threshold === undefined) return undefined;
  const dark = density.map((value) => (value > threshold ? 1 : 0));
  const parts = labelParts(Uint8Array.from(dark), field);
  const reach = 0.12 * Math.min(field.widthPx, field.heightPx);
  const near = parts.areas.map(() => 0);
  parts.labels.forEach((label, i) => {
    const x = (i % field.widthPx) - field.widthPx / 2;
    const y = Math.floor(i / field.widthPx) - field.heightPx / 2;
    if (label !== 0 && x * x + y * y < reach * reach) near[label]! += 1;
  });
  const core = near.indexOf(Math.max(...near));
  if (core <= 0 || near[core] === 0) return undefined;
  fillHoles(cell, field.widthPx, field.heightPx);
  const nucleus = Uint8Array.from(parts.labels, (label) => (label === core ? 1 : 0));
  const radiusPx = Math.min(NECK_UM, Math.sqrt(areaUm2[0]) / 5) / umPerPx;
  const outline = openedPart(cell, nucleus, field, radiusPx);
  fillHoles(outline, field.widthPx, field.heightPx);
  const held = outline.reduce((sum, set, i) => sum + (set & nucleus[i]!), 0);
  const pixels = outline.reduce((sum, set) => sum + set, 0);
  if (held < LEAST_NUCLEUS * pixels || held < LEAST_HELD * parts.areas[core]!) return undefined;
  const area = pixels * umPerPx * umPerPx;
  if (area < areaUm2[0] || area > areaUm2[1] || touchesEdge(outline, field) || solidity(outline, field) < LEAST_SOLIDITY) return undefined;
  return cutOut(rgb, outline, field);
};

/** Of what lies around a cell, the brightest share by green is taken for glass: red cells may fill the rest. */
const GLASS_SHARE = 0.2;

/** The mean colour of the glass around a cell. Too little of it is to be seen in a picture of one cell to fit how it is lit. */
const glassAround = (rgb: Uint8Array, mask: Uint8Array): readonly number[] => {
  const around = [...mask.keys()].filter((i) => mask[i] === 0).sort((a, b) => rgb[3 * b + 1]! - rgb[3 * a + 1]! || a - b);
  const glass = around.slice(0, Math.ceil(GLASS_SHARE * around.length));
  return [0, 1, 2].map((channel) => Math.max(1, glass.reduce((sum, i) => sum + rgb[3 * i + channel]!, 0) / glass.length));
};

/** What a mask (0, 1) that somebody drew covers of a picture of one cell; `undefined` where the edge cuts it. Transmittance. */
export const cutMasked = (field: BloodField, mask: Uint8Array): Patch | undefined => {
  if (touchesEdge(mask, field)) return undefined;
  const glass = glassAround(field.rgb, mask);
  return cutOut(
    field.rgb.map((level, i) => Math.min(255, (CLEAR * level) / glass[i % 3]! + 0.5)),
    mask,
    field,
  );
};
