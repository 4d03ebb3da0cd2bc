import type { Box } from '../../domain/geometry.ts';
import type { LossOptions } from './loss-options.ts';

type LossOfBox = { readonly loss: number; readonly gradient: readonly [number, number, number, number] };

/**
 * `1 - GIoU` (Rezatofighi et al., 2019) of two boxes that both hold area, and its gradient to the sides of the first.
 */
export const giouLoss = (box: Box, truth: Box): LossOfBox => {
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

/**
 * `1 - CIoU` of two boxes that both hold area, and its gradient to the sides of the first; the trade-off α is held constant, as its source does
 * (Zheng et al., Distance-IoU Loss, 2020, section 3).
 */
export const ciouLoss = (box: Box, truth: Box): LossOfBox => {
  const width = Math.max(0, Math.min(box[2], truth[2]) - Math.max(box[0], truth[0]));
  const height = Math.max(0, Math.min(box[3], truth[3]) - Math.max(box[1], truth[1]));
  const common = width * height;
  const [boxW, boxH] = [box[2] - box[0], box[3] - box[1]];
  const [truthW, truthH] = [truth[2] - truth[0], truth[3] - truth[1]];
  const union = boxW * boxH + truthW * truthH - common;
  const overlap = common / union;
  const hullW = Math.max(box[2], truth[2]) - Math.min(box[0], truth[0]);
  const hullH = Math.max(box[3], truth[3]) - Math.min(box[1], truth[1]);
  const diagonal = hullW ** 2 + hullH ** 2;
  const apart = [(box[0] + box[2] - truth[0] - truth[2]) / 2, (box[1] + box[3] - truth[1] - truth[3]) / 2] as const;
  const distance = apart[0] ** 2 + apart[1] ** 2;
  const turn = Math.atan(truthW / truthH) - Math.atan(boxW / boxH);
  const shape = (4 / Math.PI ** 2) * turn ** 2;
  const alpha = shape === 0 ? 0 : shape / (1 - overlap + shape);
  const perSize = (-8 / Math.PI ** 2) * (turn / (boxW ** 2 + boxH ** 2));
  const gradient: [number, number, number, number] = [0, 0, 0, 0];
  for (let side = 0; side < 4; side++) {
    const isHigh = side >= 2;
    const alongX = side % 2 === 0;
    const sign = isHigh ? 1 : -1;
    const inner = isHigh ? box[side]! < truth[side]! : box[side]! > truth[side]!;
    const dCommon = common > 0 && inner ? sign * (alongX ? height : width) : 0;
    const dUnion = sign * (alongX ? boxH : boxW) - dCommon;
    const dDiagonal = inner ? 0 : 2 * sign * (alongX ? hullW : hullH);
    const dDistance = apart[alongX ? 0 : 1]!;
    const dShape = sign * perSize * (alongX ? boxH : -boxW);
    gradient[side] =
      -(dCommon * union - common * dUnion) / union ** 2 + (dDistance * diagonal - distance * dDiagonal) / diagonal ** 2 + alpha * dShape;
  }
  return { loss: 1 - overlap + distance / diagonal + alpha * shape, gradient };
};

export const boxLoss = (kind: LossOptions['box'], box: Box, truth: Box): LossOfBox =>
  kind === 'ciou' ? ciouLoss(box, truth) : giouLoss(box, truth);
