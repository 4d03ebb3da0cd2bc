import type { CellDrawing } from '../../../domain/cell-drawing.ts';
import { outlineArea } from '../../../domain/outline.ts';
import type { SlideChart } from '../map/slide-chart.svelte.ts';

/** Packed corners are quarters of a pixel, areas sixteenths. */
const PER_PX2 = 16;
const known = new WeakMap<CellDrawing, number>();

const areaPx2 = (drawing: CellDrawing): number => {
  const area = known.get(drawing) ?? outlineArea(drawing.outline) / PER_PX2;
  known.set(drawing, area);
  return area;
};

/** Areas in µm² of the counted cells of a class that were drawn. */
export const drawnAreas = ({ cells, drawings }: Pick<SlideChart, 'cells' | 'drawings'>, classIndex: number, umPerPx: number): number[] => {
  const areas: number[] = [];
  for (const [id, drawing] of drawings) {
    const cell = cells.get(id);
    if (cell?.classIndex === classIndex && cell.state === 'counted') areas.push(areaPx2(drawing) * umPerPx * umPerPx);
  }
  return areas;
};
