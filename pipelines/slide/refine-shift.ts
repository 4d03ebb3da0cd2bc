import type { GreyImage } from './grey-image.ts';

/** Where a frame lies on a keyframe, in samples: a point p of the frame is at p + (x, y) of the keyframe. */
export type Shift = {
  readonly x: number;
  readonly y: number;
  /** Zero-mean normalised cross-correlation of the common part, -1 to 1. */
  readonly likeness: number;
  /** Common part as a share of the picture. */
  readonly overlap: number;
  /** What chance alone would make of the shift along its worse axis, as a standard error in samples, were what is left over noise. */
  readonly error: number;
  /** What there is to see in the common part of the poorer picture: standard deviation, in the picture's steps. */
  readonly content: number;
};

/** Standard error of a least-squares shift from the power of what is left over and the sums of products of the gradient, over `n` samples. */
export const shiftError = (left: number, n: number, sxx: number, sxy: number, syy: number): number => {
  const least = (sxx + syy) / 2 - Math.hypot((sxx - syy) / 2, sxy);
  return Math.sqrt(Math.max(0, left) / n / Math.max(1e-9, least));
};

export type RefineOptions = {
  /** Every n-th row is looked at. */
  readonly rowStep: number;
  readonly iterations: number;
  /** Farthest way from the guess, in samples. */
  readonly reach: number;
  /** Smallest common part that is looked at, as a share of the picture. */
  readonly minOverlap: number;
  /** Ends when a step is shorter than this, in samples. */
  readonly converged: number;
};

/** A last step as long as this, in samples, leads to no place yet. */
const STILL_MOVING = 0.5;

/**
 * Sub-pixel shift between two pictures, from a guess that is right within about half a cell: Gauss–Newton on the squared
 * difference with gain and offset solved in each step (Lucas and Kanade, 1981; inverse compositional: the keyframe's gradient).
 * `undefined` where the common part is too small, without detail, or the way leads out of reach or comes to no end.
 */
export const refineShift = (
  frame: GreyImage,
  keyframe: GreyImage,
  guess: { x: number; y: number },
  options: RefineOptions,
): Shift | undefined => {
  const { width, height, data: f } = frame;
  const k = keyframe.data;
  const { rowStep, iterations, reach, minOverlap, converged } = options;
  let dx = guess.x;
  let dy = guess.y;
  let length = Number.POSITIVE_INFINITY;
  let shift: Shift | undefined;
  for (let iteration = 0; iteration <= iterations; iteration++) {
    // Keyframe samples (x, y) meet the frame at (x - dx, y - dy); the fractions are the same everywhere.
    const ix = Math.floor(-dx);
    const iy = Math.floor(-dy);
    const ax = -dx - ix;
    const ay = -dy - iy;
    const x0 = Math.max(1, -ix);
    const x1 = Math.min(width - 1, width - 1 - ix);
    const y0 = Math.max(1, -iy);
    const y1 = Math.min(height - 1, height - 1 - iy);
    const overlap = (Math.max(0, x1 - x0) * Math.max(0, y1 - y0)) / (width * height);
    if (overlap < minOverlap) return undefined;
    const w00 = (1 - ax) * (1 - ay);
    const w10 = ax * (1 - ay);
    const w01 = (1 - ax) * ay;
    const w11 = ax * ay;
    let n = 0;
    let sf = 0;
    let sk = 0;
    let sff = 0;
    let skk = 0;
    let sfk = 0;
    let sx = 0;
    let sy = 0;
    let sxx = 0;
    let sxy = 0;
    let syy = 0;
    let sxf = 0;
    let syf = 0;
    let sxk = 0;
    let syk = 0;
    // Rows start at a multiple of the step on the keyframe, so that the sum does not jump as the shift changes.
    for (let y = Math.ceil(y0 / rowStep) * rowStep; y < y1; y += rowStep) {
      let at = y * width + x0;
      let upper = (y + iy) * width + x0 + ix;
      let lower = upper + width;
      let leftUpper = f[upper]!;
      let leftLower = f[lower]!;
      const end = y * width + x1;
      n += x1 - x0;
      for (; at < end; at++) {
        const rightUpper = f[++upper]!;
        const rightLower = f[++lower]!;
        const fv = w00 * leftUpper + w10 * rightUpper + w01 * leftLower + w11 * rightLower;
        leftUpper = rightUpper;
        leftLower = rightLower;
        const kv = k[at]!;
        const gx = k[at + 1]! - k[at - 1]!;
        const gy = k[at + width]! - k[at - width]!;
        sf += fv;
        sk += kv;
        sff += fv * fv;
        skk += kv * kv;
        sfk += fv * kv;
        sx += gx;
        sy += gy;
        sxx += gx * gx;
        sxy += gx * gy;
        syy += gy * gy;
        sxf += gx * fv;
        syf += gy * fv;
        sxk += gx * kv;
        syk += gy * kv;
      }
    }
    const varF = sff - (sf * sf) / n;
    const varK = skk - (sk * sk) / n;
    const covariance = sfk - (sf * sk) / n;
    if (n === 0 || varF <= n || varK <= n) return undefined;
    const left = varK - (covariance * covariance) / varF;
    // Twice the gradient stands in the sums.
    const error = shiftError(left, n, sxx / 4, sxy / 4, syy / 4);
    shift = { x: dx, y: dy, likeness: covariance / Math.sqrt(varF * varK), overlap, error, content: Math.sqrt(Math.min(varF, varK) / n) };
    if (iteration === iterations) return length < STILL_MOVING ? shift : undefined;
    const gain = Math.max(0.3, Math.min(3, covariance / varF));
    const offset = (sk - gain * sf) / n;
    // Twice the gradient again, hence the factors of two.
    const ex = 2 * (gain * sxf + offset * sx - sxk);
    const ey = 2 * (gain * syf + offset * sy - syk);
    const determinant = sxx * syy - sxy * sxy;
    if (determinant < 1e-3 * sxx * syy) return undefined;
    const stepX = (ex * syy - ey * sxy) / determinant;
    const stepY = (ey * sxx - ex * sxy) / determinant;
    length = Math.hypot(stepX, stepY);
    const damping = length > 3 ? 3 / length : 1;
    dx += stepX * damping;
    dy += stepY * damping;
    if (Math.hypot(dx - guess.x, dy - guess.y) > reach) return undefined;
    if (length < converged) {
      shift = { ...shift, x: dx, y: dy };
      break;
    }
  }
  return shift;
};
