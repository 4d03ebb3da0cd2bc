import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { seededRandom } from '../../domain/random.ts';
import { detectorNamed } from '../architectures/detector.ts';
import { firstParameters, foldParameters, type Parameters, parameterLayout } from '../architectures/parameters.ts';
import type { CommandIo } from '../command-io.ts';
import type { LabelledField } from '../datasets/labelled-field.ts';
import { readDataset } from '../datasets/read-dataset.ts';
import { averagePrecision } from '../evaluate/average-precision.ts';
import { evaluateFields } from '../evaluate/evaluate-fields.ts';
import { openPictureDetector } from '../evaluate/picture-detector.ts';
import { detectorOnnx } from '../export/detector-onnx.ts';
import { onnxFile } from '../export/onnx-file.ts';
import { adoptWeights } from '../export/weights-file.ts';
import { readCheckpoint, writeCheckpoint } from '../train/checkpoint.ts';
import { readRunRecord, writeRunRecord } from '../train/run-record.ts';
import { RECIPE, type TrainRecipe } from '../train/train-options.ts';

/** Shares of the way from the base's weights to the trained ones that are tried, the farthest first: half of it is what the method's authors advise. */
const SHARES = [0.5, 0.4, 0.3, 0.2, 0.1] as const;
/** What may be lost on the fields of a known site that choose. Half of what a promotion allows: they are few. */
const MOST_LOST = 0.005;
const NMS_IOU = 0.6;

const between = (from: Float32Array, to: Float32Array, share: number): Float32Array =>
  from.map((value, i) => value + share * (to[i]! - value));

type Known = { readonly name: string; readonly fields: readonly LabelledField[]; readonly umPerPx: number };

/** mAP50 of weights on each set, through ONNX Runtime. */
const judge = async (recipe: TrainRecipe, parameters: Parameters, sets: readonly Known[]): Promise<number[]> => {
  const definition = detectorNamed(recipe.architecture, recipe.classes.length);
  const { classes, umPerPx } = recipe;
  const card = { classes, umPerPx, input: { multipleOf: definition.multipleOf }, thresholds: { nmsIou: NMS_IOU } };
  await using detector = await openPictureDetector(onnxFile(detectorOnnx(definition, foldParameters(definition, parameters))), card);
  const figures: number[] = [];
  for (const set of sets) figures.push(averagePrecision(await evaluateFields(detector, set.fields, set.umPerPx), classes.length).mAP50);
  return figures;
};

/**
 * Goes from the base's weights towards the trained ones as far as nothing is forgotten: the farthest point of the straight way between them at
 * which no known site loses more than half a point on the fields that choose (Wortsman et al., Robust fine-tuning of zero-shot models, 2022).
 * The point becomes the best checkpoint of a run of its own, `settled/` within the run's folder; gives that folder and the share of the way.
 */
export const settleWeights = async (
  run: { readonly out: string; readonly recipe: TrainRecipe; readonly checkpoint: 'best' | 'newest' },
  base: string,
  isKnown: (source: string) => boolean,
  io: CommandIo,
): Promise<{ readonly run: string; readonly share: number }> => {
  const { out, recipe, checkpoint } = run;
  const definition = detectorNamed(recipe.architecture, recipe.classes.length);
  const layout = parameterLayout(definition);
  const sets: Known[] = [];
  for (const { name, format, dir, validate, umPerPx } of recipe.data)
    if (isKnown(name))
      for (const split of validate)
        sets.push({ name, umPerPx, fields: await readDataset(format, path.resolve(out, dir), split, recipe.classes) });
  const from = firstParameters(definition, seededRandom(recipe.seed));
  await adoptWeights(base, layout, from);
  const state = await readCheckpoint(out, checkpoint, definition.name, layout);
  const before = await judge(recipe, from, sets);
  let chosen = { share: 0, average: from };
  for (const share of SHARES) {
    const average = {
      weights: between(from.weights, state.average.weights, share),
      statistics: between(from.statistics, state.average.statistics, share),
    };
    const now = await judge(recipe, average, sets);
    io.progress(
      `${Math.round(share * 100)} % of the way: ${sets.map(({ name }, i) => `${name} mAP50 ${now[i]!.toFixed(3)} (before ${before[i]!.toFixed(3)})`).join(', ')}`,
    );
    chosen = { share, average };
    if (now.every((value, i) => value >= before[i]! - MOST_LOST)) break;
  }
  const settled = path.join(out, 'settled');
  await mkdir(settled, { recursive: true });
  await copyFile(path.join(out, RECIPE), path.join(settled, RECIPE));
  await writeRunRecord(settled, await readRunRecord(out));
  await writeCheckpoint(settled, definition.name, { ...state, average: chosen.average }, true);
  return { run: settled, share: chosen.share };
};
