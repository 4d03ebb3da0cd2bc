import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { EvaluatedImage, Precision } from '../../evaluate/average-precision.ts';
import { chooseThresholds } from '../../export/choose-thresholds.ts';
import type { LoadedSource } from '../load-training-data.ts';
import type { Picture } from '../picture.ts';
import type { RunRecord } from '../run-record.ts';
import type { TrainRecipe } from '../train-options.ts';
import { type EventFile, openEventFile } from './event-file.ts';
import { bestEpoch } from './learning-curves.ts';
import { reportPage } from './report-page.ts';
import { figureValues, pictureValues, stepValues } from './run-events.ts';
import { openRunLog } from './run-log.ts';
import { findingsOf, type JudgedSource, type ReportField, type SourceFindings } from './source-findings.ts';

/** What was found in the held-out fields of one source, in their order. */
export type JudgedFields = { readonly name: string; readonly images: readonly EvaluatedImage[]; readonly precision: Precision };

export type RecordedEpoch = {
  readonly epoch: number;
  readonly step: number;
  /** Epochs and steps that the run is to have. */
  readonly epochs: number;
  readonly learningRate: number;
  /** Trained so far, over all parts of the run. */
  readonly seconds: number;
  /** One for each source with held-out fields; empty where they were not judged. */
  readonly judged: readonly JudgedFields[];
};

/** Writes down what a run does: `metrics.csv`, TensorBoard events and `report.html`, all in its folder. */
export type RunRecorder = AsyncDisposable & {
  readonly files: { readonly report: string; readonly metrics: string; readonly events: string | undefined };
  /** Takes in a step: its losses and norm, what it showed, the seconds it took. */
  step(
    step: number,
    values: Readonly<Record<string, number>>,
    more: { learningRate: number; images: number; seconds: number },
  ): Promise<void>;
  /** Keeps what an unfinished epoch has come to. Call it before the checkpoint of that step is written. */
  keep(step: number): Promise<void>;
  /** Closes an epoch and, where fields were judged, writes the report anew; gives the epoch's line for the person who waits. */
  epoch(epoch: RecordedEpoch): Promise<string>;
  /** Says in the report how the run ended. */
  finish(state: string): Promise<void>;
};

export type RunRecorderOptions = {
  readonly out: string;
  readonly recipe: TrainRecipe;
  readonly record: RunRecord;
  readonly sources: readonly LoadedSource[];
  /** Names of the values of a step, in the order of their columns; those that end in `Loss` are parts of the loss. */
  readonly stepColumns: readonly string[];
  /** Steps done by the checkpoint that the run goes on from. */
  readonly resumedAt?: number | undefined;
  readonly nowMs: () => number;
  /** Hears what could not be written: a record that fails is no reason to lose a training. */
  readonly onTrouble: (line: string) => void;
};

const REPORT = 'report.html';
const EVENTS = 'events';
/** Steps between two events. */
const EVENT_EVERY = 5;
/** Worst fields drawn of each source. */
const DRAWN = 4;

const reportField = (picture: Picture): ReportField => ({
  name: picture.name,
  widthPx: picture.base.widthPx,
  heightPx: picture.base.heightPx,
  unlabelled: picture.unlabelled,
  picture: async () => picture.fine,
});

/** Thresholds as an export would choose them, from the fields held out: of sources with complete labels where there are any. */
const thresholdsFrom = (sources: readonly JudgedSource[], complete: readonly string[], classes: number): number[] => {
  const telling = sources.filter((source) => complete.includes(source.name));
  const counted = (telling.length > 0 ? telling : sources).flatMap(({ images, fields }) =>
    images.map((image, i) => ({ ...image, widthPx: fields[i]!.widthPx, heightPx: fields[i]!.heightPx })),
  );
  return chooseThresholds(counted, classes);
};

const duration = (seconds: number): string =>
  seconds < 5400 ? `${Math.round(seconds / 60)} minutes` : `${(seconds / 3600).toFixed(1)} hours`;

/** Opens the record of a run; a resumed run's goes on where its checkpoint was written. */
export const openRunRecorder = async (options: RunRecorderOptions): Promise<RunRecorder> => {
  const { out, recipe, record, sources, stepColumns, resumedAt, nowMs, onTrouble } = options;
  const { classes } = recipe;
  const heldOut = sources.filter((item) => item.validate.length > 0);
  const sourceNames = heldOut.map((item) => item.source.name);
  const fields = new Map(heldOut.map((item) => [item.source.name, item.validate.map(reportField)]));
  const complete = heldOut.flatMap(({ source }) => (source.complete ? [source.name] : []));
  const log = await openRunLog({ out, stepColumns, sourceNames, classes, resumedAt });
  const report = path.join(out, REPORT);

  const attempt = async <Result>(what: string, action: () => Promise<Result>): Promise<Result | undefined> => {
    try {
      return await action();
    } catch (error) {
      onTrouble(`${what} could not be written: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  };
  const events: EventFile | undefined = await attempt('TensorBoard events', () =>
    openEventFile({ dir: path.join(out, EVENTS), afterStep: resumedAt ?? 0, nowMs }),
  );

  let latest:
    | { readonly findings: readonly SourceFindings[]; readonly thresholds: readonly number[]; readonly epoch: RecordedEpoch }
    | undefined;
  const writeReport = async (state: string, isOver: boolean): Promise<void> => {
    if (latest === undefined) return;
    const { findings, thresholds, epoch } = latest;
    const history = { rows: log.rows, sourceNames, classes, lossColumns: stepColumns.filter((name) => name.endsWith('Loss')) };
    const best = bestEpoch(history);
    const page = await reportPage({
      title: recipe.name,
      kind: 'Training run',
      state,
      isOver,
      classes,
      thresholds,
      thresholdsFrom: `where counts balance on the held-out fields, for the weights of epoch ${epoch.epoch}`,
      history,
      sources: findings,
      facts: [
        ['Command', record.command],
        ['Commit', record.commit],
        ['Computed by', record.backend],
        ...(record.machine === undefined ? [] : [['Machine', record.machine] as const]),
        ['Begun', `${record.startedAt.slice(0, 16).replace('T', ' ')} UTC`],
        ['Trained', `${duration(epoch.seconds)}, ${epoch.step} steps`],
        [
          'Judged here',
          `weights of epoch ${epoch.epoch}${best === undefined || best === epoch.epoch ? ', the best' : `; the best were those of epoch ${best}`}`,
        ],
      ],
      recipe: Object.fromEntries(Object.entries(recipe).filter(([key]) => key !== 'data')),
      data: sources.map(({ source, train, validate }) => ({
        ...{ name: source.name, source: source.source, licence: source.licence },
        note: `${train.length} trained on, ${validate.length} held out`,
      })),
    });
    await writeFile(`${report}.part`, page);
    await rename(`${report}.part`, report);
  };

  return {
    files: { report, metrics: log.path, events: events?.path },
    step: async (step, values, { learningRate, images, seconds }) => {
      log.step(values, images, seconds);
      if (step % EVENT_EVERY === 0) await attempt('TensorBoard events', async () => events?.write(step, stepValues(values, learningRate)));
    },
    keep: async (step) => void (await attempt('the sums of the epoch', () => log.keep(step))),
    epoch: async (epoch) => {
      const { judged } = epoch;
      const figures = judged.map(({ name, precision }) => ({ name, ...precision }));
      const text = await attempt('metrics', () => log.epoch({ ...epoch, figures }));
      if (judged.length > 0) {
        const seen = judged.map((item): JudgedSource => ({ ...item, fields: fields.get(item.name) ?? [] }));
        const thresholds = thresholdsFrom(seen, complete, classes.length);
        latest = { findings: seen.map((item) => findingsOf(item, thresholds, DRAWN)), thresholds, epoch };
        await attempt('TensorBoard events', async () => {
          const pictures = await Promise.all(seen.map((item) => pictureValues(item, thresholds)));
          await events?.write(epoch.step, [...figureValues(figures, classes), ...pictures.flat()]);
        });
        await attempt('the report', () => writeReport(`Epoch ${epoch.epoch} of ${epoch.epochs}, ${duration(epoch.seconds)} so far`, false));
      }
      return text ?? '';
    },
    finish: async (state) => void (await attempt('the report', () => writeReport(state, true))),
    [Symbol.asyncDispose]: async () => events?.[Symbol.asyncDispose](),
  };
};
