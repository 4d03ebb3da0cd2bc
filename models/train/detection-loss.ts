import { boxFromDistances, clampLogDistance, type Grid } from '../architectures/grid.ts';
import { assignTargets, pointsWithin } from './assign-targets.ts';
import { boxLoss } from './box-loss.ts';
import type { Canvas } from './compose-canvas.ts';
import type { LossOptions } from './loss-options.ts';
import { scoreLoss } from './score-loss.ts';

/** Loss of a batch and its gradient at the head's outputs; arrays as the head gives them. */
export type LossAndGradient = {
  readonly score: number;
  readonly box: number;
  readonly logitGradient: Float32Array;
  readonly distanceGradient: Float32Array;
};

/** Least sum of wanted scores: a batch without cells must not blow up. */
const LEAST_NORM = 1;

/**
 * Loss of a batch: the scores' on all of them but those within slivers and those of classes that nobody looked for there, the boxes' on
 * the assigned points, both over the sum of wanted scores; the points of a box count by its weight.
 * `logits` are `[n, points, classes]`, `distances` `[n, points, 4]`, flat.
 */
export const detectionLoss = (
  grid: Grid,
  classes: number,
  canvases: readonly Canvas[],
  logits: ArrayLike<number>,
  distances: ArrayLike<number>,
  { score: scoreKind, box: boxKind, boxWeight }: LossOptions,
): LossAndGradient => {
  const { points } = grid;
  const targets = canvases.map(({ boxes }, image) => {
    const firstPoint = image * points;
    const scoreAt = (point: number, classIndex: number): number =>
      1 / (1 + Math.exp(-logits[(firstPoint + point) * classes + classIndex]!));
    return assignTargets(grid, boxes, scoreAt, (point) => boxFromDistances(grid, point, distances, (firstPoint + point) * 4));
  });
  const norm = Math.max(
    LEAST_NORM,
    targets.flat().reduce((sum, { score, item }) => sum + score * (item.weight ?? 1), 0),
  );
  const logitGradient = new Float32Array(logits.length);
  const distanceGradient = new Float32Array(distances.length);
  let score = 0;
  let box = 0;
  const wanted = new Float32Array(points * classes);
  const counts = new Float32Array(points);
  canvases.forEach(({ slivers, unlabelled = [] }, image) => {
    wanted.fill(0);
    counts.fill(1);
    for (const sliver of slivers)
      for (const point of pointsWithin(grid, sliver)) wanted.fill(Number.NaN, point * classes, (point + 1) * classes);
    for (const target of targets[image]!) {
      const at = (image * points + target.point) * 4;
      wanted.fill(0, target.point * classes, (target.point + 1) * classes);
      wanted[target.point * classes + target.item.classIndex] = target.score;
      const predicted = boxFromDistances(grid, target.point, distances, at);
      const { loss, gradient } = boxLoss(boxKind, predicted, target.item.box);
      counts[target.point] = target.item.weight ?? 1;
      const weight = (boxWeight * target.score * counts[target.point]!) / norm;
      box += weight * loss;
      for (let side = 0; side < 4; side++) {
        const log = distances[at + side]!;
        if (log !== clampLogDistance(log)) continue;
        const reach = grid.stride[target.point]! * Math.exp(log);
        distanceGradient[at + side] = weight * gradient[side]! * (side < 2 ? -reach : reach);
      }
    }
    for (const region of unlabelled)
      for (const point of pointsWithin(grid, region.box))
        for (const classIndex of region.classIndexes) {
          const at = point * classes + classIndex;
          // Where pictures are blended, the other one may say that there is such a cell.
          if (wanted[at] === 0) wanted[at] = Number.NaN;
        }
    const first = image * points * classes;
    for (let i = 0; i < wanted.length; i++) {
      if (Number.isNaN(wanted[i]!)) continue;
      const { loss, gradient } = scoreLoss(scoreKind, logits[first + i]!, wanted[i]!);
      const share = counts[Math.floor(i / classes)]! / norm;
      score += loss * share;
      logitGradient[first + i] = gradient * share;
    }
  });
  return { score, box, logitGradient, distanceGradient };
};
