import { MOST_OUTLINE_NUMBERS } from '../../domain/cell-drawing.ts';
import type { KeptDrawing } from './cell-drawings.ts';

/** Drawings as two lists of numbers: of each its cell, its quality, its pallor (NaN for none), how long its outline and its nucleus are (0 for none); then all corners. */
export type PackedDrawings = { readonly facts: Float64Array; readonly corners: Int16Array };

export const DRAWING_FACTS = 5;

export const packDrawings = (kept: readonly KeptDrawing[]): PackedDrawings => {
  const facts = new Float64Array(DRAWING_FACTS * kept.length);
  const corners = new Int16Array(kept.reduce((sum, { drawing: { outline, nucleus = [] } }) => sum + outline.length + nucleus.length, 0));
  let at = 0;
  kept.forEach(({ cell, quality, drawing: { outline, nucleus = [], pallor = Number.NaN } }, i) => {
    facts.set([cell, quality, pallor, outline.length, nucleus.length], DRAWING_FACTS * i);
    corners.set(outline, at);
    corners.set(nucleus, at + outline.length);
    at += outline.length + nucleus.length;
  });
  return { facts, corners };
};

const isLength = (numbers: number, least: number): boolean =>
  Number.isInteger(numbers) && numbers >= least && numbers <= MOST_OUTLINE_NUMBERS && (numbers === 0 || numbers >= 6);

/** The drawings again, of cells up to `cells`; `undefined` where the numbers are none. */
export const unpackDrawings = ({ facts, corners }: PackedDrawings, cells: number): KeptDrawing[] | undefined => {
  const kept: KeptDrawing[] = [];
  let at = 0;
  for (let i = 0; i < facts.length; i += DRAWING_FACTS) {
    const [cell = 0, quality = Number.NaN, pallor = 0, outlined = 0, inner = 0] = facts.subarray(i, i + DRAWING_FACTS);
    const sound = Number.isInteger(cell) && cell >= 1 && cell <= cells && Number.isFinite(quality) && !(pallor < 0 || pallor > 1);
    if (!sound || !isLength(outlined, 6) || !isLength(inner, 0)) return undefined;
    const outline = [...corners.subarray(at, at + outlined)];
    const nucleus = [...corners.subarray(at + outlined, at + outlined + inner)];
    at += outlined + inner;
    if (at > corners.length) return undefined;
    const drawing = { outline, ...(inner === 0 ? {} : { nucleus }), ...(Number.isNaN(pallor) ? {} : { pallor }) };
    kept.push({ cell, quality, drawing });
  }
  return at === corners.length ? kept : undefined;
};
