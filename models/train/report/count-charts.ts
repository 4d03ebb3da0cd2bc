import { chartFrame, px } from './chart-frame.ts';
import { roundRange } from './chart-scale.ts';
import { html, type Markup } from './markup.ts';
import type { FieldCount } from './source-findings.ts';

const SIDE = 230;
const COLOURS = 8;
const LEAST_RADIUS = 2.6;
const MOST_RADIUS = 9;

/** Equal fields become one dot, larger the more they are. */
const gather = (fields: readonly FieldCount[]): (FieldCount & { readonly n: number })[] => {
  const dots = new Map<string, FieldCount & { n: number }>();
  for (const { truth, counted } of fields) {
    const key = `${truth} ${counted}`;
    dots.set(key, { truth, counted, n: (dots.get(key)?.n ?? 0) + 1 });
  }
  return [...dots.values()];
};

const error = (truth: number, counted: number): string => {
  if (counted === truth) return 'exact';
  const share = (counted / truth - 1) * 100;
  return `${share >= 0 ? '+' : '−'}${Math.abs(share).toFixed(1)} %`;
};

/** Counted against true cells of one class, a dot for each field: on the diagonal the count is right. */
const countChart = (name: string, index: number, fields: readonly FieldCount[]): Markup => {
  const truth = fields.reduce((sum, field) => sum + field.truth, 0);
  const counted = fields.reduce((sum, field) => sum + field.counted, 0);
  const range = roundRange([4, ...fields.flatMap((field) => [field.truth, field.counted])], 4);
  const { x, y, backdrop } = chartFrame({
    widthPx: SIDE,
    heightPx: SIDE,
    x: { range, label: 'cells there are' },
    y: { range, label: 'counted' },
  });
  const meanError = fields.reduce((sum, field) => sum + Math.abs(field.truth - field.counted), 0) / Math.max(1, fields.length);
  return html`<figure class="chart small"><figcaption>${name}</figcaption>
<svg viewBox="0 0 ${SIDE} ${SIDE}" role="img" aria-label="Counted against true ${name}">${backdrop}<line class="diagonal" x1="${px(x.at(range[0]))}" y1="${px(y.at(range[0]))}" x2="${px(x.at(range[1]))}" y2="${px(y.at(range[1]))}"/><g class="s${index % COLOURS}">${gather(
    fields,
  ).map(
    (dot) =>
      html`<circle class="field" cx="${px(x.at(dot.truth))}" cy="${px(y.at(dot.counted))}" r="${px(Math.min(MOST_RADIUS, LEAST_RADIUS * Math.sqrt(dot.n)))}"><title>${dot.n === 1 ? '1 field' : `${dot.n} fields`}: ${dot.counted} counted of ${dot.truth}</title></circle>`,
  )}</g></svg>
<p><b>${counted}</b> counted of <b>${truth}</b>${truth > 0 && ` (${error(truth, counted)})`}; ${meanError.toFixed(2)} off in a field</p></figure>`;
};

/** One chart for each class that occurs or was counted. */
export const countCharts = (counts: readonly (readonly FieldCount[])[], classes: readonly string[]): Markup =>
  html`<div class="charts counts">${counts.map(
    (fields, i) => fields.some((field) => field.truth + field.counted > 0) && countChart(classes[i]!, i, fields),
  )}</div>`;
