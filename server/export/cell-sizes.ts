import { type SizeDistribution, sizesOf } from '../../domain/size-distribution.ts';
import { drawnArea } from './drawn-cell.ts';
import type { ExportSource } from './export-source.ts';

/** The class that red-cell figures are of. */
export const RED_CELLS = 'RBC';

/** How large the counted cells of each class are that the model drew; none where it drew none, or the scale is not known. */
export const sizesByClass = ({ facts, cells }: Pick<ExportSource, 'facts' | 'cells'>): ReadonlyMap<string, SizeDistribution> => {
  const { umPerPx } = facts;
  if (umPerPx === undefined) return new Map();
  const areas = new Map<string, number[]>();
  for (const cell of cells()) {
    const px2 = cell.state === 'counted' ? drawnArea(cell) : undefined;
    if (px2 === undefined) continue;
    const list = areas.get(cell.class);
    if (list === undefined) areas.set(cell.class, [px2 * umPerPx * umPerPx]);
    else list.push(px2 * umPerPx * umPerPx);
  }
  return new Map(facts.classes.flatMap((name) => (areas.has(name) ? [[name, sizesOf(areas.get(name)!)] as const] : [])));
};

/** With fewer cells a spread says nothing. */
const LEAST_SIZED = 30;

/** Bounds of the 95 % interval of a figure from the normal distribution, which holds for so many cells. */
const about = (value: number, error: number): { readonly value: number; readonly low: number; readonly high: number } => ({
  value,
  low: value - 1.96 * error,
  high: value + 1.96 * error,
});

/**
 * Mean diameter of the red cells in µm and the spread of their areas in percent, with what chance in choosing the cells leaves open; `undefined` of too
 * few cells. The error of a coefficient of variation is that of Miller (1991).
 */
export const redCellFigures = (sizes: SizeDistribution | undefined) => {
  if (sizes?.meanDiameterUm === undefined || sizes.sdDiameterUm === undefined || sizes.rdwPercent === undefined) return undefined;
  const n = sizes.n - sizes.beyond;
  if (n < LEAST_SIZED) return undefined;
  const share = sizes.rdwPercent / 100;
  return {
    n,
    diameterUm: about(sizes.meanDiameterUm, sizes.sdDiameterUm / Math.sqrt(n)),
    rdwPercent: about(sizes.rdwPercent, 100 * share * Math.sqrt((0.5 + share * share) / n)),
  };
};
export type RedCellFigures = NonNullable<ReturnType<typeof redCellFigures>>;
