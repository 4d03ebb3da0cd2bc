import { confusionTable } from './confusion-table.ts';
import { countCharts } from './count-charts.ts';
import { fieldFigure } from './field-figure.ts';
import { learningCurves, type RunHistory } from './learning-curves.ts';
import { html, Markup } from './markup.ts';
import { PAGE_STYLE } from './page-style.ts';
import { precisionRecallChart } from './precision-recall-chart.ts';
import type { SourceFindings } from './source-findings.ts';

/** A set of fields, with what a reader must know of it. */
export type ReportData = { readonly name: string; readonly source: string; readonly licence: string; readonly note: string };

/** Everything on a report's page. */
export type ReportDocument = {
  readonly title: string;
  /** What the page is: `Training run`, `Evaluation`. */
  readonly kind: string;
  /** One sentence under the title: how far it is, when. */
  readonly state: string;
  readonly isOver: boolean;
  readonly classes: readonly string[];
  /** Scores from which a class is counted, and one sentence on where they come from. */
  readonly thresholds: readonly number[];
  readonly thresholdsFrom: string;
  readonly history?: RunHistory;
  readonly sources: readonly SourceFindings[];
  /** How it was made: names with their values. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly recipe?: unknown;
  readonly data: readonly ReportData[];
};

/** Pictures beyond this are left out, whatever was asked for, so that the page can still be sent by mail. */
const MOST_PICTURE_CHARACTERS = 4_000_000;

const figure = (value: number | undefined): Markup =>
  value === undefined
    ? html`<td class="soft">–</td>`
    : html`<td class="share" style="--share:${(value * 100).toFixed(1)}%">${(value * 100).toFixed(1)}</td>`;

const overview = ({ sources, classes }: ReportDocument): Markup => html`<div class="wide"><table class="figures">
<thead><tr><th scope="col">Held-out fields</th><th scope="col">fields</th><th scope="col">mAP</th><th scope="col">mAP50</th><th scope="col">mAR100</th>${classes.map((name) => html`<th scope="col">${name} <span class="soft">AP50</span></th>`)}</tr></thead>
<tbody>${sources.map(
  ({ name, fields, precision }) =>
    html`<tr><th scope="row">${name}</th><td>${fields}</td>${figure(precision.mAP)}${figure(precision.mAP50)}${figure(precision.mAR100)}${classes.map((_, i) => figure(precision.perClass[i]?.AP50))}</tr>`,
)}</tbody></table></div>`;

const KINDS = [
  ['missed', 'missed'],
  ['false', 'false'],
  ['confused', 'confused'],
  ['right', 'right'],
] as const;

const worstFields = async (findings: SourceFindings, classes: readonly string[], budget: { left: number }): Promise<Markup> => {
  const figures: Markup[] = [];
  for (const worst of findings.worst) {
    if (budget.left <= 0) break;
    const drawn = await fieldFigure(worst, classes);
    budget.left -= drawn.text.length;
    figures.push(drawn);
  }
  if (figures.length === 0) return html`<p class="soft">No field with an error to draw.</p>`;
  return html`<div class="pick"><h3>Fields with the most errors</h3>${KINDS.map(
    ([kind, word]) => html`<label class="${kind}"><input type="checkbox" class="show-${kind}" checked><i></i>${word}</label>`,
  )}</div><div class="smears">${figures}</div>`;
};

const sourceSection = async (
  findings: SourceFindings,
  index: number,
  document: ReportDocument,
  budget: { left: number },
): Promise<Markup> => {
  const { classes, thresholds } = document;
  return html`<section class="source" id="source-${index}"><h2>${findings.name}</h2>
<div class="pair">${precisionRecallChart(findings.curves, classes, thresholds)}${confusionTable(findings.confusion, classes)}</div>
<h3>Counts, field by field</h3>${countCharts(findings.counts, classes)}
${await worstFields(findings, classes, budget)}</section>`;
};

/** Nested settings as lines: `augment.zoom` and its value. */
const flattened = (value: unknown, name = ''): [string, string][] => {
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) return [[name, value.join(', ')]];
  if (typeof value !== 'object' || value === null) return [[name, String(value)]];
  return Object.entries(value).flatMap(([key, item]) => flattened(item, name === '' ? key : `${name}.${key}`));
};

const pairs = (list: readonly (readonly [string, string])[]): Markup =>
  html`<dl>${list.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;

const making = ({ facts, recipe, data }: ReportDocument): Markup => html`<section id="making"><h2>How it was made</h2>${pairs(facts)}
<h3>Data</h3><div class="wide"><table class="data"><thead><tr><th scope="col">Set</th><th scope="col">fields</th><th scope="col">from</th><th scope="col">licence</th></tr></thead>
<tbody>${data.map((item) => html`<tr><th scope="row">${item.name}</th><td>${item.note}</td><td>${item.source}</td><td>${item.licence}</td></tr>`)}</tbody></table></div>
${recipe !== undefined && html`<h3>Recipe</h3><div class="recipe">${pairs(flattened(recipe))}</div>`}</section>`;

/** The page as one file: no script, nothing from elsewhere; light or dark as the reader's system is. */
export const reportPage = async (document: ReportDocument): Promise<string> => {
  const budget = { left: MOST_PICTURE_CHARACTERS };
  const { title, kind, state, isOver, classes, thresholds, history, sources } = document;
  const sections: Markup[] = [];
  for (const [index, findings] of sources.entries()) sections.push(await sourceSection(findings, index, document, budget));
  const curves =
    history !== undefined && history.rows.length > 0 && html`<section id="learning"><h2>Learning</h2>${learningCurves(history)}</section>`;
  const links = [
    ...(curves ? [html`<a href="#learning">Learning</a>`] : []),
    ...sources.map(({ name }, i) => html`<a href="#source-${i}">${name}</a>`),
    html`<a href="#making">How it was made</a>`,
  ];
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} – ${kind}</title><style>${new Markup(PAGE_STYLE)}</style></head>
<body><header><p class="kind">${kind}</p><h1>${title}</h1><p class="state ${isOver ? 'over' : 'going'}"><i></i>${state}</p><nav>${links}</nav></header>
<main>${
    sources.length > 0 &&
    html`<section id="overview"><h2>How well it finds cells</h2>${overview(document)}
<p class="soft note">In per cent, by the rules of COCO. A cell counts from a score of ${thresholds.map((score, i) => `${score.toFixed(2)} (${classes[i]})`).join(', ')}: ${document.thresholdsFrom}. Where labels are incomplete, cells that were found and are not labelled count as false.</p></section>`
  }
${curves}${sections}${making(document)}</main></body></html>
`.text;
};
