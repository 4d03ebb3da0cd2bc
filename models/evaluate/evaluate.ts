import path from 'node:path';
import { z } from 'zod';
import type { EvaluateDocument } from '../../domain/evaluate-document.ts';
import { FaultError } from '../../domain/fault.ts';
import type { CommandIo } from '../command-io.ts';
import { datasetFormat } from '../datasets/dataset-format.ts';
import type { LabelledField } from '../datasets/labelled-field.ts';
import { readDataset } from '../datasets/read-dataset.ts';
import { createProgress } from '../progress.ts';
import { loadBundle } from '../runtime/bundle.ts';
import { averagePrecision, type EvaluatedImage } from './average-precision.ts';
import { countCells, evaluateFields, median, scaleFromBoxes } from './evaluate-fields.ts';
import { writeEvaluationReport } from './evaluation-report.ts';
import { openForeignPictures } from './foreign-pictures.ts';
import { matchField } from './match-field.ts';
import { openPictureDetector } from './picture-detector.ts';
import { worstFields } from './worst-fields.ts';

/** Options of the command `evaluate`. */
export const evaluateOptions = z.strictObject({
  /** Name or folder of a bundle. */
  model: z.string().min(1),
  data: z.string().min(1),
  format: datasetFormat,
  split: z.string().min(1).default('test'),
  /** Micrometres for one pixel of the pictures; without it, from the size of the red cells' boxes. */
  umPerPx: z.number().positive().max(10).optional(),
  /** HTML file to write the report to. */
  report: z.string().min(1).optional(),
  /** How many of the worst fields to name, and to draw in the report. */
  worst: z.int().min(0).max(200).optional(),
});

export type EvaluateOptions = z.infer<typeof evaluateOptions>;

/** Fields drawn in a report where no number was asked for. */
const DRAWN = 8;

/** The fields with the most errors at the thresholds. */
const nameWorst = (
  images: readonly EvaluatedImage[],
  fields: readonly LabelledField[],
  thresholds: readonly number[],
  limit: number,
): EvaluateDocument['worst'] =>
  worstFields(
    images.map((image) => matchField(image, { thresholds })),
    limit,
  ).map(({ index, errors: _, ...tally }) => ({ field: fields[index]!.name, ...tally }));

/** Measures a bundle on a folder of labelled fields, through ONNX Runtime on the CPU. Faults: `bundle`, `data`. */
export const runEvaluate = async (options: EvaluateOptions, io: CommandIo): Promise<EvaluateDocument> => {
  const bundle = await loadBundle(options.model);
  const { card } = bundle;
  const fields = await readDataset(options.format, options.data, options.split, card.classes);
  const umPerPx = options.umPerPx ?? scaleFromBoxes(fields, card.classes.indexOf('RBC'));
  if (umPerPx === undefined)
    throw new FaultError({ kind: 'data', path: options.data, what: 'no red cell to take the scale from', remedy: 'give --um-per-px' });
  await using detector =
    bundle.format.layout === 'smearscope'
      ? await openPictureDetector(bundle.networkPath, card)
      : await openForeignPictures(bundle.networkPath, card, bundle.format);
  const times: number[] = [];
  const progress = createProgress(io, 'field');
  const images = await evaluateFields(detector, fields, umPerPx, (ms) => {
    times.push(ms);
    progress.at(times.length, fields.length);
  });
  progress.end();
  const precision = averagePrecision(images, card.classes.length);
  const counts = countCells(images, card.thresholds.score);
  if (options.report !== undefined)
    await writeEvaluationReport({
      ...{ file: options.report, card, fields, images, precision, worst: options.worst ?? DRAWN, atMs: io.nowMs() },
      on: `${path.basename(path.resolve(options.data))} (${options.split})`,
      facts: [
        ['Command', io.command],
        [
          'Scale of the pictures',
          `${umPerPx.toFixed(4)} µm a pixel, ${options.umPerPx === undefined ? 'from the red cells’ boxes' : 'given'}`,
        ],
        ['Engine', `onnx:cpu, ${(times.reduce((sum, ms) => sum + ms, 0) / times.length).toFixed(1)} ms a field`],
      ],
    });
  return {
    schema: 'smearscope.evaluate/1',
    model: { name: card.name, version: card.version },
    data: options.data,
    split: options.split,
    engine: 'onnx:cpu',
    images: images.length,
    umPerPx,
    umPerPxFrom: options.umPerPx === undefined ? 'boxes' : 'given',
    mAP: precision.mAP,
    mAP50: precision.mAP50,
    mAR100: precision.mAR100,
    perClass: Object.fromEntries(
      precision.perClass.flatMap((item, index) =>
        item === undefined ? [] : [[card.classes[index]!, { AP: item.AP, AP50: item.AP50, truth: item.truth }]],
      ),
    ),
    count: Object.fromEntries(counts.map((item, index) => [card.classes[index]!, item])),
    msPerImage: median(times) ?? 0,
    ...(options.worst === undefined ? {} : { worst: nameWorst(images, fields, card.thresholds.score, options.worst) }),
    ...(options.report === undefined ? {} : { report: options.report }),
  };
};
