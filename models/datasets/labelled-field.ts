import { type Box, boxArea, iou } from '../../domain/geometry.ts';

/** A box drawn by a person: pixels of the picture file, class as index into the list of classes. */
export type LabelledBox = {
  readonly box: Box;
  readonly classIndex: number;
  /** How much it counts in training, 1 where left out: a cell of a picture that is blended with another counts less. */
  readonly weight?: number;
};

/** A picture of one field with its boxes. */
export type LabelledField = {
  /** File name without folder and extension: the same picture under another annotation has the same name. */
  readonly name: string;
  readonly imagePath: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly boxes: readonly LabelledBox[];
  /** Parts that nobody vouches for: what lies there is neither a cell nor background. */
  readonly ignored?: readonly Box[];
  /** How often it is shown against the others of its set, 1 where left out. */
  readonly weight?: number;
  /** Micrometres for one pixel, where it is not that of its set. */
  readonly umPerPx?: number | undefined;
};

const DUPLICATE_IOU = 0.9;

/** The boxes clipped to the picture, without empty ones and without near copies of an earlier one of the same class. */
export const cleanBoxes = (field: LabelledField): LabelledBox[] => {
  const kept: LabelledBox[] = [];
  for (const { box, classIndex } of field.boxes) {
    const clipped: Box = [Math.max(0, box[0]), Math.max(0, box[1]), Math.min(field.widthPx, box[2]), Math.min(field.heightPx, box[3])];
    if (boxArea(clipped) < 1) continue;
    if (kept.some((other) => other.classIndex === classIndex && iou(other.box, clipped) > DUPLICATE_IOU)) continue;
    kept.push({ box: clipped, classIndex });
  }
  return kept;
};
