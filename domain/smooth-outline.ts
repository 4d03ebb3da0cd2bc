import { type Outline, outlineLength, simplifyOutline } from './outline.ts';

/** Points along an outline, equally far from each other, as `[x, y, …]`; at least eight. */
export const walkOutline = (outline: Outline, points: number): Float64Array => {
  const count = Math.max(8, points);
  const step = outlineLength(outline) / count;
  const walked = new Float64Array(2 * count);
  let side = 0;
  let before = 0;
  const lengthOf = (i: number): number => {
    const j = (2 * i + 2) % outline.length;
    return Math.hypot(outline[j]! - outline[2 * i]!, outline[j + 1]! - outline[2 * i + 1]!);
  };
  let length = lengthOf(0);
  for (let n = 0; n < count; n++) {
    while (2 * side + 2 < outline.length && before + length < n * step) {
      before += length;
      length = lengthOf(++side);
    }
    const share = length === 0 ? 0 : Math.min(1, (n * step - before) / length);
    const j = (2 * side + 2) % outline.length;
    walked[2 * n] = outline[2 * side]! + share * (outline[j]! - outline[2 * side]!);
    walked[2 * n + 1] = outline[2 * side + 1]! + share * (outline[j + 1]! - outline[2 * side + 1]!);
  }
  return walked;
};

/** A step towards the mean of its neighbours, then a slightly larger one away from it: what is long stays as it is, and so does the area. */
const STEPS = [0.5, -0.53] as const;
const PASSES = 6;

/** Moves each point by a share of its distance from the middle of its neighbours. */
const relax = (from: Float64Array, to: Float64Array, share: number): void => {
  const last = from.length;
  for (let i = 0; i < last; i++) {
    const mean = (from[i < 2 ? i + last - 2 : i - 2]! + from[i + 2 < last ? i + 2 : i + 2 - last]!) / 2;
    to[i] = from[i]! + share * (mean - from[i]!);
  }
};

/**
 * An outline without the steps of the grid that it was traced on (Taubin, 1995: λ|μ smoothing): waves shorter than about four `grain` go, those longer than
 * seven stay; corners lie no farther off than `tolerance`. All in the outline's unit.
 */
export const smoothOutline = (outline: Outline, grain: number, tolerance: number): number[] => {
  let points: Float64Array = walkOutline(outline, Math.round(outlineLength(outline) / grain));
  let other: Float64Array = new Float64Array(points.length);
  for (let pass = 0; pass < PASSES; pass++)
    for (const share of STEPS) {
      relax(points, other, share);
      [points, other] = [other, points];
    }
  return simplifyOutline([...points], tolerance);
};
