import { type GreyImage, STEPS_PER_GREY } from './grey-image.ts';

const ROW_STEP = 3;
const COLUMN_STEP = 2;
/** Samples that differ by more than this are changed. */
const CHANGED = 6 * STEPS_PER_GREY;
/** Share of changed samples from which two pictures show something else. */
const CHANGED_SHARE = 0.01;
/** What lies at another focus or in another light is still like itself; what has moved away is not. */
const SAME_LIKENESS = 0.3;

/**
 * Whether two pictures, laid on each other as the sensor took them, show different places although parts of them agree: then the parts that agree are
 * on the sensor. Told by the samples that changed: on the same place they stay correlated, whatever focus and light did.
 */
export const showsOtherPlace = (a: GreyImage, b: GreyImage): boolean => {
  let looked = 0;
  let n = 0;
  let [sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0];
  for (let y = 0; y < a.height; y += ROW_STEP) {
    for (let at = y * a.width; at < (y + 1) * a.width; at += COLUMN_STEP) {
      const va = a.data[at]!;
      const vb = b.data[at]!;
      looked++;
      if (Math.abs(va - vb) < CHANGED) continue;
      n++;
      sa += va;
      sb += vb;
      saa += va * va;
      sbb += vb * vb;
      sab += va * vb;
    }
  }
  if (n < CHANGED_SHARE * looked) return false;
  const spread = (saa - (sa * sa) / n) * (sbb - (sb * sb) / n);
  return spread <= 0 || (sab - (sa * sb) / n) / Math.sqrt(spread) < SAME_LIKENESS;
};
