import { type Box, iou } from '../../domain/geometry.ts';
import type { Grid } from '../architectures/grid.ts';
import type { LabelledBox } from '../datasets/labelled-field.ts';

/** Which box each chosen grid point is to predict, and the score it is to give. */
export type Target = { readonly point: number; readonly item: LabelledBox; readonly score: number };

/** Share of the points within a box that may be asked for it, and bounds of their number: a few for a platelet, dozens for a white cell. */
const CANDIDATE_SHARE = 0.07;
const CANDIDATES = [10, 24] as const;
const SCORE_POWER = 0.5;
const OVERLAP_POWER = 6;

/** First and last place of a level's points along one side of a box; the nearest one where the side lies between the points. */
const range = (low: number, high: number, count: number, stride: number): [number, number] => {
  const first = Math.max(0, Math.ceil(low / stride - 0.5));
  const last = Math.min(count - 1, Math.ceil(high / stride - 0.5) - 1);
  if (first <= last) return [first, last];
  const nearest = Math.min(count - 1, Math.max(0, Math.round((low + high) / 2 / stride - 0.5)));
  return [nearest, nearest];
};

/** Points of every level of the grid within the box, at least one of each. */
export const pointsWithin = (grid: Grid, box: Box): number[] => {
  const points: number[] = [];
  let start = 0;
  for (const { columns, rows, stride } of grid.levels) {
    const [x0, x1] = range(box[0], box[2], columns, stride);
    const [y0, y1] = range(box[1], box[3], rows, stride);
    for (let y = y0; y <= y1; y++) for (let x = x0; x <= x1; x++) points.push(start + y * columns + x);
    start += columns * rows;
  }
  return points;
};

type Claim = { readonly item: number; readonly overlap: number; readonly alignment: number };

/**
 * Task-aligned assignment (Feng et al., TOOD, 2021, section 3.2): for each box the points whose present score and overlap agree best;
 * a point claimed by several boxes goes to the one it overlaps most. The wanted score is the alignment, scaled to the box's best overlap.
 * `scoreAt` and `boxAt` are the network's present output.
 */
export const assignTargets = (
  grid: Grid,
  items: readonly LabelledBox[],
  scoreAt: (point: number, classIndex: number) => number,
  boxAt: (point: number) => Box,
): Target[] => {
  const claims = new Map<number, Claim>();
  items.forEach((labelled, item) => {
    const candidates = pointsWithin(grid, labelled.box).map((point) => {
      const overlap = iou(boxAt(point), labelled.box);
      return { point, overlap, alignment: scoreAt(point, labelled.classIndex) ** SCORE_POWER * overlap ** OVERLAP_POWER };
    });
    candidates.sort((a, b) => b.alignment - a.alignment || a.point - b.point);
    const wanted = Math.min(CANDIDATES[1], Math.max(CANDIDATES[0], Math.round(CANDIDATE_SHARE * candidates.length)));
    for (const { point, overlap, alignment } of candidates.slice(0, wanted)) {
      const other = claims.get(point);
      if (other === undefined || other.overlap < overlap) claims.set(point, { item, overlap, alignment });
    }
  });
  const best = items.map(() => ({ alignment: 0, overlap: 0 }));
  for (const { item, overlap, alignment } of claims.values()) {
    const top = best[item]!;
    top.alignment = Math.max(top.alignment, alignment);
    top.overlap = Math.max(top.overlap, overlap);
  }
  return [...claims].map(([point, { item, alignment }]) => {
    const top = best[item]!;
    return { point, item: items[item]!, score: top.alignment > 0 ? (alignment / top.alignment) * top.overlap : 0 };
  });
};
