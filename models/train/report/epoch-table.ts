import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { csvLine, csvRows } from './csv-rows.ts';

/** A row by its columns' names; what was not measured is left out. */
export type MetricsRow = Readonly<Partial<Record<string, number>>> & { readonly epoch?: number; readonly step?: number };

export type EpochEnd = { readonly epoch: number; readonly step: number; readonly learningRate: number; readonly seconds: number };

/** Sums up the steps of an epoch, and writes one row for it. */
export type EpochTable = {
  readonly path: string;
  /** Every row so far, those from before a resume included. */
  readonly rows: readonly MetricsRow[];
  /** Takes in a step: its values by their columns' names, the pictures it showed, and the seconds it took. */
  step(values: Readonly<Record<string, number>>, images: number, seconds: number): void;
  /** Keeps the sums of the epoch so far for a run that is resumed from this step. Call it before the checkpoint is written. */
  keep(step: number): Promise<void>;
  /** Closes the epoch with what its judgement measured; gives the means of its steps. */
  close(end: EpochEnd, figures: MetricsRow): Promise<Readonly<Record<string, number>>>;
};

export type EpochTableOptions = {
  readonly out: string;
  /** Name of the file. */
  readonly file: string;
  /** What `step` is given, in the order of the columns. */
  readonly stepColumns: readonly string[];
  /** What `close` is given. */
  readonly figureColumns: readonly string[];
  /** Steps done by the checkpoint that the run goes on from: rows of later ones are cut off. A new run starts an empty file. */
  readonly resumedAt?: number | undefined;
};

/** Sums of a part of an epoch, as many of them as there may be checkpoints to go on from. */
const sums = z.strictObject({
  step: z.int(),
  count: z.int(),
  images: z.int(),
  seconds: z.number(),
  values: z.record(z.string(), z.number()),
});
const KEPT_SUMS = 8;

export const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

const writeWhole = async (file: string, text: string): Promise<void> => {
  await writeFile(`${file}.part`, text);
  await rename(`${file}.part`, file);
};

/** The rows of such a file; none where there is no such file. */
const readRows = async (file: string): Promise<MetricsRow[]> => {
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

/** Opens the table in the run's folder; a resumed run's goes on where its checkpoint was written. */
export const openEpochTable = async ({ out, file, stepColumns, figureColumns, resumedAt }: EpochTableOptions): Promise<EpochTable> => {
  const whole = path.join(out, file);
  const part = path.join(out, `${path.parse(file).name}.part.json`);
  const columns = [...['epoch', 'step', 'learningRate', ...stepColumns, 'imagesPerSecond', 'seconds'], ...figureColumns];
  const rows = resumedAt === undefined ? [] : (await readRows(whole)).filter((row) => (row.step ?? 0) <= resumedAt);
  let kept = resumedAt === undefined ? [] : (await readSums(part)).filter((item) => item.step <= resumedAt);
  // Sums of an epoch that has its row already are done with.
  const begun = rows.at(-1)?.step === resumedAt ? undefined : kept.find((item) => item.step === resumedAt);
  const nothing = { count: 0, images: 0, seconds: 0 };
  let epoch = begun ?? { ...nothing, values: {} as Record<string, number> };
  const write = (): Promise<void> =>
    writeWhole(whole, csvLine(columns) + rows.map((row) => csvLine(columns.map((name) => row[name] ?? ''))).join(''));
  await write();
  return {
    path: whole,
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
      return writeWhole(part, JSON.stringify(kept));
    },
    close: async (end, figures) => {
      const means = Object.fromEntries(stepColumns.map((name) => [name, rounded((epoch.values[name] ?? 0) / Math.max(1, epoch.count), 5)]));
      const pace = epoch.seconds > 0 ? { imagesPerSecond: rounded(epoch.images / epoch.seconds, 2) } : {};
      epoch = { ...nothing, values: {} };
      rows.push({
        ...{ epoch: end.epoch, step: end.step, learningRate: rounded(end.learningRate, 7), seconds: rounded(end.seconds, 1) },
        ...{ ...means, ...pace, ...figures },
      });
      await write();
      return means;
    },
  };
};
