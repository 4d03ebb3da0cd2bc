import type { CellKind } from '../../domain/classifier-card.ts';
import type { MetricsRow } from '../train/report/epoch-table.ts';
import { type Line, lineChart } from '../train/report/line-chart.ts';
import { html, type Markup } from '../train/report/markup.ts';
import { figureCell, type Making, making, type PageHead, pageShell } from '../train/report/page-shell.ts';
import type { KindConfusion, KindMetrics } from './kind-metrics.ts';

export type JudgedKinds = KindMetrics & { readonly matrix: KindConfusion };

export const recallColumn = (kind: string): string => `${kind} recall`;

export type ClassifyPage = PageHead &
  Making & {
    readonly kinds: readonly CellKind[];
    readonly rows: readonly MetricsRow[];
    readonly judged: JudgedKinds | undefined;
  };

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

const confusion = ({ kinds }: ClassifyPage, { matrix }: JudgedKinds): Markup => {
  const cell = (row: readonly number[], i: number, j: number): Markup => {
    const share =
      row[j]! /
      Math.max(
        1,
        row.reduce((sum, count) => sum + count, 0),
      );
    return html`<td class="${i === j ? 'good' : 'bad'}" style="--share:${Math.round(share * 100)}%"><b>${row[j]!}</b></td>`;
  };
  return html`<figure class="confusion"><figcaption>Confusion: what true cells were called</figcaption><div class="wide"><table>
<thead><tr><th scope="col"><span class="soft">true ↓<br>called →</span></th>${kinds.map(({ id }) => html`<th scope="col">${id}</th>`)}</tr></thead>
<tbody>${matrix.map((row, i) => html`<tr><th scope="row">${kinds[i]!.name}</th>${row.map((_, j) => cell(row, i, j))}</tr>`)}</tbody></table></div></figure>`;
};

const overview = ({ kinds }: ClassifyPage, { perKind }: JudgedKinds): Markup => html`<div class="wide"><table class="figures">
<thead><tr><th scope="col">Kind</th><th scope="col">cells</th><th scope="col">recall</th><th scope="col">precision</th></tr></thead>
<tbody>${perKind.map(({ truth, recall, precision }, i) => html`<tr><th scope="row">${kinds[i]!.name}</th><td>${truth}</td>${figureCell(recall)}${figureCell(precision)}</tr>`)}</tbody></table></div>`;

const curves = ({ rows, kinds }: ClassifyPage): Markup => {
  const line = (name: string, column: string): Line => ({
    name,
    points: rows.flatMap((row) => (row[column] === undefined ? [] : [[row.epoch ?? 0, row[column]] as const])),
  });
  const chart = (title: string, lines: readonly Line[], rest: { yRange?: [number, number]; digits?: number } = {}): Markup =>
    lineChart({ title, lines, xLabel: 'epoch', ...rest });
  return html`<section id="learning"><h2>Learning</h2><div class="charts">${chart('Loss', [line('loss', 'loss')])}${chart(
    'Accuracy',
    [line('balanced', 'balancedAccuracy'), line('all cells alike', 'accuracy')],
    { yRange: [0, 1] },
  )}${chart(
    'Recall of each kind',
    kinds.map(({ id }) => line(id, recallColumn(id))),
    { yRange: [0, 1] },
  )}${chart('Learning rate', [line('learning rate', 'learningRate')], { digits: 6 })}</div></section>`;
};

/** The page of a run of a classifier. */
export const classifyPage = (page: ClassifyPage): string => {
  const { judged, rows } = page;
  const links = [
    ...(judged === undefined ? [] : [html`<a href="#overview">Held-out cells</a>`]),
    ...(rows.length > 0 ? [html`<a href="#learning">Learning</a>`] : []),
    html`<a href="#making">How it was made</a>`,
  ];
  const main = html`${
    judged !== undefined &&
    html`<section id="overview"><h2>Held-out cells</h2>
<p class="soft note">Balanced accuracy ${percent(judged.balancedAccuracy)} (95 % interval ${percent(judged.interval[0])} to ${percent(judged.interval[1])}), accuracy ${percent(judged.accuracy)}, of ${judged.cells} cells, each shown once.</p>
<div class="pair">${overview(page, judged)}${confusion(page, judged)}</div></section>`
  }${rows.length > 0 && curves(page)}${making(page)}`;
  return pageShell(page, links, main);
};
