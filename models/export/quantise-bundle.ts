import { createHash } from 'node:crypto';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { type BundleCard, bundleCard } from '../../domain/bundle-card.ts';
import { FaultError } from '../../domain/fault.ts';
import type { CommandIo } from '../command-io.ts';
import { datasetFormat } from '../datasets/dataset-format.ts';
import type { LabelledField } from '../datasets/labelled-field.ts';
import { readDataset } from '../datasets/read-dataset.ts';
import { averagePrecision } from '../evaluate/average-precision.ts';
import { evaluateFields, scaleFromBoxes } from '../evaluate/evaluate-fields.ts';
import { openPictureDetector, readRgb } from '../evaluate/picture-detector.ts';
import { loadBundle } from '../runtime/bundle.ts';
import { readOnnxGraph } from '../runtime/graph/read-onnx-graph.ts';
import { resampleRgb } from '../runtime/resample.ts';
import { type CalibrationPicture, calibrate } from './calibrate.ts';
import { onnxFile } from './onnx-file.ts';
import { quantiseGraph } from './quantise.ts';

/** Options of `models quantise`, and of `export --int8`. */
export const quantiseOptions = z.strictObject({
  /** Name or folder of a bundle that `export` made. */
  bundle: z.string().min(1),
  data: z.string().min(1),
  format: datasetFormat,
  /** Fields that give the ranges: the training ones, never those that are measured. */
  split: z.string().min(1).default('train'),
  /** Fields on which the loss is measured. */
  measure: z.string().min(1).default('val'),
  /** At most this many fields give the ranges. */
  pictures: z.int().min(1).max(500).default(48),
  umPerPx: z.number().positive().max(10).optional(),
  /** Folder of the new bundle; the bundle itself where it is left out. */
  out: z.string().min(1).optional(),
});

export type QuantiseOptions = z.infer<typeof quantiseOptions>;

const INT8 = 'model.int8.onnx';
const BACKGROUND = 255;

/** Fields spread evenly over the list. */
const spread = <T>(items: readonly T[], count: number): T[] =>
  items.length <= count ? [...items] : Array.from({ length: count }, (_, at) => items[Math.floor((at * items.length) / count)]!);

/** Fields as the network takes them: at its scale, filled up to its multiple. */
async function* asInputs(fields: readonly LabelledField[], scale: number, multipleOf: number): AsyncGenerator<CalibrationPicture> {
  for (const { imagePath } of fields) {
    const scaled = resampleRgb(await readRgb(imagePath), scale);
    const widthPx = Math.ceil(scaled.widthPx / multipleOf) * multipleOf;
    const heightPx = Math.ceil(scaled.heightPx / multipleOf) * multipleOf;
    const data = new Uint8Array(widthPx * heightPx * 3).fill(BACKGROUND);
    for (let y = 0; y < scaled.heightPx; y++)
      data.set(scaled.data.subarray(y * scaled.widthPx * 3, (y + 1) * scaled.widthPx * 3), y * widthPx * 3);
    yield { data, widthPx, heightPx };
  }
}

type Judged = { readonly mAP: number; readonly mAP50: number; readonly mAR100: number; readonly ms: number };

const judge = async (
  network: string | Uint8Array,
  card: BundleCard,
  fields: readonly LabelledField[],
  umPerPx: number,
): Promise<Judged> => {
  await using detector = await openPictureDetector(network, card);
  const times: number[] = [];
  const images = await evaluateFields(detector, fields, umPerPx, (ms) => times.push(ms));
  const { mAP, mAP50, mAR100 } = averagePrecision(images, card.classes.length);
  times.sort((a, b) => a - b);
  return { mAP, mAP50, mAR100, ms: times[Math.floor(times.length / 2)] ?? 0 };
};

const short = (value: number): number => Number(value.toFixed(4));
const lineOf = (name: string, { mAP, mAP50, ms }: Judged): string =>
  `${name}: mAP ${mAP.toFixed(4)}, mAP50 ${mAP50.toFixed(4)}, ${ms.toFixed(1)} ms a field`;

/** What quantising made of a bundle. */
export type Quantised = { readonly card: BundleCard; readonly out: string; readonly full: Judged; readonly int8: Judged };

/**
 * Adds an 8-bit network to a bundle: ranges from `split`, its loss measured on `measure` and written into the card. The full network stays
 * what is served unless `--precision int8` asks for the other. Faults: `bundle`, `data`.
 */
export const quantiseBundle = async (options: QuantiseOptions, io: CommandIo): Promise<Quantised> => {
  const bundle = await loadBundle(options.bundle);
  const { card } = bundle;
  if (bundle.format.layout !== 'smearscope')
    throw new FaultError({
      kind: 'bundle',
      bundle: bundle.dir,
      what: 'made elsewhere, and not by export',
      remedy: 'quantise it where it was made',
    });
  const learnt = await readDataset(options.format, options.data, options.split, card.classes);
  const measured = await readDataset(options.format, options.data, options.measure, card.classes);
  const umPerPx = options.umPerPx ?? scaleFromBoxes(learnt, card.classes.indexOf('RBC'));
  if (umPerPx === undefined)
    throw new FaultError({ kind: 'data', path: options.data, what: 'no red cell to take the scale from', remedy: 'give --um-per-px' });
  const graph = await readOnnxGraph(bundle.networkPath);
  const fields = spread(learnt, options.pictures);
  io.progress(`looking at ${fields.length} fields for the ranges of ${card.name}'s maps`);
  const ranges = await calibrate(graph, asInputs(fields, umPerPx / card.umPerPx, card.input.multipleOf));
  const network = onnxFile(quantiseGraph(graph, ranges));
  const full = await judge(bundle.networkPath, card, measured, umPerPx);
  io.progress(lineOf('full', full));
  const int8 = await judge(network, card, measured, umPerPx);
  io.progress(lineOf('int8', int8));

  const out = path.resolve(options.out ?? bundle.dir);
  await mkdir(out, { recursive: true });
  if (out !== bundle.dir) for (const file of card.files) await copyFile(path.join(bundle.dir, file.path), path.join(out, file.path));
  await writeFile(path.join(out, INT8), network);
  const figures = ({ mAP, mAP50, mAR100 }: Judged) => ({ mAP: short(mAP), mAP50: short(mAP50), mAR100: short(mAR100) });
  const made: BundleCard = bundleCard.parse({
    ...card,
    reduced: [
      ...(card.reduced ?? []).filter(({ precision }) => precision !== 'int8'),
      {
        precision: 'int8',
        calibration: `${fields.length} fields of ${path.basename(options.data)}, ${options.split}`,
        data: path.basename(options.data),
        split: options.measure,
        images: measured.length,
        full: figures(full),
        reduced: figures(int8),
      },
    ],
    files: [
      ...card.files.filter((file) => file.path !== INT8),
      { path: INT8, sha256: createHash('sha256').update(network).digest('hex'), bytes: network.length },
    ],
  });
  await writeFile(path.join(out, 'card.json'), `${JSON.stringify(made, undefined, 2)}\n`);
  return { card: made, out, full, int8 };
};
