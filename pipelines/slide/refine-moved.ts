import { type GreyImage, STEPS_PER_GREY } from './grey-image.ts';
import { type Shift, shiftError } from './refine-shift.ts';

/** Samples that differ by more than this are changed. */
const CHANGED = 5 * STEPS_PER_GREY;
/** Fewer changed samples than this share show nothing that moved. */
const LEAST_SHARE = 0.0012;
const DOUBT = 10 * STEPS_PER_GREY;
const ITERATIONS = 14;
const CONVERGED = 0.01;
const REACH = 12;

/** Samples at which two pictures of the sensor differ, and their neighbours; `undefined` where they are as good as none. */
export const changedSamples = (a: GreyImage, b: GreyImage): Int32Array | undefined => {
  const { width, height } = a;
  const marks = new Uint8Array(width * height);
  let n = 0;
  for (let y = 2; y < height - 2; y++) {
    for (let x = 2, at = y * width + 2; x < width - 2; x++, at++) {
      const off = a.data[at]! - b.data[at]!;
      if (off < CHANGED && off > -CHANGED) continue;
      n++;
      marks[at] = 1;
      marks[at - 1] = 1;
      marks[at + 1] = 1;
      marks[at - width] = 1;
      marks[at + width] = 1;
    }
  }
  if (n < LEAST_SHARE * width * height) return undefined;
  const samples = new Int32Array(marks.length);
  let count = 0;
  for (let at = 0; at < marks.length; at++) if (marks[at] === 1) samples[count++] = at;
  return samples.subarray(0, count);
};

export type RefineMovedOptions = {
  /** A difference as large as this, in steps, is doubted by half. */
  readonly doubt?: number;
  /** Samples of the frame that are not looked at, marked by a 1. */
  readonly leftOut?: Uint8Array;
};

/**
 * The shift of what moved between two pictures, from a guess: as `refineShift`, on the given samples of the keyframe alone, and doubting those that do not fit
 * (Geman and McClure, 1987).  What stays on the sensor does not change, so that it does not hold the shift.
 */
export const refineMoved = (
  frame: GreyImage,
  keyframe: GreyImage,
  samples: Int32Array,
  guess: { x: number; y: number },
  { doubt = DOUBT, leftOut }: RefineMovedOptions = {},
): Shift | undefined => {
  const { width, height, data: f } = frame;
  const k = keyframe.data;
  let dx = guess.x;
  let dy = guess.y;
  let shift: Shift | undefined;
  // Much of what changed must lie in the common part, else nothing is said of it.
  const leastShare = leftOut === undefined ? 0.4 : 0.1;
  const every = Math.max(1, Math.floor(samples.length / 9000));
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    let [n, sw, sf, sk, sff, skk, sfk, sxx, sxy, syy, sxe, sye, see] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    const ix = Math.floor(-dx);
    const iy = Math.floor(-dy);
    const ax = -dx - ix;
    const ay = -dy - iy;
    for (let i = 0; i < samples.length; i += every) {
      const at = samples[i]!;
      const y = Math.floor(at / width);
      const x = at - y * width;
      const px = x + ix;
      const py = y + iy;
      if (px < 0 || py < 0 || px >= width - 1 || py >= height - 1) continue;
      const from = py * width + px;
      if (leftOut !== undefined && leftOut[from] === 1) continue;
      const fv = (1 - ay) * ((1 - ax) * f[from]! + ax * f[from + 1]!) + ay * ((1 - ax) * f[from + width]! + ax * f[from + width + 1]!);
      const kv = k[at]!;
      const e = fv - kv;
      const doubts = 1 + (e / doubt) ** 2;
      const w = 1 / (doubts * doubts);
      const gx = (k[at + 1]! - k[at - 1]!) / 2;
      const gy = (k[at + width]! - k[at - width]!) / 2;
      n++;
      sw += w;
      sf += w * fv;
      sk += w * kv;
      sff += w * fv * fv;
      skk += w * kv * kv;
      sfk += w * fv * kv;
      sxx += w * gx * gx;
      sxy += w * gx * gy;
      syy += w * gy * gy;
      sxe += w * gx * e;
      sye += w * gy * e;
      see += w * e * e;
    }
    if (n * every < leastShare * samples.length || n < 40) return undefined;
    const varF = sff - (sf * sf) / sw;
    const varK = skk - (sk * sk) / sw;
    const likeness = varF > 0 && varK > 0 ? (sfk - (sf * sk) / sw) / Math.sqrt(varF * varK) : 0;
    // The share that fits stands for the common part.
    shift = {
      x: dx,
      y: dy,
      likeness,
      overlap: sw / n,
      error: shiftError(see, n, sxx, sxy, syy),
      content: Math.sqrt(Math.max(0, Math.min(varF, varK)) / sw),
    };
    const determinant = sxx * syy - sxy * sxy;
    if (determinant < 1e-3 * sxx * syy) return undefined;
    let stepX = (sxe * syy - sye * sxy) / determinant;
    let stepY = (sye * sxx - sxe * sxy) / determinant;
    const length = Math.hypot(stepX, stepY);
    if (length > 2) {
      stepX *= 2 / length;
      stepY *= 2 / length;
    }
    dx += stepX;
    dy += stepY;
    if (Math.hypot(dx - guess.x, dy - guess.y) > REACH) return undefined;
    if (length < CONVERGED) break;
  }
  return shift;
};
