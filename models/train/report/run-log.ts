import type { Precision } from '../../evaluate/average-precision.ts';
import { type EpochEnd, type EpochTable, type EpochTableOptions, type MetricsRow, openEpochTable, rounded } from './epoch-table.ts';

/** How well the held-out fields of one source are found. */
export type HeldOutFigure = Precision & { readonly name: string };

export type EpochLine = EpochEnd & { readonly figures: readonly HeldOutFigure[] };

/** Sums up the steps of an epoch, and writes one row for it to `metrics.csv`. */
export type RunLog = Omit<EpochTable, 'close'> & {
  /** Closes the epoch; gives its line for the person who waits. */
  epoch(line: EpochLine): Promise<string>;
};

export type RunLogOptions = Omit<EpochTableOptions, 'file' | 'figureColumns'> & {
  readonly sourceNames: readonly string[];
  readonly classes: readonly string[];
};

const METRICS = 'metrics.csv';

export type SourceFigure = 'mAP' | 'mAP50' | 'mAR100';

export const sourceColumn = (source: string, figure: SourceFigure): string => `${source} ${figure}`;
export const classColumn = (source: string, className: string): string => `${source} AP50 ${className}`;

const figureCells = (figures: readonly HeldOutFigure[], classes: readonly string[]): MetricsRow =>
  Object.fromEntries(
    figures.flatMap((item) => [
      ...(['mAP', 'mAP50', 'mAR100'] as const).map((key) => [sourceColumn(item.name, key), rounded(item[key], 4)]),
      ...classes.flatMap((name, i) => {
        const found = item.perClass[i];
        return found === undefined ? [] : [[classColumn(item.name, name), rounded(found.AP50, 4)]];
      }),
    ]),
  );

/** Opens the log in the run's folder; a resumed run's goes on where its checkpoint was written. */
export const openRunLog = async ({ sourceNames, classes, ...options }: RunLogOptions): Promise<RunLog> => {
  const figureColumns = sourceNames.flatMap((name) => [
    ...(['mAP', 'mAP50', 'mAR100'] as const).map((figure) => sourceColumn(name, figure)),
    ...classes.map((item) => classColumn(name, item)),
  ]);
  const { close, ...table } = await openEpochTable({ ...options, file: METRICS, figureColumns });
  return {
    ...table,
    epoch: async ({ figures, ...end }) => {
      const means = await close(end, figureCells(figures, classes));
      const losses = options.stepColumns.filter((name) => name.endsWith('Loss')).map((name) => `${name.slice(0, -4)} loss ${means[name]}`);
      const found = figures.map((item) => `; ${item.name} mAP ${item.mAP.toFixed(3)}, mAP50 ${item.mAP50.toFixed(3)}`);
      return `${losses.join(', ')}${found.join('')}`;
    },
  };
};
