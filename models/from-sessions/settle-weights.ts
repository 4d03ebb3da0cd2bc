import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { seededRandom } from '../../domain/random.ts';
import { detectorNamed } from '../architectures/detector.ts';
import { firstParameters, foldParameters, type Parameters, parameterLayout } from '../architectures/parameters.ts';
import type { CommandIo } from '../command-io.ts';
import type { LabelledField } from '../datasets/labelled-field.ts';
import { readDataset } from '../datasets/read-dataset.ts';
import { averagePrecision, type EvaluatedImage } from '../evaluate/average-precision.ts';
import { evaluateFields } from '../evaluate/evaluate-fields.ts';
import { openPictureDetector } from '../evaluate/picture-detector.ts';
import { detectorOnnx } from '../export/detector-onnx.ts';
import { onnxFile } from '../export/onnx-file.ts';
import { adoptWeights } from '../export/weights-file.ts';
import type { Bundle } from '../runtime/bundle.ts';
import { readCheckpoint, writeCheckpoint } from '../train/checkpoint.ts';
import { readRunRecord, writeRunRecord } from '../train/run-record.ts';
import { RECIPE, type TrainRecipe } from '../train/train-options.ts';
import { chooseShare, type PointOfWay } from './choose-share.ts';
import { countFrom, keepThresholds } from './keep-thresholds.ts';

/** Shares of the way from the base's weights to the trained ones that are tried. */
const SHARES = [0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1] as const;
const NMS_IOU = 0.6;

const between = (from: Float32Array, to: Float32Array, share: number): Float32Array =>
  from.map((value, i) => value + share * (to[i]! - value));

/** Held-out fields that choose: of the new site, or of a known one. */
type Choosing = {
  readonly name: string;
  readonly isKnown: boolean;
  readonly complete: boolean;
  readonly fields: readonly LabelledField[];
  readonly umPerPx: number;
};

/** Where weights went, and how they are to count. */
export type Settled = {
  /** Folder of the run that holds them. */
  readonly run: string;
  readonly share: number;
  readonly thresholds: readonly number[];
};

type Run = { readonly out: string; readonly recipe: TrainRecipe; readonly checkpoint: 'best' | 'newest' };

const choosingSets = async ({ out, recipe }: Run, isKnown: (source: string) => boolean): Promise<Choosing[]> => {
  const sets: Choosing[] = [];
  for (const { name, format, dir, validate, umPerPx, complete } of recipe.data)
    for (const split of validate) {
      const fields = await readDataset(format, path.resolve(out, dir), split, recipe.classes);
      if (fields.length > 0) sets.push({ name, isKnown: isKnown(name), complete, umPerPx, fields });
    }
  return sets;
};

/** What weights find on each set, through ONNX Runtime. */
const look = async (recipe: TrainRecipe, parameters: Parameters, sets: readonly Choosing[]): Promise<EvaluatedImage[][]> => {
  const definition = detectorNamed(recipe.architecture, recipe.classes.length);
  const { classes, umPerPx } = recipe;
  const card = { classes, umPerPx, input: { multipleOf: definition.multipleOf }, thresholds: { nmsIou: NMS_IOU } };
  await using detector = await openPictureDetector(onnxFile(detectorOnnx(definition, foldParameters(definition, parameters))), card);
  const found: EvaluatedImage[][] = [];
  for (const set of sets) found.push(await evaluateFields(detector, set.fields, set.umPerPx));
  return found;
};

const truthOf = (images: readonly EvaluatedImage[], classes: number): number[] =>
  Array.from({ length: classes }, (_, c) =>
    images.reduce((sum, { truth }) => sum + truth.filter((item) => item.classIndex === c).length, 0),
  );

const offOf = (images: readonly EvaluatedImage[], wanted: readonly number[], thresholds: readonly number[]): number => {
  const off = wanted.reduce((sum, cells, c) => sum + Math.abs(countFrom(images, c, thresholds[c]!) - cells), 0);
  return (
    off /
    Math.max(
      1,
      wanted.reduce((sum, cells) => sum + cells, 0),
    )
  );
};

const mean = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Goes from the base's weights towards the trained ones as `chooseShare` says, by fields that neither were trained on nor judge. On a known
 * site a class is counted at the threshold at which the new weights count what the base counts there: where scores rose or fell as a whole,
 * that is no reason to count otherwise, and chance in the labels falls out; on the new site the labels say what is to be counted
 * (`keepThresholds`). The point becomes the best checkpoint of a run of its own, `settled/` within the run's folder.
 */
export const settleWeights = async (run: Run, base: Bundle, isKnown: (source: string) => boolean, io: CommandIo): Promise<Settled> => {
  const { out, recipe, checkpoint } = run;
  const count = recipe.classes.length;
  const definition = detectorNamed(recipe.architecture, count);
  const layout = parameterLayout(definition);
  const sets = await choosingSets(run, isKnown);
  const from = firstParameters(definition, seededRandom(recipe.seed));
  await adoptWeights(base.dir, layout, from);
  const state = await readCheckpoint(out, checkpoint, definition.name, layout);
  const known = base.card.thresholds.score;
  const before = await look(recipe, from, sets);
  const truths = before.map((images) => truthOf(images, count));
  const wanted = sets.map((set, i) => (set.isKnown ? known.map((threshold, c) => countFrom(before[i]!, c, threshold)) : truths[i]!));

  const pointAt = (share: number, found: readonly EvaluatedImage[][], thresholds: readonly number[]): PointOfWay => {
    const precise = found.map((images) => averagePrecision(images, count).mAP50);
    return {
      share,
      site: mean(precise.filter((_, i) => !sets[i]!.isKnown)),
      known: precise.filter((_, i) => sets[i]!.isKnown),
      off: sets.flatMap((set, i) => (set.isKnown && set.complete ? [offOf(found[i]!, truths[i]!, thresholds)] : [])),
    };
  };
  const parametersAt = (share: number): Parameters => ({
    weights: between(from.weights, state.average.weights, share),
    statistics: between(from.statistics, state.average.statistics, share),
  });

  const points: (PointOfWay & { readonly thresholds: readonly number[] })[] = [];
  for (const share of SHARES) {
    const found = await look(recipe, parametersAt(share), sets);
    const counted = sets.flatMap((set, i) => (set.complete ? [{ images: found[i]!, wanted: wanted[i]! }] : []));
    const thresholds = keepThresholds(known, counted);
    const point = { ...pointAt(share, found, thresholds), thresholds };
    points.push(point);
    const site = point.site === undefined ? '' : `new site mAP50 ${point.site.toFixed(3)}, `;
    io.progress(
      `${Math.round(share * 100)} % of the way: ${site}known ${point.known.map((value) => value.toFixed(3)).join(', ')}, counts there off by ${point.off.map((value) => `${(100 * value).toFixed(1)} %`).join(', ')}`,
    );
  }
  const start = pointAt(0, before, known);
  const chosen = chooseShare(start, points);
  const thresholds = points.find(({ share }) => share === chosen?.share)?.thresholds ?? known;
  const settled = path.join(out, 'settled');
  await mkdir(settled, { recursive: true });
  await copyFile(path.join(out, RECIPE), path.join(settled, RECIPE));
  await writeRunRecord(settled, await readRunRecord(out));
  const share = chosen?.share ?? 0;
  await writeCheckpoint(settled, definition.name, { ...state, average: parametersAt(share) }, true);
  return { run: settled, share, thresholds };
};
