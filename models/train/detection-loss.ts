import type { Box } from '../../domain/geometry.ts';
import { boxFromDistances, clampLogDistance, type Grid } from '../architectures/grid.ts';
import { assignTargets, pointsWithin } from './assign-targets.ts';
import type { Canvas } from './compose-canvas.ts';

/** Loss of a batch and its gradient at the head's outputs; arrays as the head gives them. */
export type LossAndGradient = {
  readonly score: number;
  readonly box: number;
  readonly logitGradient: Float32Array;
  readonly distanceGradient: Float32Array;
};

const BOX_WEIGHT = 2;
/** Least sum of wanted scores: a batch without cells must not blow up. */
const LEAST_NORM = 1;

/**
 * `1 - GIoU` (Rezatofighi et al., 2019) of two boxes that both hold area, and its gradient to the sides of the first.
 */
export const giouLoss = (box: Box, truth: Box): { loss: number; gradient: [number, number, number, number] } => {
  const width = Math.min(box[2], truth[2]) - Math.max(box[0], truth[0]);
  const height = Math.min(box[3], truth[3]) - Math.max(box[1], truth[1]);
  const meets = width > 0 && height > 0;
  const common = meets ? width * height : 0;
  const boxW = box[2] - box[0];
  const boxH = box[3] - box[1];
  const union = boxW * boxH + (truth[2] - truth[0]) * (truth[3] - truth[1]) - common;
  const hullW = Math.max(box[2], truth[2]) - Math.min(box[0], truth[0]);
  const hullH = Math.max(box[3], truth[3]) - Math.min(box[1], truth[1]);
  const hull = hullW * hullH;
  const gradient: [number, number, number, number] = [0, 0, 0, 0];
  for (let side = 0; side < 4; side++) {
    const isHigh = side >= 2;
    const alongX = side % 2 === 0;
    const sign = isHigh ? 1 : -1;
    const inner = isHigh ? box[side]! < truth[side]! : box[side]! > truth[side]!;
    const dCommon = meets && inner ? sign * (alongX ? height : width) : 0;
    const dUnion = sign * (alongX ? boxH : boxW) - dCommon;
    const dHull = inner ? 0 : sign * (alongX ? hullH : hullW);
    gradient[side] = -((dCommon * union - common * dUnion) / union ** 2 + (dUnion * hull - union * dHull) / hull ** 2);
  }
  return { loss: 2 - common / union - union / hull, gradient };
};

/** Quality focal loss (Li et al., 2020, β = 2) of a logit against a wanted score, and its derivative. */
export const qualityFocal = (logit: number, wanted: number): { loss: number; gradient: number } => {
  const score = 1 / (1 + Math.exp(-logit));
  const entropy = Math.max(logit, 0) - logit * wanted + Math.log1p(Math.exp(-Math.abs(logit)));
  const miss = score - wanted;
  return { loss: miss * miss * entropy, gradient: 2 * miss * score * (1 - score) * entropy + miss ** 3 };
};

/**
 * Loss of a batch: quality focal loss on all scores but those within slivers and those of classes that nobody looked for there, GIoU loss
 * on the assigned points, both over the sum of wanted scores; the points of a box count by its weight.
 * `logits` are `[n, points, classes]`, `distances` `[n, points, 4]`, flat.
 */
export const detectionLoss = (
  grid: Grid,
  classes: number,
  canvases: readonly Canvas[],
  logits: ArrayLike<number>,
  distances: ArrayLike<number>,
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
      const { loss, gradient } = giouLoss(predicted, target.item.box);
      counts[target.point] = target.item.weight ?? 1;
      const weight = (BOX_WEIGHT * target.score * counts[target.point]!) / norm;
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
      const { loss, gradient } = qualityFocal(logits[first + i]!, wanted[i]!);
      const share = counts[Math.floor(i / classes)]! / norm;
      score += loss * share;
      logitGradient[first + i] = gradient * share;
    }
  });
  return { score, box, logitGradient, distanceGradient };
};
