import type { MetricsRow } from '../train/report/epoch-table.ts';
import { type Line, lineChart } from '../train/report/line-chart.ts';
import { html, Markup } from '../train/report/markup.ts';
import { figureCell, type Making, making, type PageHead, pageShell } from '../train/report/page-shell.ts';
import type { PlaneScores } from './judge-fields.ts';

/** Scores of one source's held-out fields, plane by plane. */
export type JudgedPlanes = { readonly name: string; readonly fields: number; readonly scores: readonly PlaneScores[] };

/** What is recorded of a plane, with its words. */
export const PLANE_FIGURES = [
  ['dice', 'Dice'],
  ['iou', 'IoU'],
  ['boundaryF1', 'Boundary F1'],
] as const satisfies readonly (readonly [keyof PlaneScores, string])[];

export type PlaneFigure = (typeof PLANE_FIGURES)[number][0];

export const planeColumn = (source: string, plane: string, figure: PlaneFigure): string => `${source} ${plane} ${figure}`;

export type SegmentPage = PageHead &
  Making & {
    readonly planes: readonly string[];
    readonly rows: readonly MetricsRow[];
    readonly judged: readonly JudgedPlanes[];
    /** The epoch whose weights are the best, where one was judged. */
    readonly best: number | undefined;
    /** A picture of chosen fields, as PNG, with its words. */
    readonly examples?: { readonly png: Uint8Array; readonly text: string } | undefined;
  };

/** A larger one is left out, so that the page can still be sent by mail. */
const MOST_PICTURE_BYTES = 6_000_000;

const overview = ({ judged, planes }: SegmentPage): Markup => html`<div class="wide"><table class="figures">
<thead><tr><th scope="col">Held-out fields</th><th scope="col">fields</th>${planes.map((plane) => PLANE_FIGURES.map(([, word]) => html`<th scope="col">${plane} <span class="soft">${word}</span></th>`))}</tr></thead>
<tbody>${judged.map(
  ({ name, fields, scores }) =>
    html`<tr><th scope="row">${name}</th><td>${fields}</td>${scores.map((plane) => PLANE_FIGURES.map(([figure]) => figureCell(plane[figure])))}</tr>`,
)}</tbody></table></div>`;

const curves = ({ rows, judged, planes, best }: SegmentPage): Markup => {
  const line = (name: string, column: string): Line => ({
    name,
    points: rows.flatMap((row) => (row[column] === undefined ? [] : [[row.epoch ?? 0, row[column]] as const])),
  });
  const mark = best === undefined ? undefined : { x: best, word: `best, epoch ${best}` };
  const chart = (title: string, lines: readonly Line[], rest: { yRange?: [number, number]; digits?: number } = {}): Markup =>
    lineChart({ title, lines, xLabel: 'epoch', ...rest, mark: rest.yRange === undefined ? undefined : mark });
  return html`<section id="learning"><h2>Learning</h2><div class="charts">${chart('Loss', [line('loss', 'loss')])}${PLANE_FIGURES.map(
    ([figure, word]) =>
      chart(
        word,
        judged.flatMap(({ name }) =>
          planes.map((plane) => line(judged.length === 1 ? plane : `${name}, ${plane}`, planeColumn(name, plane, figure))),
        ),
        { yRange: [0, 1] },
      ),
  )}${chart('Learning rate', [line('learning rate', 'learningRate')], { digits: 6 })}${chart('Norm of the gradient', [line('norm', 'gradientNorm')], { digits: 2 })}${chart('Pace', [line('pictures a second', 'imagesPerSecond')], { digits: 1 })}</div></section>`;
};

/** The page of a run of a network that draws cells. */
export const segmentPage = (page: SegmentPage): string => {
  const { judged, rows, examples } = page;
  const shown = examples !== undefined && examples.png.length <= MOST_PICTURE_BYTES ? examples : undefined;
  const links = [
    ...(rows.length > 0 ? [html`<a href="#learning">Learning</a>`] : []),
    ...(shown === undefined ? [] : [html`<a href="#fields">Fields</a>`]),
    html`<a href="#making">How it was made</a>`,
  ];
  const main = html`${
    judged.length > 0 &&
    html`<section id="overview"><h2>How well it draws cells</h2>${overview(page)}
<p class="soft note">In per cent, over all pixels of the held-out fields that somebody vouches for, at the network’s scale; edges no farther apart than two pixels are alike.</p></section>`
  }${rows.length > 0 && curves(page)}${
    shown &&
    html`<section id="fields"><h2>Chosen fields</h2><p class="soft note">${shown.text}</p><img alt="${shown.text}" style="max-width:100%;margin-top:12px" src="${new Markup(`data:image/png;base64,${Buffer.from(shown.png).toString('base64')}`)}"></section>`
  }${making(page)}`;
  return pageShell(page, links, main);
};
