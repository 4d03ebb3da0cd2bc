import { packOutline } from '../../../domain/cell-drawing.ts';
import type { CellRecord } from '../../../domain/cell-record.ts';
import { FIRST_REVIEWED_ID } from '../../../domain/review.ts';
import type { ExportSource } from '../../../server/export/export-source.ts';

/** Which cells are drawn so that their outlines cross themselves. */
export const isTangled = (id: number): boolean => id % 7 === 3;

/** A round outline about the middle of a box, `share` of its size; with lobes, or twice round and so across itself. */
const round = ({ id, box: [x0, y0, x1, y1] }: CellRecord, share: number, lobes = 0): number[] =>
  Array.from({ length: 36 }, (_, i) => {
    const angle = (2 * Math.PI * i * (isTangled(id) && share === 1 ? 2 : 1)) / 36;
    const far = share * (1 - 0.12 * (lobes === 0 ? 0 : 1 + Math.cos(lobes * angle))) * (isTangled(id) && share === 1 && i > 17 ? 0.6 : 1);
    return [(x0 + x1) / 2 + (far * Math.cos(angle) * (x1 - x0)) / 2, (y0 + y1) / 2 + (far * Math.sin(angle) * (y1 - y0)) / 2];
  }).flat();

/** A cell as a model that draws would have left it: white ones with a nucleus, red ones with a paler middle; what a reader added is not drawn. */
export const drawnCell = (cell: CellRecord): CellRecord => {
  const { drawing: _drawing, shape: _shape, ...plain } = cell;
  if (cell.id >= FIRST_REVIEWED_ID) return plain;
  const corner = { x: cell.box[0], y: cell.box[1] };
  return {
    ...plain,
    drawing: {
      outline: packOutline(round(cell, 1, cell.id % 5 === 0 ? 5 : 0), corner),
      ...(cell.class === 'WBC' ? { nucleus: packOutline(round(cell, 0.6), corner) } : {}),
      ...(cell.class === 'RBC' ? { pallor: 0.33 } : {}),
    },
  };
};

/** A session as if its cells had been drawn. */
export const drawnSource = (source: ExportSource): ExportSource => ({
  ...source,
  cells: function* () {
    for (const cell of source.cells()) yield drawnCell(cell);
  },
});
