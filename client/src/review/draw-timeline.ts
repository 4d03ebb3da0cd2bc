import type { Timeline } from '../../../domain/recording.ts';
import { timeWords } from '../shell/number-words.ts';
import { clockMarks, growthOf, type TimeScale, xOf } from './timeline-scale.ts';

/** Colours of the timeline, as the theme has them now. */
export type TimelineInk = Readonly<Record<'line' | 'soft' | 'faint' | 'accent' | 'calm' | 'bad' | 'warning' | 'video' | 'ground', string>>;

const CLOCK_PX = 15;
const VIDEO_PX = 4;

/** The height that curves have. */
const curveHeight = (heightPx: number): number => heightPx - CLOCK_PX - VIDEO_PX - 4;

/**
 * Draws a session over its time: stretches that were not counted as a shade, sharpness and the growth of the count as curves, events as marks, and where
 * there is video as a bar at the foot. The context draws in CSS pixels.
 */
export const drawTimeline = (
  context: CanvasRenderingContext2D,
  told: Timeline,
  scale: TimeScale,
  heightPx: number,
  ink: TimelineInk,
): void => {
  const height = curveHeight(heightPx);
  context.clearRect(0, 0, scale.widthPx, heightPx);
  const endOf = (i: number): number => told.bins[i + 1]?.atMs ?? told.endMs;
  told.bins.forEach((bin, i) => {
    if (bin.frames === 0) return;
    const x = xOf(bin.atMs, scale);
    const width = Math.max(1, xOf(endOf(i), scale) - x);
    const share = bin.rejected / bin.frames;
    if (share < 0.15) return;
    context.globalAlpha = 0.16 + 0.4 * share;
    context.fillStyle = ink.bad;
    context.fillRect(x, 0, width + 0.5, height);
  });
  context.globalAlpha = 1;
  const growth = growthOf(told);
  context.beginPath();
  context.moveTo(0, height);
  for (const [i, share] of growth.entries()) context.lineTo(xOf(endOf(i), scale), height - share * (height - 4));
  context.lineTo(scale.widthPx, height);
  context.globalAlpha = 0.14;
  context.fillStyle = ink.accent;
  context.fill();
  context.globalAlpha = 1;
  context.beginPath();
  for (const [i, share] of growth.entries()) context.lineTo(xOf(endOf(i), scale), height - share * (height - 4));
  context.strokeStyle = ink.accent;
  context.lineWidth = 1.75;
  context.stroke();
  let pen = false;
  context.beginPath();
  for (const { atMs, sharpness } of told.bins) {
    if (sharpness === undefined) {
      pen = false;
      continue;
    }
    const y = height - Math.min(1, Math.max(0, sharpness)) * (height - 4);
    if (pen) context.lineTo(xOf(atMs, scale), y);
    else context.moveTo(xOf(atMs, scale), y);
    pen = true;
  }
  context.strokeStyle = ink.calm;
  context.lineWidth = 1.25;
  context.stroke();
  context.fillStyle = ink.video;
  for (const { startMs, endMs } of told.videos)
    context.fillRect(xOf(startMs, scale), height + 2, Math.max(2, xOf(endMs, scale) - xOf(startMs, scale)), VIDEO_PX);
  for (const { atMs, level } of told.events) {
    const x = xOf(atMs, scale);
    context.fillStyle = level === 'error' ? ink.bad : level === 'warning' ? ink.warning : ink.faint;
    context.beginPath();
    context.moveTo(x - 4, 0);
    context.lineTo(x + 4, 0);
    context.lineTo(x, 7);
    context.fill();
  }
  context.font = '11px "IBM Plex Sans Variable", system-ui, sans-serif';
  context.fillStyle = ink.soft;
  context.textBaseline = 'bottom';
  for (const ms of clockMarks(scale, 84)) {
    const x = xOf(ms, scale);
    context.fillStyle = ink.line;
    context.fillRect(Math.round(x), height, 1, 6);
    context.fillStyle = ink.soft;
    if (x < scale.widthPx - 34) context.fillText(timeWords(ms - told.startMs).replace(/\.0$/, ''), x + 4, heightPx);
  }
};
