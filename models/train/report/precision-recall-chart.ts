import { type PrecisionRecall, pointAt } from '../../evaluate/precision-recall.ts';
import { chartFrame, px } from './chart-frame.ts';
import { html, type Markup } from './markup.ts';

const WIDTH = 420;
const HEIGHT = 320;
const COLOURS = 8;

const percent = (share: number): string => `${(share * 100).toFixed(1)}\u00a0%`;

/** The curves of a source's classes, with a dot where each class's threshold puts it. */
export const precisionRecallChart = (
  curves: readonly (PrecisionRecall | undefined)[],
  classes: readonly string[],
  thresholds: readonly number[],
): Markup => {
  const { x, y, backdrop } = chartFrame({
    widthPx: WIDTH,
    heightPx: HEIGHT,
    x: { range: [0, 1], label: 'recall' },
    y: { range: [0, 1], label: 'precision' },
  });
  const present = curves.flatMap((curve, i) => (curve === undefined ? [] : [{ curve, i, dot: pointAt(curve, thresholds[i]!) }]));
  const path = ({ points }: PrecisionRecall): string => {
    const positions = points.map((point) => `${px(x.at(point.recall))},${px(y.at(point.precision))}`);
    return [...new Set(positions)].map((position, i) => (i === 0 ? 'M' : 'L') + position).join('');
  };
  return html`<figure class="chart"><figcaption>Precision and recall at IoU 0.5</figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Precision and recall of each class">${backdrop}${present.map(
    ({ curve, i, dot }) =>
      html`<g class="s${i % COLOURS}"><path class="line" d="${path(curve)}"/>${
        dot &&
        html`<circle class="dot" cx="${px(x.at(dot.recall))}" cy="${px(y.at(dot.precision))}" r="5"><title>${classes[i]} from score ${thresholds[i]} on: precision ${dot.precision.toFixed(3)}, recall ${dot.recall.toFixed(3)}</title></circle>`
      }</g>`,
  )}</svg>
<ul class="legend">${present.map(
    ({ i, dot }) =>
      html`<li class="s${i % COLOURS}"><i></i>${classes[i]} <span>from score ${thresholds[i]!.toFixed(2)}:</span> <b>${
        dot === undefined ? 'nothing found' : `${percent(dot.precision)} right, ${percent(dot.recall)} found`
      }</b></li>`,
  )}</ul></figure>`;
};
