import type { Timeline } from '../../../domain/recording.ts';

/** A part of the session under the pointer's reach: `fromMs` to `toMs` lie over `widthPx`. */
export type TimeScale = { readonly fromMs: number; readonly toMs: number; readonly widthPx: number };

export const xOf = (ms: number, { fromMs, toMs, widthPx }: TimeScale): number => ((ms - fromMs) / Math.max(1, toMs - fromMs)) * widthPx;

export const msAt = (x: number, { fromMs, toMs, widthPx }: TimeScale): number =>
  fromMs + (Math.min(widthPx, Math.max(0, x)) / Math.max(1, widthPx)) * (toMs - fromMs);

/** A part of the session's time. */
export type TimeSpan = { readonly fromMs: number; readonly toMs: number };

/** Nobody needs less on the whole width. */
const LEAST_SPAN_MS = 2000;

/** The span `factor` times as long around a moment that keeps its place, within the whole; undefined where it is all of it. */
export const zoomSpan = (span: TimeSpan, whole: TimeSpan, factor: number, aroundMs: number): TimeSpan | undefined => {
  const all = whole.toMs - whole.fromMs;
  const length = Math.max(Math.min(LEAST_SPAN_MS, all), (span.toMs - span.fromMs) * factor);
  if (length >= all) return undefined;
  const share = (aroundMs - span.fromMs) / Math.max(1, span.toMs - span.fromMs);
  return moveSpan({ fromMs: aroundMs - share * length, toMs: aroundMs + (1 - share) * length }, whole, 0);
};

/** The span moved along by so much, within the whole. */
export const moveSpan = ({ fromMs, toMs }: TimeSpan, whole: TimeSpan, byMs: number): TimeSpan => {
  const length = toMs - fromMs;
  const from = Math.min(whole.toMs - length, Math.max(whole.fromMs, fromMs + byMs));
  return { fromMs: from, toMs: from + length };
};

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
