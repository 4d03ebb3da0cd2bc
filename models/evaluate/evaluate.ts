import { z } from 'zod';
import type { EvaluateDocument } from '../../domain/evaluate-document.ts';
import { FaultError } from '../../domain/fault.ts';
import type { CommandIo } from '../command-io.ts';
import { datasetFormat } from '../datasets/dataset-format.ts';
import { readDataset } from '../datasets/read-dataset.ts';
import { loadBundle } from '../runtime/bundle.ts';
import { averagePrecision } from './average-precision.ts';
import { countCells, evaluateFields, scaleFromBoxes } from './evaluate-fields.ts';
import { openPictureDetector } from './picture-detector.ts';

/** Options of the command `evaluate`. */
export const evaluateOptions = z.strictObject({
  /** Name or folder of a bundle. */
  model: z.string().min(1),
  data: z.string().min(1),
  format: datasetFormat,
  split: z.string().min(1).default('test'),
  /** Micrometres for one pixel of the pictures; without it, from the size of the red cells' boxes. */
  umPerPx: z.number().positive().max(10).optional(),
});

export type EvaluateOptions = z.infer<typeof evaluateOptions>;

const PROGRESS_EVERY = 25;

/** Measures a bundle on a folder of labelled fields, through ONNX Runtime on the CPU. Faults: `bundle`, `data`. */
export const runEvaluate = async (options: EvaluateOptions, io: CommandIo): Promise<EvaluateDocument> => {
  const bundle = await loadBundle(options.model);
  const { card } = bundle;
  const fields = await readDataset(options.format, options.data, options.split, card.classes);
  const umPerPx = options.umPerPx ?? scaleFromBoxes(fields, card.classes.indexOf('RBC'));
  if (umPerPx === undefined)
    throw new FaultError({ kind: 'data', path: options.data, what: 'no red cell to take the scale from', remedy: 'give --um-per-px' });
  await using detector = await openPictureDetector(bundle.networkPath, card);
  const times: number[] = [];
  const images = await evaluateFields(detector, fields, umPerPx, (ms) => {
    times.push(ms);
    if (times.length % PROGRESS_EVERY === 0) io.progress(`${times.length} of ${fields.length} fields`);
  });
  const precision = averagePrecision(images, card.classes.length);
  const counts = countCells(images, card.thresholds.score);
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
    msPerImage: times.reduce((sum, ms) => sum + ms, 0) / times.length,
  };
};
