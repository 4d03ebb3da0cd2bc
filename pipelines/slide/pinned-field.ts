import { type GreyImage, STEPS_PER_GREY } from './grey-image.ts';

const ROW_STEP = 3;
const COLUMN_STEP = 2;
/** Samples that differ by more than this are changed. */
const CHANGED = 5 * STEPS_PER_GREY;
/** Share of changed samples from which two pictures show something else. */
const CHANGED_SHARE = 0.0015;
/** The slopes of what lies at another focus or in another light are still alike; those of what has moved away are not. */
const SAME_LIKENESS = 0.75;

/**
 * Whether two pictures, the first laid at (dx, dy) whole samples on the second, show different places although parts of them agree: then the parts that agree are
 * on the sensor. Told by the slopes of what changed: on the same place they stay correlated, whatever focus and light did.
 */
export const showsOtherPlace = (a: GreyImage, b: GreyImage, dx = 0, dy = 0): boolean => {
  const { width, height } = a;
  let looked = 0;
  let n = 0;
  let [aa, bb, ab] = [0, 0, 0];
  const away = dy * width + dx;
  for (let y = 1 + Math.max(0, -dy); y < height - 1 - Math.max(0, dy); y += ROW_STEP) {
    const end = (y + 1) * width - 1 - Math.max(0, dx);
    for (let at = y * width + 1 + Math.max(0, -dx); at < end; at += COLUMN_STEP) {
      looked++;
      const to = at + away;
      if (Math.abs(a.data[at]! - b.data[to]!) < CHANGED) continue;
      n++;
      const ax = a.data[at + 1]! - a.data[at - 1]!;
      const ay = a.data[at + width]! - a.data[at - width]!;
      const bx = b.data[to + 1]! - b.data[to - 1]!;
      const by = b.data[to + width]! - b.data[to - width]!;
      aa += ax * ax + ay * ay;
      bb += bx * bx + by * by;
      ab += ax * bx + ay * by;
    }
  }
  if (n < CHANGED_SHARE * looked) return false;
  return aa * bb <= 0 || ab / Math.sqrt(aa * bb) < SAME_LIKENESS;
};
