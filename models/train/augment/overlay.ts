import { type Box, boxArea, intersectBoxes, uniteBoxes } from '../../../domain/geometry.ts';
import type { LabelledBox } from '../../datasets/labelled-field.ts';

/** Classes that nobody looked for in a part of a canvas. */
export type UnlabelledRegion = { readonly box: Box; readonly classIndexes: readonly number[] };

/** What is known of a canvas while it is put together. */
export type CanvasLabels = {
  readonly boxes: readonly LabelledBox[];
  readonly slivers: readonly Box[];
  readonly unlabelled: readonly UnlabelledRegion[];
};

/**
 * Visible share from which a cut cell is asked for, and from which it may be found without blame: people leave the slivers at
 * a field's edge unlabelled, and the network must see its own cut edges as they do.
 */
export const ASKED_SHARE = 0.5;
export const FREE_SHARE = 0.3;

/** What a patch leaves of a box: up to four boxes. */
const uncovered = (box: Box, patch: Box): Box[] => {
  const common = intersectBoxes(box, patch);
  if (common === undefined) return [box];
  const [x0, y0, x1, y1] = box;
  const strips: Box[] = [
    [x0, y0, x1, common[1]],
    [x0, common[3], x1, y1],
    [x0, common[1], common[0], common[3]],
    [common[2], common[1], x1, common[3]],
  ];
  return strips.filter((strip) => strip[2] > strip[0] && strip[3] > strip[1]);
};

/** The labels once a patch of another picture lies over the canvas: hidden cells are gone, cells in part hidden shrink to what is seen. */
export const cover = ({ boxes, slivers, unlabelled }: CanvasLabels, patch: Box): CanvasLabels => {
  const kept: LabelledBox[] = [];
  const free: Box[] = slivers.flatMap((sliver) => uncovered(sliver, patch));
  for (const item of boxes) {
    const left = uncovered(item.box, patch);
    const share = left.reduce((sum, strip) => sum + boxArea(strip), 0) / boxArea(item.box);
    if (share >= ASKED_SHARE) kept.push({ ...item, box: left.reduce(uniteBoxes) });
    else if (share >= FREE_SHARE) free.push(...left);
  }
  return {
    boxes: kept,
    slivers: free,
    unlabelled: unlabelled.flatMap(({ box, classIndexes }) => uncovered(box, patch).map((part) => ({ box: part, classIndexes }))),
  };
};

export const joinLabels = (a: CanvasLabels, b: CanvasLabels): CanvasLabels => ({
  boxes: [...a.boxes, ...b.boxes],
  slivers: [...a.slivers, ...b.slivers],
  unlabelled: [...a.unlabelled, ...b.unlabelled],
});

export const weighBoxes = (labels: CanvasLabels, weight: number): CanvasLabels => ({
  ...labels,
  boxes: labels.boxes.map((item) => ({ ...item, weight: (item.weight ?? 1) * weight })),
});
