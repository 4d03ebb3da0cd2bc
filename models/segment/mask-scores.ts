/** How well a plane was drawn over some fields: sums over all pixels that somebody vouches for. */
export type MaskScores = {
  readonly dice: number;
  readonly iou: number;
  readonly precision: number;
  readonly recall: number;
  readonly pixels: number;
};

/** Adds up pixels; `scores` over all that came. Dice and IoU of nothing in nothing are 1. */
export type MaskTally = { add(found: boolean, there: boolean): void; readonly scores: MaskScores };

export const createMaskTally = (): MaskTally => {
  let both = 0;
  let found = 0;
  let there = 0;
  let pixels = 0;
  return {
    add: (isFound, isThere) => {
      pixels++;
      if (isFound) found++;
      if (isThere) there++;
      if (isFound && isThere) both++;
    },
    get scores() {
      const ratio = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole);
      return {
        dice: ratio(2 * both, found + there),
        iou: ratio(both, found + there - both),
        precision: ratio(both, found),
        recall: ratio(both, there),
        pixels,
      };
    },
  };
};
