import { STEPS_PER_GREY } from './grey-image.ts';

/** Samples whose middle half spreads less than this over the pictures are alike in them. */
const ALIKE = 4 * STEPS_PER_GREY;

/**
 * What pictures of different places show alike: each sample's median goes into `into`, the less of it the more they differ there. Gives the number of
 * samples that are alike: nearly all on a nearly empty slide.
 */
export const plainMedian = (pictures: readonly Int16Array[], into: Int16Array): number => {
  const count = pictures.length;
  const sorted = new Int16Array(count);
  const [low, middle, high] = [count >> 2, count >> 1, count - 1 - (count >> 2)];
  let alike = 0;
  for (let i = 0; i < into.length; i++) {
    // Insertion is the quickest way to sort a handful.
    for (let k = 0; k < count; k++) {
      const value = pictures[k]![i]!;
      let at = k;
      for (; at > 0 && sorted[at - 1]! > value; at--) sorted[at] = sorted[at - 1]!;
      sorted[at] = value;
    }
    const weight = 1 - (sorted[high]! - sorted[low]!) / ALIKE;
    if (weight <= 0) continue;
    into[i]! += weight * (sorted[middle]! - into[i]!);
    alike++;
  }
  return alike;
};
