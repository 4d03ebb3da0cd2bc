import { type Box, boxArea, iou } from '../../../domain/geometry.ts';
import { type Finding, onMark, type Placed } from './finding.ts';

const DUPLICATE_IOU = 0.9;
/** Text formats round: less than this beyond the edge is none. */
const EDGE_PX = 0.01;
/** A box needs a pixel's area to be of use in training. */
const MIN_AREA_PX2 = 1;

const shown = (box: Box): string => box.map((value) => Number(value.toFixed(1))).join(', ');

const clip = (box: Box, widthPx: number, heightPx: number): Box => [
  Math.max(0, Math.min(widthPx, box[0])),
  Math.max(0, Math.min(heightPx, box[1])),
  Math.max(0, Math.min(widthPx, box[2])),
  Math.max(0, Math.min(heightPx, box[3])),
];

/** Boxes without area, boxes that reach outside, and boxes of one class drawn twice (IoU ≥ 0.9; the later one is the double). */
export const boxFindings = (placed: Placed): Finding[] => {
  const { widthPx, heightPx, marks } = placed.field;
  const findings: Finding[] = [];
  const drop = { do: 'drop box' } as const;
  // A box clipped away or left out cannot be the original of a double.
  const usable: number[] = [];
  for (const [i, { box, label }] of marks.entries()) {
    const isOutside = box[0] < -EDGE_PX || box[1] < -EDGE_PX || box[2] > widthPx + EDGE_PX || box[3] > heightPx + EDGE_PX;
    const inside = clip(box, widthPx, heightPx);
    if (boxArea(box) < MIN_AREA_PX2) {
      findings.push(
        onMark(placed, i, 'empty-box', { what: `${label} ${shown(box)} has no area`, proposal: 'take the box out', fix: drop }),
      );
      continue;
    }
    if (isOutside) {
      const isGone = boxArea(inside) < MIN_AREA_PX2;
      const what = `${label} ${shown(box)} reaches outside the picture (${widthPx} × ${heightPx})`;
      const fix = isGone ? drop : ({ do: 'clip box', box: inside } as const);
      findings.push(onMark(placed, i, 'outside-box', { what, proposal: isGone ? 'take the box out' : 'clip it to the picture', fix }));
      if (isGone) continue;
    }
    const double = usable.find((other) => marks[other]!.label === label && iou(marks[other]!.box, box) >= DUPLICATE_IOU);
    if (double === undefined) usable.push(i);
    else {
      const what = `${label} ${shown(box)} is box ${double + 1} again (IoU ${iou(marks[double]!.box, box).toFixed(2)})`;
      findings.push(onMark(placed, i, 'near-duplicate', { what, proposal: 'take the later box out', fix: drop }));
    }
  }
  return findings;
};
