import { html, Markup } from './markup.ts';
import { PAGE_STYLE } from './page-style.ts';

/** A set of fields, with what a reader must know of it. */
export type ReportData = { readonly name: string; readonly source: string; readonly licence: string; readonly note: string };

/** What heads every page of a run. */
export type PageHead = {
  readonly title: string;
  /** What the page is: `Training run`, `Evaluation`. */
  readonly kind: string;
  /** One sentence under the title: how far it is, when. */
  readonly state: string;
  readonly isOver: boolean;
};

/** How something was made: names with their values, its settings, its data. */
export type Making = {
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly recipe?: unknown;
  readonly data: readonly ReportData[];
};

/** Nested settings as lines: `augment.zoom` and its value. */
const flattened = (value: unknown, name = ''): [string, string][] => {
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) return [[name, value.join(', ')]];
  if (typeof value !== 'object' || value === null) return [[name, String(value)]];
  return Object.entries(value).flatMap(([key, item]) => flattened(item, name === '' ? key : `${name}.${key}`));
};

const pairs = (list: readonly (readonly [string, string])[]): Markup =>
  html`<dl>${list.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;

/** The section on how it was made, `#making`. */
export const making = ({ facts, recipe, data }: Making): Markup => html`<section id="making"><h2>How it was made</h2>${pairs(facts)}
<h3>Data</h3><div class="wide"><table class="data"><thead><tr><th scope="col">Set</th><th scope="col">fields</th><th scope="col">from</th><th scope="col">licence</th></tr></thead>
<tbody>${data.map((item) => html`<tr><th scope="row">${item.name}</th><td>${item.note}</td><td>${item.source}</td><td>${item.licence}</td></tr>`)}</tbody></table></div>
${recipe !== undefined && html`<h3>Recipe</h3><div class="recipe">${pairs(flattened(recipe))}</div>`}</section>`;

/** A share as a cell of a table, in per cent over a bar. */
export const figureCell = (value: number | undefined): Markup =>
  value === undefined
    ? html`<td class="soft">–</td>`
    : html`<td class="share" style="--share:${(value * 100).toFixed(1)}%">${(value * 100).toFixed(1)}</td>`;

/** A page as one file: no script, nothing from elsewhere; light or dark as the reader's system is. */
export const pageShell = ({ title, kind, state, isOver }: PageHead, links: readonly Markup[], main: Markup): string =>
  html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} – ${kind}</title><style>${new Markup(PAGE_STYLE)}</style></head>
<body><header><p class="kind">${kind}</p><h1>${title}</h1><p class="state ${isOver ? 'over' : 'going'}"><i></i>${state}</p><nav>${links}</nav></header>
<main>${main}</main></body></html>
`.text;
