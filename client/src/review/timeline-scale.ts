import type { Timeline } from '../../../domain/recording.ts';

/** A part of the session under the pointer's reach: `fromMs` to `toMs` lie over `widthPx`. */
export type TimeScale = { readonly fromMs: number; readonly toMs: number; readonly widthPx: number };

export const xOf = (ms: number, { fromMs, toMs, widthPx }: TimeScale): number => ((ms - fromMs) / Math.max(1, toMs - fromMs)) * widthPx;

export const msAt = (x: number, { fromMs, toMs, widthPx }: TimeScale): number =>
  fromMs + (Math.min(widthPx, Math.max(0, x)) / Math.max(1, widthPx)) * (toMs - fromMs);

/** Round steps for marks on a clock, in ms. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600].map((seconds) => seconds * 1000);

/** Times to mark, so that neighbours stand at least so far apart. */
export const clockMarks = (scale: TimeScale, apartPx: number): readonly number[] => {
  const step = STEPS.find((ms) => xOf(scale.fromMs + ms, scale) >= apartPx) ?? STEPS.at(-1)!;
  const marks: number[] = [];
  for (let ms = Math.ceil(scale.fromMs / step) * step; ms <= scale.toMs; ms += step) marks.push(ms);
  return marks;
};

/** Cells first seen until the end of each bin, as a share of all of them. */
export const growthOf = ({ bins }: Timeline): readonly number[] => {
  const total = bins.reduce((sum, { cells }) => sum + cells, 0);
  let soFar = 0;
  return bins.map(({ cells }) => {
    soFar += cells;
    return total === 0 ? 0 : soFar / total;
  });
};

/** What a moment of the session is, in words for a reader who does not see the curve. */
export const momentWords = ({ bins }: Timeline, ms: number): string => {
  const bin = bins.findLast(({ atMs }) => atMs <= ms);
  if (!bin || bin.frames === 0) return 'no frames';
  const rejected = Math.round((100 * bin.rejected) / bin.frames);
  return `sharpness ${(bin.sharpness ?? 0).toFixed(2)}${rejected > 0 ? `, ${rejected} % of the frames not counted` : ''}, ${bin.cells} new cells`;
};
