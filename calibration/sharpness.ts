import type { Plane } from '../domain/frame.ts';

/**
 * Detail of a picture along each axis, whatever it shows: gradient energy at the finest scale over that at a coarse one.
 * 1 where the fine scale adds nothing; edges of a sharp picture reach 2 to 4. Motion lowers one axis alone.
 */
export type Detail = { readonly x: number; readonly y: number; readonly maps: { readonly x: DetailMap; readonly y: DetailMap } };

/**
 * Where a picture's detail along one axis lies: energies of segments of lines, line after line. A segment covers `segmentPx` along its line from `startPx` on,
 * a line stands for `linePx` across.
 */
export type DetailMap = {
  readonly fine: Float32Array;
  readonly coarse: Float32Array;
  readonly lines: number;
  readonly segments: number;
  readonly startPx: number;
  readonly segmentPx: number;
  readonly linePx: number;
  /** Energy of a segment that is noise alone, in `fine` and in `coarse`. */
  readonly noise: { readonly fine: number; readonly coarse: number };
};

/** The shorter side is cut into twice as many lines as are looked at. */
const LINES = 90;
/** Samples of a line for which a local energy is taken; the calm ones show the noise. */
const SEGMENT = 16;
/** Half the width of the coarse gradient, in half-scale samples. */
const COARSE = 6;
/** The fifth of the segments with the least energy is taken to show noise alone; their limit lies at this share of the mean of white noise. */
const CALM_SHARE = 0.2;
const CALM_BIAS = 0.64;
/** Noise of the coarse gradient against that of the fine one: 2 / (COARSE · (COARSE + 1)²) over 1/2. */
const COARSE_NOISE = 4 / (COARSE * (COARSE + 1) ** 2);
/** Coarse energy below this share of the noise is chance, and its ratio to anything too. */
const LEAST_SIGNAL = 0.2;

type Lines = { readonly detail: number; readonly map: DetailMap };

const measureLines = (count: number, length: number, step: number, read: (line: number, into: Float32Array) => void): Lines => {
  const samples = new Float32Array(length);
  const perLine = Math.max(0, Math.floor((length - 2 * COARSE - 1) / SEGMENT));
  const segments = new Float32Array(count * perLine);
  const coarseSegments = new Float32Array(count * perLine);
  let filled = 0;
  let fine = 0;
  let coarse = 0;
  let n = 0;
  for (let line = 0; line < count; line++) {
    read(line, samples);
    let left = 0;
    let right = 0;
    for (let i = 0; i < COARSE; i++) {
      left += samples[i]!;
      right += samples[COARSE + 1 + i]!;
    }
    let energy = 0;
    let coarseEnergy = 0;
    let inSegment = 0;
    for (let i = COARSE; i + COARSE + 1 < length; i++) {
      const step = (samples[i + 1]! - samples[i - 1]!) / 2;
      const slope = (right - left) / (COARSE * (COARSE + 1));
      energy += step * step;
      coarse += slope * slope;
      coarseEnergy += slope * slope;
      left += samples[i]! - samples[i - COARSE]!;
      right += samples[i + COARSE + 1]! - samples[i + 1]!;
      n++;
      if (++inSegment === SEGMENT) {
        segments[filled] = energy / SEGMENT;
        coarseSegments[filled++] = coarseEnergy / SEGMENT;
        fine += energy;
        energy = 0;
        coarseEnergy = 0;
        inSegment = 0;
      }
    }
    fine += energy;
  }
  const noise = segments.length === 0 ? 0 : Float32Array.from(segments).sort()[Math.floor(segments.length * CALM_SHARE)]! / CALM_BIAS;
  const map = {
    fine: segments,
    coarse: coarseSegments,
    lines: count,
    segments: perLine,
    startPx: 2 * COARSE,
    segmentPx: 2 * SEGMENT,
    linePx: 2 * step,
    noise: { fine: noise, coarse: noise * COARSE_NOISE },
  };
  const coarseSignal = n === 0 ? 0 : coarse / n - noise * COARSE_NOISE;
  const detail = coarseSignal <= Math.max(1e-3, LEAST_SIGNAL * noise) ? 1 : Math.max(1, Math.max(0, fine / n - noise) / coarseSignal);
  return { detail, map };
};

/** Detail of a luma plane at half scale, from an even choice of lines and columns; sensor noise is taken out. */
export const measureDetail = ({ data, stridePx, widthPx, heightPx }: Plane): Detail => {
  const halfWidth = widthPx >> 1;
  const halfHeight = heightPx >> 1;
  const step = Math.max(2, Math.round(Math.min(widthPx, heightPx) / LINES));
  const rows = Math.floor(halfHeight / step);
  const columns = Math.floor(halfWidth / step);
  const x = measureLines(rows, halfWidth, step, (line, into) => {
    let upper = 2 * line * step * stridePx;
    for (let i = 0; i < halfWidth; i++, upper += 2) {
      into[i] = (data[upper]! + data[upper + 1]! + data[upper + stridePx]! + data[upper + stridePx + 1]!) / 4;
    }
  });
  const y = measureLines(columns, halfHeight, step, (line, into) => {
    let at = 2 * line * step;
    for (let i = 0; i < halfHeight; i++, at += 2 * stridePx) {
      into[i] = (data[at]! + data[at + 1]! + data[at + stridePx]! + data[at + stridePx + 1]!) / 4;
    }
  });
  return { x: x.detail, y: y.detail, maps: { x: x.map, y: y.map } };
};
