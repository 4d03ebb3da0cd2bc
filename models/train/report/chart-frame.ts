import { type ChartScale, linearScale } from './chart-scale.ts';
import { html, type Markup } from './markup.ts';

/** What every chart is drawn into: a plot area with axes, in units that are pixels at full size. */
export type ChartFrame = {
  readonly x: ChartScale;
  readonly y: ChartScale;
  readonly topPx: number;
  readonly bottomPx: number;
  readonly backdrop: Markup;
};

export type FrameOptions = {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly x: { readonly range: readonly [number, number]; readonly label: string };
  readonly y: { readonly range: readonly [number, number]; readonly label?: string };
};

const MARGIN = { left: 44, right: 14, top: 10, bottom: 36 } as const;
/** More room at the top where the axis has its name there. */
const NAMED_TOP = 26;

/** Positions need no more than a tenth of a pixel. */
export const px = (value: number): number => Math.round(value * 10) / 10;

export const chartFrame = ({ widthPx, heightPx, x, y }: FrameOptions): ChartFrame => {
  const [left, right, top, bottom] = [
    MARGIN.left,
    widthPx - MARGIN.right,
    y.label === undefined ? MARGIN.top : NAMED_TOP,
    heightPx - MARGIN.bottom,
  ];
  const across = linearScale(x.range, [left, right], 6);
  const up = linearScale(y.range, [bottom, top], 5);
  return {
    x: across,
    y: up,
    topPx: top,
    bottomPx: bottom,
    backdrop: html`<g class="axis">${up.ticks.map(
      (tick) =>
        html`<line class="grid" x1="${left}" x2="${right}" y1="${px(up.at(tick))}" y2="${px(up.at(tick))}"/><text x="${left - 8}" y="${px(up.at(tick) + 4)}" text-anchor="end">${up.label(tick)}</text>`,
    )}<line class="base" x1="${left}" x2="${right}" y1="${bottom}" y2="${bottom}"/>${across.ticks.map(
      (tick) => html`<text x="${px(across.at(tick))}" y="${bottom + 16}" text-anchor="middle">${across.label(tick)}</text>`,
    )}<text class="name" x="${right}" y="${heightPx - 4}" text-anchor="end">${x.label}</text>${
      y.label === undefined ? undefined : html`<text class="name" x="${left - 8}" y="11" text-anchor="middle">${y.label}</text>`
    }</g>`,
  };
};
