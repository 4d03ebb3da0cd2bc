import { createRealFft2d, type Spectrum } from './fourier.ts';
import { type GreyImage, greyImage } from './grey-image.ts';

/** How the camera of a picture is turned against that of another, in radians (clockwise on the screen), and how many times it magnifies. */
export type Turn = { readonly angle: number; readonly scale: number };

/** With the standard error of both, which few or crowded cells make large. */
export type MeasuredTurn = Turn & { readonly error: number };

const ROW_STEP = 3;
const COLUMN_STEP = 2;
const ITERATIONS = 4;
/** Samples that are as good as one for what is left over. */
const ALIKE_SAMPLES = 6;

/** Solves four linear equations in place by elimination with pivots; `undefined` where they do not say enough. */
const solveFour = (m: Float64Array): [number, number, number, number] | undefined => {
  for (let c = 0; c < 4; c++) {
    let pivot = c;
    for (let r = c + 1; r < 4; r++) if (Math.abs(m[r * 5 + c]!) > Math.abs(m[pivot * 5 + c]!)) pivot = r;
    if (Math.abs(m[pivot * 5 + c]!) < 1e-9) return undefined;
    for (let k = 0; k < 5; k++) [m[c * 5 + k], m[pivot * 5 + k]] = [m[pivot * 5 + k]!, m[c * 5 + k]!];
    for (let r = 0; r < 4; r++) {
      if (r === c) continue;
      const share = m[r * 5 + c]! / m[c * 5 + c]!;
      for (let k = c; k < 5; k++) m[r * 5 + k]! -= share * m[c * 5 + k]!;
    }
  }
  return [m[4]! / m[0]!, m[9]! / m[6]!, m[14]! / m[12]!, m[19]! / m[18]!];
};

/**
 * The small turn and magnification of a frame that lies at `shift` (in samples) on a keyframe: Gauss–Newton on the squared difference over four
 * parameters (Lucas and Kanade, 1981; Baker and Matthews, 2004). Right for a few degrees and percent; `undefined` where it comes to no end.
 */
export const measureTurn = (frame: GreyImage, keyframe: GreyImage, shift: { x: number; y: number }): MeasuredTurn | undefined => {
  const { width, height, data: f } = frame;
  const k = keyframe.data;
  const cx = width / 2;
  const cy = height / 2;
  // A point q of the frame, from its centre, lies at (1 + a) q + b (q turned by a right angle) + d of the keyframe, from the same centre.
  let [a, b, dx, dy] = [0, 0, shift.x, shift.y];
  let error = 0;
  const m = new Float64Array(20);
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    m.fill(0);
    let n = 0;
    let fk = 0;
    let left = 0;
    for (let y = ROW_STEP; y < height - 1; y += ROW_STEP) {
      for (let x = COLUMN_STEP; x < width - 1; x += COLUMN_STEP) {
        const qx = x - cx;
        const qy = y - cy;
        const px = cx + qx + a * qx - b * qy + dx;
        const py = cy + qy + b * qx + a * qy + dy;
        const ix = Math.floor(px);
        const iy = Math.floor(py);
        if (ix < 1 || iy < 1 || ix >= width - 2 || iy >= height - 2) continue;
        const at = iy * width + ix;
        const ax = px - ix;
        const ay = py - iy;
        const w00 = (1 - ax) * (1 - ay);
        const w10 = ax * (1 - ay);
        const w01 = (1 - ax) * ay;
        const w11 = ax * ay;
        const kv = w00 * k[at]! + w10 * k[at + 1]! + w01 * k[at + width]! + w11 * k[at + width + 1]!;
        const i = y * width + x;
        const fv = f[i]!;
        n++;
        fk += fv * kv;
        // The frame's gradient stands for the warped keyframe's, which it equals once the two agree.
        const gx = (f[i + 1]! - f[i - 1]!) / 2;
        const gy = (f[i + width]! - f[i - width]!) / 2;
        const ga = gx * qx + gy * qy;
        const gb = gy * qx - gx * qy;
        const e = fv - kv;
        left += e * e;
        m[0]! += gx * gx;
        m[1]! += gx * gy;
        m[2]! += gx * ga;
        m[3]! += gx * gb;
        m[4]! += gx * e;
        m[6]! += gy * gy;
        m[7]! += gy * ga;
        m[8]! += gy * gb;
        m[9]! += gy * e;
        m[12]! += ga * ga;
        m[13]! += ga * gb;
        m[14]! += ga * e;
        m[18]! += gb * gb;
        m[19]! += gb * e;
      }
    }
    if (n < 200 || fk <= 0) return undefined;
    for (const [low, high] of [
      [5, 1],
      [10, 2],
      [11, 7],
      [15, 3],
      [16, 8],
      [17, 13],
    ] as const)
      m[low] = m[high]!;
    // What is left over is alike over some samples, so that they say less than as many independent ones.
    const spread = Math.min(m[12]! - m[2]! ** 2 / m[0]! - m[7]! ** 2 / m[6]!, m[18]! - m[3]! ** 2 / m[0]! - m[8]! ** 2 / m[6]!);
    error = spread > 0 ? Math.sqrt((ALIKE_SAMPLES * left) / n / spread) : Number.POSITIVE_INFINITY;
    const step = solveFour(m);
    if (step === undefined) return undefined;
    dx += step[0];
    dy += step[1];
    a += step[2];
    b += step[3];
    if (Math.hypot(dx - shift.x, dy - shift.y) > 10 || Math.hypot(a, b) > 0.2) return undefined;
  }
  return { angle: Math.atan2(b, 1 + a), scale: 1 / Math.hypot(1 + a, b), error };
};

/** Angles from 0 to π, and radii from the longest period to the shortest, evenly by their logarithms. */
const ANGLES = 256;
const RADII = 64;
const PADDED_RADII = 128;
const LONGEST_PERIOD = 40;
const SHORTEST_PERIOD = 4;
const LOG_STEP = Math.log(LONGEST_PERIOD / SHORTEST_PERIOD) / (RADII - 1);

export type TurnFinder = {
  /** What the picture's spectrum shows of turn and scale, whatever its place; for `likeliest`. */
  profile(picture: GreyImage): Spectrum;
  /** The likeliest turns of the frame against the keyframe, likeliest first; each is known up to half a turn. */
  likeliest(frame: Spectrum, keyframe: Spectrum, count: number): Turn[];
};

/**
 * Turn and magnification from the magnitudes of two spectra in logarithmic polar coordinates, where they are shifts (Reddy and Chatterji, 1996),
 * found by phase correlation. Pictures of one size; they must share a good part of the field.
 */
export const createTurnFinder = (pictureWidth: number, pictureHeight: number): TurnFinder => {
  const side = 2 ** Math.ceil(Math.log2(pictureWidth));
  const fft = createRealFft2d(side, side);
  const polar = createRealFft2d(ANGLES, PADDED_RADII);
  const padded = new Float32Array(side * side);
  const spectrum: Spectrum = { re: new Float32Array(fft.spectrumLength), im: new Float32Array(fft.spectrumLength) };
  const levels = new Float32Array(fft.spectrumLength);
  const rows = new Float32Array(ANGLES * PADDED_RADII);
  const cross: Spectrum = { re: new Float32Array(polar.spectrumLength), im: new Float32Array(polar.spectrumLength) };
  const surface = new Float32Array(ANGLES * PADDED_RADII);
  const fade = (at: number, size: number): number => 0.5 - 0.5 * Math.cos((2 * Math.PI * (at + 0.5)) / size);

  const levelAt = (fx: number, fy: number): number => {
    // The half spectrum has columns of non-negative fx alone; the other half mirrors it.
    const u = Math.abs(fx);
    const v = (((fx < 0 ? -fy : fy) % side) + side) % side;
    const u0 = Math.min(side / 2 - 1, Math.floor(u));
    const v0 = Math.floor(v) % side;
    const v1 = (v0 + 1) % side;
    const au = u - u0;
    const av = v - Math.floor(v);
    const left = levels[u0 * side + v0]! * (1 - av) + levels[u0 * side + v1]! * av;
    const right = levels[(u0 + 1) * side + v0]! * (1 - av) + levels[(u0 + 1) * side + v1]! * av;
    return left * (1 - au) + right * au;
  };

  return {
    profile: ({ data }) => {
      padded.fill(0);
      for (let y = 0; y < pictureHeight; y++) {
        for (let x = 0; x < pictureWidth; x++)
          padded[y * side + x] = data[y * pictureWidth + x]! * Math.sqrt(fade(x, pictureWidth) * fade(y, pictureHeight));
      }
      fft.forward(padded, pictureHeight, spectrum);
      for (let i = 0; i < levels.length; i++) levels[i] = Math.log(spectrum.re[i]! ** 2 + spectrum.im[i]! ** 2 + 1);
      for (let r = 0; r < RADII; r++) {
        const radius = (side / LONGEST_PERIOD) * Math.exp(LOG_STEP * r);
        let sum = 0;
        for (let i = 0; i < ANGLES; i++) {
          const angle = (Math.PI * i) / ANGLES - Math.PI / 2;
          rows[r * ANGLES + i] = levelAt(radius * Math.cos(angle), radius * Math.sin(angle));
          sum += rows[r * ANGLES + i]!;
        }
        // What is the same in all directions says nothing of the turn, and the cells' size is much the same everywhere.
        const mean = sum / ANGLES;
        const weight = Math.sqrt(fade(r, RADII));
        for (let i = 0; i < ANGLES; i++) rows[r * ANGLES + i] = (rows[r * ANGLES + i]! - mean) * weight;
      }
      const into: Spectrum = { re: new Float32Array(polar.spectrumLength), im: new Float32Array(polar.spectrumLength) };
      polar.forward(rows, RADII, into);
      return into;
    },
    likeliest: (frame, keyframe, count) => {
      for (let i = 0; i < polar.spectrumLength; i++) {
        const re = keyframe.re[i]! * frame.re[i]! + keyframe.im[i]! * frame.im[i]!;
        const im = keyframe.im[i]! * frame.re[i]! - keyframe.re[i]! * frame.im[i]!;
        // Half whitened: full whitening would trust the finest detail as much as the coarse.
        const scale = 1 / Math.sqrt(Math.hypot(re, im) + 1e-9);
        cross.re[i] = re * scale;
        cross.im[i] = im * scale;
      }
      polar.inverse(cross, surface);
      const turns: Turn[] = [];
      while (turns.length < count) {
        let best = 0;
        for (let i = 1; i < surface.length; i++) if (surface[i]! > surface[best]!) best = i;
        const i = best % ANGLES;
        const r = (best - i) / ANGLES;
        const byRadius = r > PADDED_RADII / 2 ? r - PADDED_RADII : r;
        const angle = (Math.PI * (i > ANGLES / 2 ? i - ANGLES : i)) / ANGLES;
        // What is magnified has its detail at lower frequencies: the keyframe's then lies higher.
        turns.push({ angle, scale: Math.exp(LOG_STEP * byRadius) });
        for (let dr = -2; dr <= 2; dr++)
          for (let di = -3; di <= 3; di++)
            surface[((r + dr + PADDED_RADII) % PADDED_RADII) * ANGLES + ((i + di + ANGLES) % ANGLES)] = -Infinity;
      }
      return turns;
    },
  };
};

/** The picture turned back by a turn around its centre, so that it lies as what it was compared with; background where it shows nothing. */
export const turnBack = ({ data, width, height }: GreyImage, { angle, scale }: Turn): GreyImage => {
  const out = greyImage(width, height);
  const c = Math.cos(angle) * scale;
  const s = -Math.sin(angle) * scale;
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const qx = x - width / 2;
      const qy = y - height / 2;
      const px = width / 2 + c * qx - s * qy;
      const py = height / 2 + s * qx + c * qy;
      const ix = Math.floor(px);
      const iy = Math.floor(py);
      if (ix < 0 || iy < 0 || ix >= width - 1 || iy >= height - 1) continue;
      const ax = px - ix;
      const ay = py - iy;
      const from = iy * width + ix;
      const upper = (1 - ax) * data[from]! + ax * data[from + 1]!;
      const lower = (1 - ax) * data[from + width]! + ax * data[from + width + 1]!;
      out.data[at] = (1 - ay) * upper + ay * lower;
    }
  }
  return out;
};
