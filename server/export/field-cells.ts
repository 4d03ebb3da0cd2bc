import type { CellRecord } from '../../domain/cell-record.ts';
import { type Box, boxArea, intersectBoxes } from '../../domain/geometry.ts';
import type { Mark } from '../../models/datasets/dataset.ts';
import { createGridIndex } from '../../pipelines/slide/grid-index.ts';
import type { ExportKeyframe } from './export-source.ts';

/** A cell of which less is in the field is no more than a rim: it is not marked. */
const LEAST_VISIBLE = 0.2;
const GRID_PX = 512;

const hundredth = (value: number): number => Math.round(value * 100) / 100;

/** The cells in a field of the map, as marks in pixels of its picture. */
export type FieldCells = (field: ExportKeyframe) => Mark[];

/**
 * Lays cells on the map for asking which of them a field shows. A cell that the field's edge cuts is clipped to it and `truncated`, one of which little is
 * seen left out; what a reader marked uncertain, or lies where the smear is not fit for counting, is `difficult`.
 */
export const layCells = (cells: Iterable<CellRecord>): FieldCells => {
  const index = createGridIndex<CellRecord>(GRID_PX);
  for (const cell of cells) index.put(cell, cell.island, cell.box);
  return ({ island, x, y, widthPx, heightPx }) => {
    const field: Box = [x, y, x + widthPx, y + heightPx];
    return index
      .near(island, field)
      .sort((a, b) => a.id - b.id)
      .flatMap((cell): Mark[] => {
        const seen = intersectBoxes(cell.box, field);
        if (seen === undefined || boxArea(seen) < LEAST_VISIBLE * boxArea(cell.box)) return [];
        const box: Box = [hundredth(seen[0] - x), hundredth(seen[1] - y), hundredth(seen[2] - x), hundredth(seen[3] - y)];
        return [
          {
            label: cell.class,
            box,
            ...(boxArea(seen) < boxArea(cell.box) - 1 ? { truncated: true } : {}),
            ...(cell.uncertain === true || cell.state === 'excluded' ? { difficult: true } : {}),
          },
        ];
      });
  };
};
