import type { CellRecord } from '../../domain/cell-record.ts';
import { type Box, boxArea, intersectBoxes } from '../../domain/geometry.ts';
import { moveOutline, outlineArea } from '../../domain/outline.ts';
import type { Mark } from '../../models/datasets/dataset.ts';
import { createGridIndex } from '../../pipelines/slide/grid-index.ts';
import { boxOutline, outlineOf } from './drawn-cell.ts';
import type { ExportKeyframe } from './export-source.ts';
import { clipOutline, simplePolygon } from './simple-polygon.ts';

/** A cell of which less is in the field is no more than a rim: it is not marked. */
const LEAST_VISIBLE = 0.2;
const GRID_PX = 512;

const hundredth = (value: number): number => Math.round(value * 100) / 100;

/** A cell, and its mark in pixels of the picture of a field. */
export type FieldCell = { readonly cell: CellRecord; readonly mark: Mark };

export type FieldCells = {
  /** The cells in a field of the map, by id. */
  in(field: ExportKeyframe): FieldCell[];
  /** Whether the model drew any cell at all. */
  readonly drawn: boolean;
};

/** The polygon of a drawn cell as far as a field shows it. */
const polygonIn = (cell: CellRecord, { x, y, widthPx, heightPx }: ExportKeyframe): number[] | undefined => {
  const outline = outlineOf(cell);
  if (outline === undefined) return undefined;
  return simplePolygon(clipOutline(moveOutline(outline, 1, { x: -x, y: -y }), [0, 0, widthPx, heightPx]));
};

/**
 * Lays cells on the map for asking which of them a field shows. A cell that the field's edge cuts is clipped to it and `truncated`, one of which little is
 * seen left out; what a reader marked uncertain, or lies where the smear is not fit for counting, is `difficult`.
 */
export const layCells = (cells: Iterable<CellRecord>): FieldCells => {
  const index = createGridIndex<CellRecord>(GRID_PX);
  let drawn = false;
  for (const cell of cells) {
    index.put(cell, cell.island, cell.box);
    drawn ||= cell.drawing !== undefined;
  }
  const cellsIn = (keyframe: ExportKeyframe): FieldCell[] => {
    const { island, x, y, widthPx, heightPx } = keyframe;
    const field: Box = [x, y, x + widthPx, y + heightPx];
    return index
      .near(island, field)
      .sort((a, b) => a.id - b.id)
      .flatMap((cell): FieldCell[] => {
        const seen = intersectBoxes(cell.box, field);
        if (seen === undefined || boxArea(seen) < LEAST_VISIBLE * boxArea(cell.box)) return [];
        const box: Box = [hundredth(seen[0] - x), hundredth(seen[1] - y), hundredth(seen[2] - x), hundredth(seen[3] - y)];
        const polygon = polygonIn(cell, keyframe) ?? boxOutline([box[0], box[1], box[2], box[3]]);
        return [
          {
            cell,
            mark: {
              label: cell.class,
              box,
              // In a session whose cells are drawn every mark has a polygon: readers of masks expect one.
              ...(drawn ? { outline: [polygon], areaPx2: hundredth(outlineArea(polygon)) } : {}),
              ...(boxArea(seen) < boxArea(cell.box) - 1 ? { truncated: true } : {}),
              ...(cell.uncertain === true || cell.state === 'excluded' ? { difficult: true } : {}),
            },
          },
        ];
      });
  };
  return { in: cellsIn, drawn };
};
