import { type CellDrawing, MOST_OUTLINE_NUMBERS, packOutline } from '../../domain/cell-drawing.ts';
import type { Detection } from '../../domain/detection.ts';
import type { Frame } from '../../domain/frame.ts';
import type { Box } from '../../domain/geometry.ts';
import { type Outline, outlineLength } from '../../domain/outline.ts';
import { smoothOutline } from '../../domain/smooth-outline.ts';
import { measurePallor } from './measure-pallor.ts';

/** The class whose cells have a paler middle. */
const RED_CLASS = 'RBC';
/** Between points of the networks' maps: what is finer than a few of them is their grid and not the cell. */
const GRAIN_UM = 0.3;
/** Corners lie no farther off. */
const TOLERANCE_UM = 0.05;
/** No cell is as large as this around. */
const MOST_LENGTH_UM = 1000;
/** Of a corner, in the unit that it is packed in. */
const LARGEST = 32_767;

const packed = (outline: Outline | undefined, box: Box, umPerPx: number): number[] | undefined => {
  if (outline === undefined || outline.length < 6 || outlineLength(outline) * umPerPx > MOST_LENGTH_UM) return undefined;
  const corners = packOutline(smoothOutline(outline, GRAIN_UM / umPerPx, TOLERANCE_UM / umPerPx), { x: box[0], y: box[1] });
  return corners.length <= MOST_OUTLINE_NUMBERS && corners.every((value) => Math.abs(value) <= LARGEST) ? corners : undefined;
};

/**
 * How a detection draws its cell, without the steps of the network's grid, from the corner of its box; `undefined` where it does not, or with more corners than can be kept. The pallor of a red
 * cell is measured in the frame, which is borrowed; without one it is left out.
 */
export const drawCell = (
  { box, outline, nucleus, classIndex }: Detection,
  { classes, umPerPx }: { readonly classes: readonly string[]; readonly umPerPx: number },
  frame: Frame | undefined,
): CellDrawing | undefined => {
  const own = packed(outline, box, umPerPx);
  if (own === undefined || outline === undefined) return undefined;
  const inner = packed(nucleus, box, umPerPx);
  const pallor = classes[classIndex] === RED_CLASS && frame !== undefined ? measurePallor(frame.y, outline) : undefined;
  return {
    outline: own,
    ...(inner === undefined ? {} : { nucleus: inner }),
    ...(pallor === undefined ? {} : { pallor: Math.round(pallor * 1000) / 1000 }),
  };
};
