import { appendFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { StepReport } from './train-step.ts';

/** How well the held-out fields of one source are found. */
export type HeldOutFigure = { readonly name: string; readonly mAP: number; readonly mAP50: number };

export type EpochLine = {
  readonly epoch: number;
  readonly step: number;
  readonly learningRate: number;
  readonly seconds: number;
  readonly figures: readonly HeldOutFigure[];
};

/** Sums up the steps of an epoch, and writes one row for it to `metrics.csv`. */
export type RunLog = {
  step(report: StepReport): void;
  /** Closes the epoch; gives its line for the person who waits. */
  epoch(line: EpochLine): Promise<string>;
};

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

/** Opens the log in the run's folder; a resumed run's goes on. */
export const openRunLog = async (out: string, sourceNames: readonly string[], resume: boolean): Promise<RunLog> => {
  const file = path.join(out, 'metrics.csv');
  const columns = sourceNames.map((name) => `"${name} mAP","${name} mAP50"`);
  if (!resume) await writeFile(file, `${['epoch,step,learningRate,scoreLoss,boxLoss,gradientNorm,seconds', ...columns].join(',')}\n`);
  let reports: StepReport[] = [];
  return {
    step: (report) => void reports.push(report),
    epoch: async ({ epoch, step, learningRate, seconds, figures }) => {
      const mean = (of: (report: StepReport) => number): number =>
        rounded(reports.reduce((sum, report) => sum + of(report), 0) / Math.max(1, reports.length), 5);
      const means = [mean((report) => report.scoreLoss), mean((report) => report.boxLoss), mean((report) => report.gradientNorm)];
      reports = [];
      const cells = sourceNames
        .map((name) => figures.find((item) => item.name === name))
        .map((item) => (item ? `${rounded(item.mAP, 4)},${rounded(item.mAP50, 4)}` : ','));
      await appendFile(file, `${[epoch, step, rounded(learningRate, 7), ...means, rounded(seconds, 1), ...cells].join(',')}\n`);
      const found = figures.map((item) => `; ${item.name} mAP ${item.mAP.toFixed(3)}, mAP50 ${item.mAP50.toFixed(3)}`);
      return `scores ${means[0]}, boxes ${means[1]}${found.join('')}`;
    },
  };
};
