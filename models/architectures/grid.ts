import type { Box } from '../../domain/geometry.ts';
import { type DetectorDefinition, LOG_DISTANCE_RANGE } from './layer.ts';

/** One level of a detector's head over its input. */
export type GridLevel = { readonly columns: number; readonly rows: number; readonly stride: number };

/** The points of a detector's head: level after level, row by row. `x`, `y` are the centres of their patches, all in input pixels. */
export type Grid = {
  readonly levels: readonly GridLevel[];
  readonly points: number;
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly stride: Float32Array;
};

const gridOf = (levels: readonly GridLevel[]): Grid => {
  const points = levels.reduce((sum, level) => sum + level.columns * level.rows, 0);
  const grid = { levels, points, x: new Float32Array(points), y: new Float32Array(points), stride: new Float32Array(points) };
  let point = 0;
  for (const { columns, rows, stride } of levels)
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++, point++) {
        grid.x[point] = (column + 0.5) * stride;
        grid.y[point] = (row + 0.5) * stride;
        grid.stride[point] = stride;
      }
  return grid;
};

/** The grid of a detector over an input of this size. */
export const headGrid = (definition: Pick<DetectorDefinition, 'heads'>, widthPx: number, heightPx: number): Grid =>
  gridOf(definition.heads.map(({ stride }) => ({ columns: Math.ceil(widthPx / stride), rows: Math.ceil(heightPx / stride), stride })));

export const clampLogDistance = (value: number): number => Math.min(LOG_DISTANCE_RANGE[1], Math.max(LOG_DISTANCE_RANGE[0], value));

/** The box in input pixels that four log distances (in strides, from index `at`) mean at a grid point. */
export const boxFromDistances = (grid: Grid, point: number, distances: ArrayLike<number>, at: number): Box => {
  const reach = (side: number): number => grid.stride[point]! * Math.exp(clampLogDistance(distances[at + side]!));
  const x = grid.x[point]!;
  const y = grid.y[point]!;
  return [x - reach(0), y - reach(1), x + reach(2), y + reach(3)];
};

/** Head outputs of one picture as the deployed network gives them: boxes in input pixels and scores. */
export const decodeHead = (grid: Grid, logits: Float32Array, distances: Float32Array): { boxes: Float32Array; scores: Float32Array } => {
  const boxes = new Float32Array(grid.points * 4);
  for (let point = 0; point < grid.points; point++) boxes.set(boxFromDistances(grid, point, distances, point * 4), point * 4);
  return { boxes, scores: logits.map((logit) => 1 / (1 + Math.exp(-logit))) };
};
