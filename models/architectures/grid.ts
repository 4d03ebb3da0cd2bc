import type { Box } from '../../domain/geometry.ts';
import { LOG_DISTANCE_RANGE } from './layer.ts';

/** The grid of the detector's head over its input, point after point, row by row. */
export type Grid = { readonly columns: number; readonly rows: number; readonly stride: number };

/** Centre of a grid point's patch, in input pixels. */
export const pointX = (grid: Grid, point: number): number => ((point % grid.columns) + 0.5) * grid.stride;
export const pointY = (grid: Grid, point: number): number => (Math.floor(point / grid.columns) + 0.5) * grid.stride;

export const clampLogDistance = (value: number): number => Math.min(LOG_DISTANCE_RANGE[1], Math.max(LOG_DISTANCE_RANGE[0], value));

/** The box in input pixels that four log distances (in strides, from index `at`) mean at a grid point. */
export const boxFromDistances = (grid: Grid, point: number, distances: ArrayLike<number>, at: number): Box => {
  const reach = (side: number): number => grid.stride * Math.exp(clampLogDistance(distances[at + side]!));
  const x = pointX(grid, point);
  const y = pointY(grid, point);
  return [x - reach(0), y - reach(1), x + reach(2), y + reach(3)];
};

/** Head outputs of one picture as the deployed network gives them: boxes in input pixels and scores. */
export const decodeHead = (grid: Grid, logits: Float32Array, distances: Float32Array): { boxes: Float32Array; scores: Float32Array } => {
  const points = grid.columns * grid.rows;
  const boxes = new Float32Array(points * 4);
  for (let point = 0; point < points; point++) boxes.set(boxFromDistances(grid, point, distances, point * 4), point * 4);
  return { boxes, scores: logits.map((logit) => 1 / (1 + Math.exp(-logit))) };
};
