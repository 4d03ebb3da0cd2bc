import { rename, writeFile } from 'node:fs/promises';
import type { BundleCard } from '../../domain/bundle-card.ts';
import { FaultError } from '../../domain/fault.ts';
import type { LabelledField } from '../datasets/labelled-field.ts';
import { machineLine } from '../train/report/machine.ts';
import { reportPage } from '../train/report/report-page.ts';
import { findingsOf, type ReportField } from '../train/report/source-findings.ts';
import type { EvaluatedImage, Precision } from './average-precision.ts';
import { readRgb } from './picture-detector.ts';

export type EvaluationReport = {
  /** HTML file to write. */
  readonly file: string;
  readonly card: BundleCard;
  /** What it was judged on, in words, and the fields with what was found in them. */
  readonly on: string;
  readonly fields: readonly LabelledField[];
  readonly images: readonly EvaluatedImage[];
  readonly precision: Precision;
  /** How many of the worst fields to draw. */
  readonly worst: number;
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly atMs: number;
};

const reportField = (field: LabelledField): ReportField => ({
  name: field.name,
  widthPx: field.widthPx,
  heightPx: field.heightPx,
  picture: () => readRgb(field.imagePath),
});

/** Writes the page of an evaluation. Faults: `data` where the file cannot be written. */
export const writeEvaluationReport = async (report: EvaluationReport): Promise<void> => {
  const { card, file } = report;
  const { score } = card.thresholds;
  const source = { name: report.on, images: report.images, fields: report.fields.map(reportField), precision: report.precision };
  const page = await reportPage({
    title: `${card.name} ${card.version}`,
    kind: 'Evaluation',
    state: `Judged on ${report.on} on ${new Date(report.atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    isOver: true,
    classes: card.classes,
    thresholds: score,
    thresholdsFrom: 'from the bundle’s card',
    sources: [findingsOf(source, score, report.worst)],
    facts: [
      ...report.facts,
      ['Architecture', `${card.architecture}, ${card.parameters} weights`],
      ['Trained by', card.training.command],
      ['Trained with', `${card.training.backend}, commit ${card.training.commit}, finished ${card.training.finishedAt.slice(0, 10)}`],
      ['Licence', card.licence],
      ['Machine', machineLine()],
    ],
    data: card.training.data.map((item) => ({ ...item, note: `${item.fields} trained on` })),
  });
  try {
    await writeFile(`${file}.part`, page);
    await rename(`${file}.part`, file);
  } catch (cause) {
    throw new FaultError(
      { kind: 'data', path: file, what: 'the report cannot be written', remedy: 'check the folder, its rights and the free space' },
      { cause },
    );
  }
};
