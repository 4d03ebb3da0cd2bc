import { type Box, containsBox } from '../../domain/geometry.ts';
import type { TrueCell, TrueFrame } from '../../domain/scan-truth.ts';
import type { SlideCell } from './slide.ts';

type FieldSize = { readonly widthPx: number; readonly heightPx: number };

export const fieldBox = ({ x, y }: Pick<TrueFrame, 'x' | 'y'>, { widthPx, heightPx }: FieldSize): Box => [x, y, x + widthPx, y + heightPx];

/** Every cell with whether a sharp frame showed it whole. */
export const judgeSeen = (cells: readonly SlideCell[], frames: readonly TrueFrame[], size: FieldSize): TrueCell[] => {
  const fields = frames.filter(({ sharp }) => sharp).map((frame) => fieldBox(frame, size));
  return cells.map((cell) => ({ ...cell, box: [...cell.box], seen: fields.some((field) => containsBox(field, cell.box)) }));
};
