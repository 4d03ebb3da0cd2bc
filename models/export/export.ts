import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { type BundleCard, bundleCard, type measuredMetrics } from '../../domain/bundle-card.ts';
import { FaultError } from '../../domain/fault.ts';
import { detectorNamed } from '../architectures/detector.ts';
import { foldParameters, parameterLayout } from '../architectures/parameters.ts';
import type { CommandIo } from '../command-io.ts';
import { readDataset, testNames } from '../datasets/read-dataset.ts';
import { averagePrecision } from '../evaluate/average-precision.ts';
import { countCells, evaluateFields } from '../evaluate/evaluate-fields.ts';
import { type DetectorCard, openPictureDetector, type PictureDetector } from '../evaluate/picture-detector.ts';
import { loadBundle } from '../runtime/bundle.ts';
import { loadTensorFlow } from '../tensorflow.ts';
import { readCheckpoint } from '../train/checkpoint.ts';
import { readRunRecord } from '../train/run-record.ts';
import { RECIPE, type TrainingSource, type TrainRecipe, trainRecipe } from '../train/train-options.ts';
import { allowsAnyUse } from './allows-any-use.ts';
import { type CountedImage, chooseThresholds } from './choose-thresholds.ts';
import { detectorOnnx } from './detector-onnx.ts';
import { onnxFile } from './onnx-file.ts';
import { proveParity } from './parity.ts';
import { WEIGHTS_BIN, WEIGHTS_JSON, weightsFiles } from './weights-file.ts';

/** Options of the command `export`. */
export const exportOptions = z.strictObject({
  /** Folder of a training run. */
  run: z.string().min(1),
  checkpoint: z.enum(['best', 'newest']).default('best'),
  /** Folder the recipe's data lies in: held-out fields choose the thresholds, test fields are measured for the card. */
  dataRoot: z.string().min(1),
  /** Folder of the bundle. */
  out: z.string().min(1),
  version: z.string().min(1).max(40),
  /** Bundle whose thresholds stay for classes that the run's fields do not label. */
  base: z.string().min(1).optional(),
  /** Score thresholds by class that were chosen already; else the held-out fields choose them. */
  thresholds: z.array(z.number().min(0).max(1)).optional(),
});

export type ExportOptions = z.infer<typeof exportOptions>;

const NMS_IOU = 0.6;
/** A tile holds a field of 640 × 480 at 0.072 µm/px well; the overlap holds the largest white cell. */
const TILE_UM = 57.6;
const OVERLAP_UM = 18.4;

const readRecipe = async (run: string): Promise<TrainRecipe> => {
  const file = path.join(run, RECIPE);
  try {
    return trainRecipe.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new FaultError(
      { kind: 'data', path: file, what: 'no recipe of a training run', remedy: 'give the --out folder of `train`' },
      { cause },
    );
  }
};

type Measured = { readonly name: string; readonly split: string; readonly images: readonly CountedImage[] };

/** Runs the detector over splits of a source. */
const measure = async (
  detector: PictureDetector,
  recipe: TrainRecipe,
  dataRoot: string,
  source: TrainingSource,
  splits: readonly string[],
): Promise<Measured[]> => {
  const measured: Measured[] = [];
  for (const split of splits) {
    const fields = await readDataset(source.format, path.resolve(dataRoot, source.dir), split, recipe.classes);
    const images = await evaluateFields(detector, fields, source.umPerPx);
    measured.push({
      name: source.name,
      split,
      images: images.map((image, i) => ({ ...image, widthPx: fields[i]!.widthPx, heightPx: fields[i]!.heightPx })),
    });
  }
  return measured;
};

const metricsOf = (measured: Measured, classes: number): z.infer<typeof measuredMetrics> => {
  const { mAP, mAP50, mAR100 } = averagePrecision(measured.images, classes);
  const short = (value: number): number => Number(value.toFixed(4));
  return {
    data: measured.name,
    split: measured.split,
    images: measured.images.length,
    mAP: short(mAP),
    mAP50: short(mAP50),
    mAR100: short(mAR100),
  };
};

const countLine = (measured: Measured, classes: readonly string[], thresholds: readonly number[]): string =>
  countCells(measured.images, thresholds)
    .map((item, index) => `${classes[index]} ${item.counted} of ${item.truth}`)
    .join(', ');

/** Thresholds of the bundle that the training started from, where it has the same classes. */
const knownThresholds = async (base: string | undefined, classes: readonly string[]): Promise<readonly number[]> => {
  if (base === undefined) return [];
  const { card } = await loadBundle(base);
  return String(card.classes) === String(classes) ? card.thresholds.score : [];
};

/**
 * Makes a bundle from a run: folds, writes ONNX, proves that it computes what TensorFlow does, chooses the thresholds on the completely
 * labelled fields that were held out, measures held-out and test splits, writes the card last. Faults: `data`, `engine`.
 */
export const runExport = async (options: ExportOptions, io: CommandIo): Promise<BundleCard> => {
  const recipe = await readRecipe(options.run);
  const record = await readRunRecord(options.run);
  const definition = detectorNamed(recipe.architecture, recipe.classes.length);
  const layout = parameterLayout(definition);
  const state = await readCheckpoint(options.run, options.checkpoint, definition.name, layout);
  const convs = foldParameters(definition, state.average);
  const onnx = onnxFile(detectorOnnx(definition, convs));
  const { tf } = await loadTensorFlow();
  const parity = await proveParity(tf, definition, convs, onnx);
  io.progress(
    `ONNX agrees with TensorFlow: boxes within ${parity.boxPx.toExponential(1)} px, scores within ${parity.score.toExponential(1)}`,
  );

  const detecting: DetectorCard = {
    classes: recipe.classes,
    umPerPx: recipe.umPerPx,
    input: { multipleOf: definition.multipleOf },
    thresholds: { nmsIou: NMS_IOU },
  };
  await using detector = await openPictureDetector(onnx, detecting);
  const measured: Measured[] = [];
  const counted: CountedImage[] = [];
  for (const source of recipe.data) {
    const hasTest = (await testNames(source.format, path.resolve(options.dataRoot, source.dir))).length > 0;
    const judged = await measure(detector, recipe, options.dataRoot, source, [...source.validate, ...(hasTest ? ['test'] : [])]);
    measured.push(...judged);
    if (!source.complete) continue;
    const heldOut = judged.filter((item) => item.split !== 'test');
    // On fields it was trained on a network is surer than it will be; they choose only where there are no others.
    const choosing = heldOut.length > 0 ? heldOut : await measure(detector, recipe, options.dataRoot, source, source.train);
    counted.push(...choosing.flatMap((item) => item.images));
  }
  const thresholds =
    options.thresholds ?? chooseThresholds(counted, recipe.classes.length, await knownThresholds(options.base, recipe.classes));
  const metrics = measured.map((item) => metricsOf(item, recipe.classes.length));
  measured.forEach((item, index) => {
    const { mAP, mAP50 } = metrics[index]!;
    io.progress(`${item.name} ${item.split}: mAP ${mAP}, mAP50 ${mAP50}; counted ${countLine(item, recipe.classes, thresholds)}`);
  });

  const { json, bin } = weightsFiles(layout, state.average);
  const contents: readonly (readonly [string, Uint8Array])[] = [
    ['model.onnx', onnx],
    [WEIGHTS_BIN, bin],
    [WEIGHTS_JSON, Buffer.from(json)],
  ];
  const card = bundleCard.parse({
    schema: 'smearscope.bundle/1',
    name: recipe.name,
    version: options.version,
    task: 'detect',
    architecture: definition.name,
    classes: recipe.classes,
    umPerPx: recipe.umPerPx,
    input: {
      layout: 'NHWC',
      type: 'uint8',
      multipleOf: definition.multipleOf,
      tilePx: Math.round(TILE_UM / recipe.umPerPx),
      overlapPx: Math.ceil(OVERLAP_UM / recipe.umPerPx),
    },
    thresholds: { score: thresholds, nmsIou: NMS_IOU },
    parameters: layout.weightCount,
    metrics,
    training: {
      command: record.command,
      commit: record.commit,
      seed: recipe.seed,
      backend: record.backend,
      ...(record.base === undefined ? {} : { base: record.base }),
      finishedAt: record.finishedAt ?? record.startedAt,
      data: recipe.data.flatMap(({ name, source, licence }) =>
        (record.fields[name] ?? 0) > 0 ? [{ name, source, licence, fields: record.fields[name]! }] : [],
      ),
    },
    licence: 'Apache-2.0',
    researchOnly: !recipe.data.every(({ licence }) => allowsAnyUse(licence)),
    files: contents.map(([name, bytes]) => ({ path: name, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length })),
  });
  await mkdir(options.out, { recursive: true });
  for (const [name, bytes] of contents) await writeFile(path.join(options.out, name), bytes);
  await writeFile(path.join(options.out, 'card.json'), `${JSON.stringify(card, undefined, 2)}\n`);
  return card;
};
