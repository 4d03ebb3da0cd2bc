import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { clockText } from '../progress.ts';
import { type EpochEnd, openEpochTable, rounded } from '../train/report/epoch-table.ts';
import type { RunRecord } from '../train/run-record.ts';
import { classifyPage, type JudgedKinds, recallColumn } from './classify-page.ts';
import type { ClassifyRecipe } from './classify-recipe.ts';

/** Writes down how a run goes: `train_metrics.csv` and `report.html`. */
export type ClassifyRecorder = {
  readonly files: { readonly report: string; readonly metrics: string };
  step(values: Readonly<Record<string, number>>, images: number, seconds: number): void;
  /** Before a checkpoint within an epoch. */
  keep(step: number): Promise<void>;
  /** Closes an epoch, judged or not; gives its line for the person who waits. */
  epoch(end: EpochEnd, judged: JudgedKinds | undefined): Promise<string>;
  finish(state: string): Promise<void>;
};

export type ClassifyRecorderOptions = {
  readonly out: string;
  readonly recipe: ClassifyRecipe;
  readonly record: RunRecord;
  /** Cells held out of all sources. */
  readonly heldOut: number;
  readonly resumedAt?: number | undefined;
  /** Hears what could not be written: a record that fails is no reason to lose a training. */
  readonly onTrouble: (line: string) => void;
};

/** Opens the record of a run; a resumed run's goes on where its checkpoint was written. */
export const openClassifyRecorder = async (options: ClassifyRecorderOptions): Promise<ClassifyRecorder> => {
  const { out, recipe, record, heldOut, resumedAt, onTrouble } = options;
  const figureColumns = ['accuracy', 'balancedAccuracy', ...recipe.kinds.map(({ id }) => recallColumn(id))];
  const table = await openEpochTable({ out, file: 'train_metrics.csv', stepColumns: ['loss', 'gradientNorm'], figureColumns, resumedAt });
  const report = path.join(out, 'report.html');

  const attempt = async <Result>(what: string, action: () => Promise<Result>): Promise<Result | undefined> => {
    try {
      return await action();
    } catch (error) {
      onTrouble(`${what} could not be written: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  };

  let latest: JudgedKinds | undefined;
  let at: EpochEnd | undefined;
  const writeReport = async (state: string, isOver: boolean): Promise<void> => {
    const { data, ...rest } = recipe;
    const page = classifyPage({
      ...{ title: recipe.name, kind: 'Training run', state, isOver, kinds: recipe.kinds, rows: table.rows, judged: latest },
      facts: [
        ['Command', record.command],
        ['Commit', record.commit],
        ['Computed by', record.backend],
        ...(record.machine === undefined ? [] : [['Machine', record.machine] as const]),
        ['Begun', `${record.startedAt.slice(0, 16).replace('T', ' ')} UTC`],
        ...(at === undefined ? [] : [['Trained', `${clockText(at.seconds)}, ${at.step} steps`] as const]),
      ],
      recipe: { ...rest, kinds: recipe.kinds.map(({ id }) => id) },
      data: data.map(({ name, source, licence }) => ({
        ...{ name, source, licence },
        note: `${record.fields[name] ?? 0} cells trained on, ${heldOut} held out${data.length > 1 ? ' of all sets' : ''}`,
      })),
    });
    await writeFile(`${report}.part`, page);
    await rename(`${report}.part`, report);
  };

  return {
    files: { report, metrics: table.path },
    step: table.step,
    keep: async (step) => void (await attempt('the sums of the epoch', () => table.keep(step))),
    epoch: async (end, judged) => {
      at = end;
      const figures =
        judged === undefined
          ? {}
          : {
              accuracy: rounded(judged.accuracy, 4),
              balancedAccuracy: rounded(judged.balancedAccuracy, 4),
              ...Object.fromEntries(recipe.kinds.map(({ id }, kind) => [recallColumn(id), rounded(judged.perKind[kind]!.recall, 4)])),
            };
      const { loss } = (await attempt('metrics', () => table.close(end, figures))) ?? {};
      latest = judged ?? latest;
      if (judged !== undefined)
        await attempt('the report', () => writeReport(`Epoch ${end.epoch}, ${clockText(end.seconds)} so far`, false));
      const accuracy =
        judged === undefined ? [] : [`accuracy ${judged.accuracy.toFixed(4)}`, `balanced ${judged.balancedAccuracy.toFixed(4)}`];
      return [`loss ${loss?.toFixed(4) ?? '?'}`, ...accuracy].join(', ');
    },
    finish: async (state) => void (await attempt('the report', () => writeReport(state, true))),
  };
};
