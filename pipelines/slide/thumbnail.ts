import type { Plane } from '../../domain/frame.ts';
import { FARTHEST_STEPS, greyImage, STEPS_PER_GREY, type Thumbnail } from './grey-image.ts';

/** Width that pictures are registered at, about. */
const WORKING_WIDTH = 320;

/** Share of the working width over which the local background is taken: wider than cells, narrower than the vignette. */
const BACKGROUND_SHARE = 1 / 8;

/** Camera pixels for one sample of the fine picture. */
export const workingFactor = (widthPx: number): number => Math.max(1, Math.round(widthPx / WORKING_WIDTH));

export const emptyThumbnail = (widthPx: number, heightPx: number): Thumbnail => {
  const factor = workingFactor(widthPx);
  const width = Math.floor(widthPx / (2 * factor));
  const height = Math.floor(heightPx / (2 * factor));
  return { factor, fine: greyImage(2 * width, 2 * height), coarse: greyImage(width, height) };
};

/** Luma of a usual background above black: there a step of the logarithm is one of the camera's. */
const USUAL_LIGHT = 200;
/** Luma above black below which all is one. */
const DARKEST = 12;
const BLACK_LUMA = 16;

/** Luma in sixteenths to the logarithm of the light, in steps. */
const logTable = (black: number): Float32Array =>
  Float32Array.from(
    { length: 255 * 16 + 1 },
    (_, i) => STEPS_PER_GREY * USUAL_LIGHT * Math.log(Math.max(DARKEST, i / 16 - black) / USUAL_LIGHT),
  );

/** Share of the light that passes where the logarithm is so many steps from what is around it. */
export const lightOf = (steps: number): number => Math.exp(steps / (STEPS_PER_GREY * USUAL_LIGHT));

/** What is farther than this from the mean around it counts as so far for the background, in steps. */
const CALM = 5 * STEPS_PER_GREY;

/** Rows of a block that are read, and about as many columns; more say no more. */
const ROWS_READ = 4;

/** Logarithms of the means of blocks of 4 × 4 samples, four samples of a row at once; for planes that lie on words of four bytes. */
const shrinkByFour = ({ data, stridePx }: Plane, logs: Float32Array, means: Float32Array, width: number, height: number): void => {
  const words = new Uint32Array(data.buffer, data.byteOffset, data.length >> 2);
  const stride = stridePx >> 2;
  for (let row = 0, to = 0; row < height; row++) {
    for (let column = 0, at = 4 * row * stride; column < width; column++, at++, to++) {
      const a = words[at]!;
      const b = words[at + stride]!;
      const c = words[at + 2 * stride]!;
      const d = words[at + 3 * stride]!;
      const even = (a & 0xff00ff) + (b & 0xff00ff) + (c & 0xff00ff) + (d & 0xff00ff);
      const odd = ((a >>> 8) & 0xff00ff) + ((b >>> 8) & 0xff00ff) + ((c >>> 8) & 0xff00ff) + ((d >>> 8) & 0xff00ff);
      const sums = even + odd;
      means[to] = logs[(sums & 0xffff) + (sums >>> 16)]!;
    }
  }
};

/** Logarithms of the means of `factor` × `factor` samples. */
const shrink = (y: Plane, factor: number, logs: Float32Array, means: Float32Array, width: number, height: number): void => {
  const { data, stridePx } = y;
  const rows = Math.min(factor, ROWS_READ);
  const step = Math.max(1, Math.floor(factor / ROWS_READ));
  const share = 16 / (Math.ceil(factor / step) * rows);
  for (let row = 0; row < height; row++) {
    const to = row * width;
    for (let k = 0; k < rows; k++) {
      let from = (row * factor + Math.floor(((k + 0.5) * factor) / rows)) * stridePx;
      for (let column = 0; column < width; column++, from += factor) {
        let sum = 0;
        for (let i = 0; i < factor; i += step) sum += data[from + i]!;
        means[to + column] = k === 0 ? sum * share : means[to + column]! + sum * share;
      }
    }
    for (let column = to; column < to + width; column++) means[column] = logs[Math.round(means[column]!)]!;
  }
};

/** Mean over a square of `radius`, cut at the borders; separable running sums. `scratch` and `means` have the picture's size. */
const localMeans = (raw: Float32Array, width: number, height: number, radius: number, scratch: Float32Array, means: Float32Array): void => {
  for (let row = 0; row < height; row++) {
    const at = row * width;
    let sum = 0;
    for (let x = 0; x < Math.min(radius, width); x++) sum += raw[at + x]!;
    for (let x = 0; x < width; x++) {
      if (x + radius < width) sum += raw[at + x + radius]!;
      if (x - radius - 1 >= 0) sum -= raw[at + x - radius - 1]!;
      scratch[at + x] = sum / (Math.min(width - 1, x + radius) - Math.max(0, x - radius) + 1);
    }
  }
  const sums = new Float64Array(width);
  for (let row = 0; row < Math.min(radius, height); row++) {
    for (let x = 0; x < width; x++) sums[x]! += scratch[row * width + x]!;
  }
  for (let row = 0; row < height; row++) {
    const enters = (row + radius) * width;
    const leaves = (row - radius - 1) * width;
    const share = 1 / (Math.min(height - 1, row + radius) - Math.max(0, row - radius) + 1);
    for (let x = 0; x < width; x++) {
      let sum = sums[x]!;
      if (row + radius < height) sum += scratch[enters + x]!;
      if (leaves >= 0) sum -= scratch[leaves + x]!;
      sums[x] = sum;
      means[row * width + x] = sum * share;
    }
  }
};

const clamp = (value: number): number => Math.max(-FARTHEST_STEPS, Math.min(FARTHEST_STEPS, value));

/**
 * Takes thumbnails of frames of one size: logarithms of box averages of luma, less their local background. Light is passed on by slide, dirt and lens in
 * turn, so that in logarithms shading and exposure fall out, and what is on the sensor is a picture added to the slide's (homomorphic filtering;
 * Oppenheim, Schafer and Stockham, 1968). Keeps its working memory between frames; writes into the thumbnail that is passed.
 */
export const createThumbnailer = (widthPx: number, heightPx: number): ((y: Plane, into: Thumbnail, fullRange?: boolean) => void) => {
  const factor = workingFactor(widthPx);
  const width = Math.floor(widthPx / (2 * factor));
  const height = Math.floor(heightPx / (2 * factor));
  const fineWidth = 2 * width;
  const shrunk = new Float32Array(4 * width * height);
  const raw = new Float32Array(width * height);
  const scratch = new Float32Array(width * height);
  const means = new Float32Array(width * height);
  const calm = new Float32Array(width * height);
  const radius = Math.max(4, Math.round(width * BACKGROUND_SHARE));

  const fullLogs = logTable(0);
  const limitedLogs = logTable(BLACK_LUMA);

  return (y, { fine, coarse }, fullRange = false) => {
    const logs = fullRange ? fullLogs : limitedLogs;
    const inWords = factor === 4 && y.stridePx % 4 === 0 && y.data.byteOffset % 4 === 0;
    if (inWords) shrinkByFour(y, logs, shrunk, fineWidth, 2 * height);
    else shrink(y, factor, logs, shrunk, fineWidth, 2 * height);
    for (let row = 0, at = 0; row < height; row++) {
      for (let x = 0, upper = 2 * row * fineWidth, lower = upper + fineWidth; x < width; x++, at++, upper += 2, lower += 2) {
        raw[at] = (shrunk[upper]! + shrunk[upper + 1]! + shrunk[lower]! + shrunk[lower + 1]!) / 4;
      }
    }
    localMeans(raw, width, height, radius, scratch, means);
    // Once more without what stands out, so that a cell at the border changes the background around it little.
    for (let at = 0; at < raw.length; at++) {
      const mean = means[at]!;
      calm[at] = Math.max(mean - CALM, Math.min(mean + CALM, raw[at]!));
    }
    localMeans(calm, width, height, radius, scratch, means);
    for (let at = 0; at < raw.length; at++) coarse.data[at] = clamp(raw[at]! - means[at]!);
    // The background between coarse samples: three quarters of the nearer, one of the farther, along each axis.
    for (let row = 0; row < 2 * height; row++) {
      const near = (row >> 1) * width;
      const far = Math.min(height - 1, Math.max(0, (row >> 1) + (row % 2 === 0 ? -1 : 1))) * width;
      const to = row * fineWidth;
      let left = 0.75 * means[near]! + 0.25 * means[far]!;
      let here = left;
      for (let x = 0; x < width; x++) {
        const right = x + 1 < width ? 0.75 * means[near + x + 1]! + 0.25 * means[far + x + 1]! : here;
        fine.data[to + 2 * x] = clamp(shrunk[to + 2 * x]! - (0.75 * here + 0.25 * left));
        fine.data[to + 2 * x + 1] = clamp(shrunk[to + 2 * x + 1]! - (0.75 * here + 0.25 * right));
        left = here;
        here = right;
      }
    }
  };
};
