import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { clockText } from '../progress.ts';
import { type EpochEnd, openEpochTable, rounded } from '../train/report/epoch-table.ts';
import type { RunRecord } from '../train/run-record.ts';
import { contactSheet, type DrawnExample } from './draw-planes.ts';
import type { SegmentData } from './load-segment-data.ts';
import { type JudgedPlanes, PLANE_FIGURES, planeColumn, segmentPage } from './segment-page.ts';
import type { SegmentRecipe } from './segment-recipe.ts';

export type SegmentEpoch = EpochEnd & {
  readonly epochs: number;
  /** Empty where the epoch was not judged. */
  readonly judged: readonly JudgedPlanes[];
  readonly examples: readonly DrawnExample[];
};

/** Writes down how a run goes: `train_metrics.csv`, `report.html`, and `pictures/` of chosen fields. */
export type SegmentRecorder = {
  readonly files: { readonly report: string; readonly metrics: string };
  step(values: Readonly<Record<string, number>>, images: number, seconds: number): void;
  /** Before a checkpoint within an epoch. */
  keep(step: number): Promise<void>;
  /** Closes an epoch; gives its line for the person who waits. */
  epoch(epoch: SegmentEpoch): Promise<string>;
  finish(state: string): Promise<void>;
};

export type SegmentRecorderOptions = {
  readonly out: string;
  readonly recipe: SegmentRecipe;
  readonly record: RunRecord;
  readonly data: readonly SegmentData[];
  readonly resumedAt?: number | undefined;
  /** Hears what could not be written: a record that fails is no reason to lose a training. */
  readonly onTrouble: (line: string) => void;
};

const STEP_COLUMNS = ['loss', 'gradientNorm'];
const METRICS = 'train_metrics.csv';
const REPORT = 'report.html';
const PICTURES = 'pictures';

/** Opens the record of a run; a resumed run's goes on where its checkpoint was written. */
export const openSegmentRecorder = async (options: SegmentRecorderOptions): Promise<SegmentRecorder> => {
  const { out, recipe, record, data, resumedAt, onTrouble } = options;
  const names = data.filter(({ validate }) => validate.length > 0).map(({ source }) => source.name);
  const figureColumns = names.flatMap((name) =>
    recipe.planes.flatMap((plane) => PLANE_FIGURES.map(([figure]) => planeColumn(name, plane, figure))),
  );
  const table = await openEpochTable({ out, file: METRICS, stepColumns: STEP_COLUMNS, figureColumns, resumedAt });
  const report = path.join(out, REPORT);
  await mkdir(path.join(out, PICTURES), { recursive: true });

  const attempt = async <Result>(what: string, action: () => Promise<Result>): Promise<Result | undefined> => {
    try {
      return await action();
    } catch (error) {
      onTrouble(`${what} could not be written: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  };

  /** The epoch with the best mean dice. */
  const bestEpoch = (): number | undefined => {
    let best: { epoch: number; mean: number } | undefined;
    for (const row of table.rows) {
      const values = names.flatMap((name) => recipe.planes.flatMap((plane) => row[planeColumn(name, plane, 'dice')] ?? []));
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      if (values.length > 0 && mean > (best?.mean ?? -1)) best = { epoch: row.epoch ?? 0, mean };
    }
    return best?.epoch;
  };

  let latest: { readonly epoch: SegmentEpoch; readonly png?: Buffer | undefined } | undefined;
  const writeReport = async (state: string, isOver: boolean): Promise<void> => {
    if (latest === undefined) return;
    const { epoch, png } = latest;
    const page = segmentPage({
      ...{ title: recipe.name, kind: 'Training run', state, isOver, planes: recipe.planes, rows: table.rows, judged: epoch.judged },
      best: bestEpoch(),
      ...(png === undefined
        ? {}
        : {
            examples: {
              png,
              text: `Epoch ${epoch.epoch}: ${epoch.examples.map(({ name }) => name).join(', ')}; each as it is, as labelled, as found.`,
            },
          }),
      facts: [
        ['Command', record.command],
        ['Commit', record.commit],
        ['Computed by', record.backend],
        ...(record.machine === undefined ? [] : [['Machine', record.machine] as const]),
        ['Begun', `${record.startedAt.slice(0, 16).replace('T', ' ')} UTC`],
        ['Trained', `${clockText(epoch.seconds)}, ${epoch.step} steps`],
      ],
      recipe: Object.fromEntries(Object.entries(recipe).filter(([key]) => key !== 'data')),
      data: data.map(({ source, train, validate }) => ({
        ...{ name: source.name, source: source.source, licence: source.licence },
        note: `${train.length} trained on, ${validate.length} held out`,
      })),
    });
    await writeFile(`${report}.part`, page);
    await rename(`${report}.part`, report);
  };

  return {
    files: { report, metrics: table.path },
    step: table.step,
    keep: async (step) => void (await attempt('the sums of the epoch', () => table.keep(step))),
    epoch: async (epoch) => {
      const figures = Object.fromEntries(
        epoch.judged.flatMap(({ name, scores }) =>
          scores.flatMap((plane, i) =>
            PLANE_FIGURES.map(([figure]) => [planeColumn(name, recipe.planes[i]!, figure), rounded(plane[figure], 4)] as const),
          ),
        ),
      );
      const { loss } = (await attempt('metrics', () => table.close(epoch, figures))) ?? {};
      if (epoch.judged.length > 0) {
        const png = epoch.examples.length === 0 ? undefined : await contactSheet(epoch.examples);
        latest = { epoch, png };
        const file = path.join(out, PICTURES, `epoch-${String(epoch.epoch).padStart(4, '0')}.png`);
        if (png !== undefined) await attempt('the picture', () => writeFile(file, png));
        await attempt('the report', () =>
          writeReport(`Epoch ${epoch.epoch} of ${epoch.epochs}, ${clockText(epoch.seconds)} so far`, false),
        );
      }
      const dice = epoch.judged.map(({ name, scores }) => `${name} ${scores.map((plane) => plane.dice.toFixed(4)).join(' ')}`);
      return [`loss ${loss?.toFixed(4) ?? '?'}`, ...(dice.length === 0 ? [] : [`dice ${dice.join(', ')}`])].join(', ');
    },
    finish: async (state) => void (await attempt('the report', () => writeReport(state, true))),
  };
};
