import { type CellDrawing, MOST_OUTLINE_NUMBERS, packOutline } from '../../domain/cell-drawing.ts';
import type { Detection } from '../../domain/detection.ts';
import type { Frame } from '../../domain/frame.ts';
import type { Box } from '../../domain/geometry.ts';
import type { Outline } from '../../domain/outline.ts';
import { measurePallor } from './measure-pallor.ts';

/** The class whose cells have a paler middle. */
const RED_CLASS = 'RBC';
/** Of a corner, in the unit that it is packed in. */
const LARGEST = 32_767;

const packed = (outline: Outline | undefined, box: Box): number[] | undefined => {
  if (outline === undefined || outline.length < 6 || outline.length > MOST_OUTLINE_NUMBERS) return undefined;
  const corners = packOutline(outline, { x: box[0], y: box[1] });
  return corners.every((value) => Math.abs(value) <= LARGEST) ? corners : undefined;
};

/**
 * How a detection draws its cell, from the corner of its box; `undefined` where it does not, or with more corners than can be kept. The pallor of a red
 * cell is measured in the frame, which is borrowed; without one it is left out.
 */
export const drawCell = (
  { box, outline, nucleus, classIndex }: Detection,
  classes: readonly string[],
  frame: Frame | undefined,
): CellDrawing | undefined => {
  const own = packed(outline, box);
  if (own === undefined || outline === undefined) return undefined;
  const inner = packed(nucleus, box);
  const pallor = classes[classIndex] === RED_CLASS && frame !== undefined ? measurePallor(frame.y, outline) : undefined;
  return {
    outline: own,
    ...(inner === undefined ? {} : { nucleus: inner }),
    ...(pallor === undefined ? {} : { pallor: Math.round(pallor * 1000) / 1000 }),
  };
};
