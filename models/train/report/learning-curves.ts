import type { MetricsRow } from './epoch-table.ts';
import { type Line, lineChart } from './line-chart.ts';
import { html, type Markup } from './markup.ts';
import { classColumn, type SourceFigure, sourceColumn } from './run-log.ts';

/** What a run has measured so far, by epoch. */
export type RunHistory = {
  readonly rows: readonly MetricsRow[];
  readonly sourceNames: readonly string[];
  readonly classes: readonly string[];
  /** Columns that hold parts of the loss. */
  readonly lossColumns: readonly string[];
};

const FIGURES: readonly (readonly [SourceFigure, string])[] = [
  ['mAP', 'Precision, mAP over IoU 0.50 to 0.95'],
  ['mAP50', 'Precision, mAP at IoU 0.5'],
  ['mAR100', 'Recall, mAR with 100 detections'],
];

/** The epoch with the best mean mAP over the sources; `undefined` before fields were judged. */
export const bestEpoch = ({ rows, sourceNames }: RunHistory): number | undefined => {
  const judged = rows.flatMap((row) => {
    const values = sourceNames.map((name) => row[sourceColumn(name, 'mAP')]).filter((value) => value !== undefined);
    return values.length === 0 ? [] : [{ epoch: row.epoch ?? 0, mean: values.reduce((sum, value) => sum + value, 0) / values.length }];
  });
  return judged.sort((a, b) => b.mean - a.mean || a.epoch - b.epoch)[0]?.epoch;
};

/** The curves of a run: losses, precision and recall of each source, each class, and how it was driven. */
export const learningCurves = (history: RunHistory): Markup => {
  const { rows, sourceNames, classes, lossColumns } = history;
  const line = (name: string, column: string): Line => ({
    name,
    points: rows.flatMap((row) => (row[column] === undefined ? [] : [[row.epoch ?? 0, row[column]] as const])),
  });
  const best = bestEpoch(history);
  const mark = best === undefined ? undefined : { x: best, word: `best, epoch ${best}` };
  const chart = (
    title: string,
    lines: readonly Line[],
    rest: { yRange?: [number, number]; digits?: number; marked?: boolean } = {},
  ): Markup => lineChart({ title, lines, xLabel: 'epoch', ...rest, mark: rest.marked ? mark : undefined });
  const share = { yRange: [0, 1], marked: true } as { yRange: [number, number]; marked: boolean };
  return html`<div class="charts">${chart(
    'Losses',
    lossColumns.map((column) => line(column.replace(/Loss$/, ''), column)),
  )}${FIGURES.map(([figure, title]) =>
    chart(
      title,
      sourceNames.map((name) => line(name, sourceColumn(name, figure))),
      share,
    ),
  )}${sourceNames.map((source) =>
    chart(
      `${source}: AP50 of each class`,
      classes.map((name) => line(name, classColumn(source, name))),
      share,
    ),
  )}${chart('Learning rate', [line('learning rate', 'learningRate')], { digits: 5 })}${chart(
    'Norm of the gradient',
    [line('norm', 'gradientNorm')],
    { digits: 2 },
  )}${chart('Pace', [line('pictures a second', 'imagesPerSecond')], { digits: 1 })}</div>`;
};
