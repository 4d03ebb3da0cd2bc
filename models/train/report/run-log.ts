import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Precision } from '../../evaluate/average-precision.ts';
import { csvLine, csvRows } from './csv-rows.ts';

/** How well the held-out fields of one source are found. */
export type HeldOutFigure = Precision & { readonly name: string };

/** A row of `metrics.csv` by its columns' names; what was not measured is left out. */
export type MetricsRow = Readonly<Partial<Record<string, number>>> & { readonly epoch?: number; readonly step?: number };

export type EpochLine = {
  readonly epoch: number;
  readonly step: number;
  readonly learningRate: number;
  readonly seconds: number;
  readonly figures: readonly HeldOutFigure[];
};

/** Sums up the steps of an epoch, and writes one row for it to `metrics.csv`. */
export type RunLog = {
  readonly path: string;
  /** Every row so far, those from before a resume included. */
  readonly rows: readonly MetricsRow[];
  /** Takes in a step: its losses and norm by their columns' names, the pictures it showed, and the seconds it took. */
  step(values: Readonly<Record<string, number>>, images: number, seconds: number): void;
  /** Keeps the sums of the epoch so far for a run that is resumed from this step. Call it before the checkpoint is written. */
  keep(step: number): Promise<void>;
  /** Closes the epoch; gives its line for the person who waits. */
  epoch(line: EpochLine): Promise<string>;
};

export type RunLogOptions = {
  readonly out: string;
  /** What `step` is given, in the order of the columns. */
  readonly stepColumns: readonly string[];
  readonly sourceNames: readonly string[];
  readonly classes: readonly string[];
  /** Steps done by the checkpoint that the run goes on from: rows of later ones are cut off. A new run starts an empty file. */
  readonly resumedAt?: number | undefined;
};

export const METRICS = 'metrics.csv';

export type SourceFigure = 'mAP' | 'mAP50' | 'mAR100';

export const sourceColumn = (source: string, figure: SourceFigure): string => `${source} ${figure}`;
export const classColumn = (source: string, className: string): string => `${source} AP50 ${className}`;

/** Sums of a part of an epoch, as many of them as there may be checkpoints to go on from. */
const sums = z.strictObject({
  step: z.int(),
  count: z.int(),
  images: z.int(),
  seconds: z.number(),
  values: z.record(z.string(), z.number()),
});
const KEPT_SUMS = 8;
const SUMS = 'metrics.part.json';

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

const writeWhole = async (file: string, text: string): Promise<void> => {
  await writeFile(`${file}.part`, text);
  await rename(`${file}.part`, file);
};

/** The rows of a `metrics.csv`; none where there is no such file. */
export const readMetrics = async (file: string): Promise<MetricsRow[]> => {
  const [header, ...rows] = csvRows(await readFile(file, 'utf8').catch(() => ''));
  return rows.map((row) =>
    Object.fromEntries(header!.flatMap((name, i) => (row[i] === undefined || row[i] === '' ? [] : [[name, Number(row[i])]]))),
  );
};

const readSums = async (file: string): Promise<z.infer<typeof sums>[]> => {
  try {
    return z.array(sums).parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return [];
  }
};

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
export const openRunLog = async (options: RunLogOptions): Promise<RunLog> => {
  const { out, stepColumns, sourceNames, classes, resumedAt } = options;
  const file = path.join(out, METRICS);
  const columns = [
    ...['epoch', 'step', 'learningRate', ...stepColumns, 'imagesPerSecond', 'seconds'],
    ...sourceNames.flatMap((name) => [
      ...(['mAP', 'mAP50', 'mAR100'] as const).map((figure) => sourceColumn(name, figure)),
      ...classes.map((item) => classColumn(name, item)),
    ]),
  ];
  const rows = resumedAt === undefined ? [] : (await readMetrics(file)).filter((row) => (row.step ?? 0) <= resumedAt);
  let kept = resumedAt === undefined ? [] : (await readSums(path.join(out, SUMS))).filter((item) => item.step <= resumedAt);
  // Sums of an epoch that has its row already are done with.
  const begun = rows.at(-1)?.step === resumedAt ? undefined : kept.find((item) => item.step === resumedAt);
  const nothing = { count: 0, images: 0, seconds: 0 };
  let epoch = begun ?? { ...nothing, values: {} as Record<string, number> };
  const write = (): Promise<void> =>
    writeWhole(file, csvLine(columns) + rows.map((row) => csvLine(columns.map((name) => row[name] ?? ''))).join(''));
  await write();
  return {
    path: file,
    rows,
    step: (values, images, seconds) => {
      epoch = {
        count: epoch.count + 1,
        images: epoch.images + images,
        seconds: epoch.seconds + seconds,
        values: Object.fromEntries(stepColumns.map((name) => [name, (epoch.values[name] ?? 0) + (values[name] ?? 0)])),
      };
    },
    keep: (step) => {
      kept = [...kept.filter((item) => item.step !== step), { step, ...epoch }].slice(-KEPT_SUMS);
      return writeWhole(path.join(out, SUMS), JSON.stringify(kept));
    },
    epoch: async ({ figures, ...line }) => {
      const means = Object.fromEntries(stepColumns.map((name) => [name, rounded((epoch.values[name] ?? 0) / Math.max(1, epoch.count), 5)]));
      const pace = epoch.seconds > 0 ? { imagesPerSecond: rounded(epoch.images / epoch.seconds, 2) } : {};
      epoch = { ...nothing, values: {} };
      rows.push({
        ...{ epoch: line.epoch, step: line.step, learningRate: rounded(line.learningRate, 7), seconds: rounded(line.seconds, 1) },
        ...{ ...means, ...pace, ...figureCells(figures, classes) },
      });
      await write();
      const losses = stepColumns.filter((name) => name.endsWith('Loss')).map((name) => `${name.slice(0, -4)} loss ${means[name]}`);
      const found = figures.map((item) => `; ${item.name} mAP ${item.mAP.toFixed(3)}, mAP50 ${item.mAP50.toFixed(3)}`);
      return `${losses.join(', ')}${found.join('')}`;
    },
  };
};
