import type { Detection } from '../../domain/detection.ts';
import { type Box, boxArea, iou, overlapArea } from '../../domain/geometry.ts';
import type { LabelledBox } from '../datasets/labelled-field.ts';

/** A detection lies in a part that nobody vouches for from this share of its area on. */
const MOSTLY = 0.5;
const MATCH_IOU = 0.5;

/** The detections without those in parts that nobody vouches for, where they are neither right nor wrong; one that a labelled cell answers to stays. */
export const withoutIgnored = (
  detections: readonly Detection[],
  truth: readonly LabelledBox[],
  ignored: readonly Box[] = [],
): readonly Detection[] =>
  ignored.length === 0
    ? detections
    : detections.filter(({ box }) => {
        // Ignored parts may lie over each other; then their sum is too much, which errs on the side of saying nothing.
        const covered = ignored.reduce((sum, part) => sum + overlapArea(part, box), 0);
        return covered < MOSTLY * boxArea(box) || truth.some((item) => iou(item.box, box) >= MATCH_IOU);
      });
