import { confusionTable } from './confusion-table.ts';
import { countCharts } from './count-charts.ts';
import { fieldFigure } from './field-figure.ts';
import { learningCurves, type RunHistory } from './learning-curves.ts';
import { html, type Markup } from './markup.ts';
import { figureCell, type Making, making, type PageHead, pageShell } from './page-shell.ts';
import { precisionRecallChart } from './precision-recall-chart.ts';
import type { SourceFindings } from './source-findings.ts';

/** Everything on a report's page. */
export type ReportDocument = PageHead &
  Making & {
    readonly classes: readonly string[];
    /** Scores from which a class is counted, and one sentence on where they come from. */
    readonly thresholds: readonly number[];
    readonly thresholdsFrom: string;
    readonly history?: RunHistory;
    readonly sources: readonly SourceFindings[];
  };

/** Pictures beyond this are left out, whatever was asked for, so that the page can still be sent by mail. */
const MOST_PICTURE_CHARACTERS = 4_000_000;

const overview = ({ sources, classes }: ReportDocument): Markup => html`<div class="wide"><table class="figures">
<thead><tr><th scope="col">Held-out fields</th><th scope="col">fields</th><th scope="col">mAP</th><th scope="col">mAP50</th><th scope="col">mAR100</th>${classes.map((name) => html`<th scope="col">${name} <span class="soft">AP50</span></th>`)}</tr></thead>
<tbody>${sources.map(
  ({ name, fields, precision }) =>
    html`<tr><th scope="row">${name}</th><td>${fields}</td>${figureCell(precision.mAP)}${figureCell(precision.mAP50)}${figureCell(precision.mAR100)}${classes.map((_, i) => figureCell(precision.perClass[i]?.AP50))}</tr>`,
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

/** The page of a training run or an evaluation of a detector. */
export const reportPage = async (document: ReportDocument): Promise<string> => {
  const budget = { left: MOST_PICTURE_CHARACTERS };
  const { thresholds, history, sources } = document;
  const sections: Markup[] = [];
  for (const [index, findings] of sources.entries()) sections.push(await sourceSection(findings, index, document, budget));
  const curves =
    history !== undefined && history.rows.length > 0 && html`<section id="learning"><h2>Learning</h2>${learningCurves(history)}</section>`;
  const links = [
    ...(curves ? [html`<a href="#learning">Learning</a>`] : []),
    ...sources.map(({ name }, i) => html`<a href="#source-${i}">${name}</a>`),
    html`<a href="#making">How it was made</a>`,
  ];
  return pageShell(
    document,
    links,
    html`${
      sources.length > 0 &&
      html`<section id="overview"><h2>How well it finds cells</h2>${overview(document)}
<p class="soft note">In per cent, by the rules of COCO. A cell counts from a score of ${thresholds.map((score, i) => `${score.toFixed(2)} (${document.classes[i]})`).join(', ')}: ${document.thresholdsFrom}. Where labels are incomplete, cells that were found and are not labelled count as false.</p></section>`
    }
${curves}${sections}${making(document)}`,
  );
};
