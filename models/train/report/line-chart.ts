import { chartFrame, px } from './chart-frame.ts';
import { roundRange } from './chart-scale.ts';
import { html, type Markup } from './markup.ts';

export type Line = { readonly name: string; readonly points: readonly (readonly [x: number, y: number])[] };

export type LineChart = {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly xLabel: string;
  /** Left out, from 0 to a round number over the greatest value. */
  readonly yRange?: readonly [number, number] | undefined;
  readonly digits?: number;
  /** An x to mark, and its word. */
  readonly mark?: { readonly x: number; readonly word: string } | undefined;
};

const WIDTH = 350;
const HEIGHT = 215;
/** Colours of lines, after which they begin again. */
const COLOURS = 8;
const MOST_DOTS = 40;

const drawn = (points: Line['points'], at: (x: number, y: number) => string): string =>
  points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${at(x, y)}`).join('');

/** Lines over a common axis with their legend; the last value of each stands in it. Values that are not finite leave no point. */
export const lineChart = ({ title, lines, xLabel, yRange, digits = 3, mark }: LineChart): Markup => {
  const finite = lines.map((line) => ({ ...line, points: line.points.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y)) }));
  const all = finite.flatMap((line) => line.points);
  if (all.length === 0) return html``;
  const xs = all.map(([x]) => x);
  const { x, y, topPx, bottomPx, backdrop } = chartFrame({
    widthPx: WIDTH,
    heightPx: HEIGHT,
    x: { range: [Math.min(0, ...xs), Math.max(1, ...xs)], label: xLabel },
    y: { range: yRange ?? roundRange(all.map(([, value]) => value)) },
  });
  const at = (across: number, up: number): string => `${px(x.at(across))},${px(y.at(up))}`;
  const value = (up: number): string => (Math.abs(up) < 10 ** -digits && up !== 0 ? up.toExponential(1) : up.toFixed(digits));
  return html`<figure class="chart"><figcaption>${title}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">${backdrop}${
    mark && html`<g class="mark"><line x1="${px(x.at(mark.x))}" x2="${px(x.at(mark.x))}" y1="${topPx}" y2="${bottomPx}"/></g>`
  }${finite.map(
    ({ name, points }, i) =>
      html`<g class="s${i % COLOURS}"><path class="line" d="${drawn(points, at)}"/>${
        points.length <= MOST_DOTS &&
        points.map(
          ([across, up]) =>
            html`<circle cx="${px(x.at(across))}" cy="${px(y.at(up))}" r="2.6"><title>${name}, ${xLabel} ${across}: ${value(up)}</title></circle>`,
        )
      }</g>`,
  )}</svg>
<ul class="legend">${finite.map(
    ({ name, points }, i) => points.length > 0 && html`<li class="s${i % COLOURS}"><i></i>${name} <b>${value(points.at(-1)![1])}</b></li>`,
  )}${mark && html`<li class="mark"><i></i>${mark.word}</li>`}</ul></figure>`;
};
