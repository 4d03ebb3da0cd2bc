import { z } from 'zod';
import { readingNumber } from './cell-record.ts';

/** Bins of the histogram: half a micrometre wide, from 0 on; the last takes whatever is larger. */
export const SIZE_BIN_UM = 0.5;
export const SIZE_BINS = 50;

/**
 * How large the cells of one kind are, from the areas of their outlines; diameters are those of circles of the same area.
 * Means and spreads are taken over cells whose area is near enough to the median for one whole cell, as analysers leave out fragments and clumps.
 */
export const sizeDistribution = z.strictObject({
  /** Cells that were drawn: all of `counts`. */
  n: z.int().min(0),
  /** How many of them are too small or too large for one cell of this kind: not in what follows. */
  beyond: z.int().min(0),
  /** Absent where no cell was drawn. */
  meanDiameterUm: z.number().optional(),
  meanAreaUm2: z.number().optional(),
  /** Absent for fewer than two cells, as all spreads: sample standard deviation. */
  sdDiameterUm: z.number().optional(),
  /** Coefficient of variation of the diameters, in percent (Price-Jones, 1910). */
  diameterCvPercent: z.number().optional(),
  /**
   * Red-cell distribution width, estimated: the coefficient of variation of the areas, in percent. An analyser takes it of volumes; dried on glass, cells
   * are flat and about equally thick, so that volumes go with areas. What the outlines are off by is in it too.
   */
  rdwPercent: z.number().optional(),
  /** Cells in each bin of diameters: the first is `[0, binUm)`. */
  binUm: z.number().positive(),
  counts: z.array(z.int().min(0)).max(1000),
});
export type SizeDistribution = z.infer<typeof sizeDistribution>;

/** Which cells of a session are measured; absent: as counted. */
export const sizesQuery = z.strictObject({
  class: z.string().max(40).default('RBC'),
  reading: z.coerce.number().pipe(readingNumber).optional(),
});
export type SizesQuery = z.infer<typeof sizesQuery>;

/** Areas beyond this many times the median, or as many times below it, are not of one whole cell. */
const FAR = 2.5;

export const diameterOf = (area: number): number => 2 * Math.sqrt(area / Math.PI);

const medianOf = (values: readonly number[]): number => {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

const spreadOf = (values: readonly number[]): { readonly mean: number; readonly sd: number | undefined } => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: values.length < 2 ? undefined : Math.sqrt(squares / (values.length - 1)) };
};

/** The distribution of cells by their areas in µm²; what is no positive number is left out. */
export const sizesOf = (areasUm2: Iterable<number>): SizeDistribution => {
  const areas = [...areasUm2].filter((area) => Number.isFinite(area) && area > 0);
  const counts = Array.from({ length: SIZE_BINS }, () => 0);
  for (const area of areas) counts[Math.min(SIZE_BINS - 1, Math.floor(diameterOf(area) / SIZE_BIN_UM))]!++;
  const histogram = { n: areas.length, binUm: SIZE_BIN_UM, counts };
  if (areas.length === 0) return { ...histogram, beyond: 0 };
  const median = medianOf(areas);
  const single = areas.filter((area) => area >= median / FAR && area <= median * FAR);
  const area = spreadOf(single);
  const diameter = spreadOf(single.map(diameterOf));
  return {
    ...histogram,
    beyond: areas.length - single.length,
    meanDiameterUm: diameter.mean,
    meanAreaUm2: area.mean,
    ...(area.sd === undefined || diameter.sd === undefined
      ? {}
      : { sdDiameterUm: diameter.sd, diameterCvPercent: (100 * diameter.sd) / diameter.mean, rdwPercent: (100 * area.sd) / area.mean }),
  };
};
