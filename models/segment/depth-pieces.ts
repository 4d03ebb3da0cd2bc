import type { Labels } from './instances.ts';

/** Two peaks are one cell where the saddle between them lies less than this share of the lower one below it. */
const LEAST_DIP = 0.25;
/** Steps of whole pixels make dips of their own. */
const LEAST_DIP_PX = 1;

/**
 * Parts a mask where it is narrow: each peak of the distance from the outside that stands out enough is a piece, and takes what lies on its slopes (watershed of
 * the distance with marked dynamics: Meyer and Beucher, 1990; Grimaud, 1992). `depth` is 0 outside.
 */
export const depthPieces = (depth: Float32Array, widthPx: number): Labels => {
  const order: number[] = [];
  for (let pixel = 0; pixel < depth.length; pixel++) if (depth[pixel]! > 0) order.push(pixel);
  order.sort((a, b) => depth[b]! - depth[a]! || a - b);
  /** Of a pixel that is under water: one nearer to the peak of its piece; a peak leads to itself. */
  const up = new Int32Array(depth.length).fill(-1);
  const peakOf = (pixel: number): number => {
    let at = pixel;
    while (up[at] !== at) {
      up[at] = up[up[at]!]!;
      at = up[at]!;
    }
    return at;
  };
  for (const pixel of order) {
    up[pixel] = pixel;
    const x = pixel % widthPx;
    const peaks: number[] = [];
    const look = (neighbour: number): void => {
      if (up[neighbour]! < 0) return;
      const peak = peakOf(neighbour);
      if (!peaks.includes(peak)) peaks.push(peak);
    };
    if (x > 0) look(pixel - 1);
    if (x < widthPx - 1) look(pixel + 1);
    if (pixel >= widthPx) look(pixel - widthPx);
    if (pixel < depth.length - widthPx) look(pixel + widthPx);
    if (peaks.length === 0) continue;
    peaks.sort((a, b) => depth[b]! - depth[a]! || a - b);
    const highest = peaks[0]!;
    up[pixel] = highest;
    for (const peak of peaks.slice(1)) {
      const height = depth[peak]!;
      if (height - depth[pixel]! < Math.max(LEAST_DIP_PX, LEAST_DIP * height)) up[peak] = highest;
    }
  }
  const labels = new Int32Array(depth.length);
  let count = 0;
  for (const pixel of order) if (up[pixel] === pixel) labels[pixel] = ++count;
  for (const pixel of order) labels[pixel] = labels[peakOf(pixel)]!;
  return { labels, count };
};
