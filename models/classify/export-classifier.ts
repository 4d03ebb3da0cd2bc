import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type ClassifierCard, classifierCard } from '../../domain/classifier-card.ts';
import { FaultError } from '../../domain/fault.ts';
import { classifierNamed } from '../architectures/cell-classifier.ts';
import { foldParameters, parameterLayout } from '../architectures/parameters.ts';
import type { CommandIo } from '../command-io.ts';
import { allowsAnyUse } from '../export/allows-any-use.ts';
import { onnxFile } from '../export/onnx-file.ts';
import { loadTensorFlow } from '../tensorflow.ts';
import { readCheckpoint } from '../train/checkpoint.ts';
import { readRunRecord } from '../train/run-record.ts';
import { RECIPE } from '../train/train-options.ts';
import { openCellClassifier } from './cell-classifier.ts';
import { classifierOnnx } from './classifier-onnx.ts';
import { proveClassifierParity } from './classifier-parity.ts';
import { type ClassifyRecipe, classifyRecipe } from './classify-recipe.ts';
import { judgeClassifier, measuredOn } from './evaluate-classify.ts';

export type ExportClassifierOptions = {
  /** Folder of a run of `train --task classify`. */
  readonly run: string;
  /** The best one was chosen on the held-out cells, which then judge it too kindly. */
  readonly checkpoint: 'best' | 'newest';
  readonly dataRoot: string;
  readonly out: string;
  readonly version: string;
};

const TURNS = 8;

const readRecipe = async (run: string): Promise<ClassifyRecipe> => {
  const file = path.join(run, RECIPE);
  try {
    return classifyRecipe.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new FaultError(
      { kind: 'data', path: file, what: 'no recipe of a classifier', remedy: 'give the --out folder of `train --task classify`' },
      { cause },
    );
  }
};

/** Whether a run trained a classifier. */
export const isClassifierRun = async (run: string): Promise<boolean> => {
  const text = await readFile(path.join(run, RECIPE), 'utf8').catch(() => '');
  return /"task":\s*"classify"/.test(text);
};

/**
 * Makes a bundle of a run: folds, writes ONNX, proves that it computes what TensorFlow does, judges it on the held-out cells, writes the card last.
 * Faults: `data`, `engine`.
 */
export const runExportClassifier = async (options: ExportClassifierOptions, io: CommandIo): Promise<ClassifierCard> => {
  const { run, checkpoint, dataRoot, out, version } = options;
  const recipe = await readRecipe(run);
  const record = await readRunRecord(run);
  const definition = classifierNamed(recipe.architecture, recipe.kinds.length);
  const layout = parameterLayout(definition);
  const state = await readCheckpoint(run, checkpoint, definition.name, layout);
  const convs = foldParameters(definition, state.average);
  const onnx = onnxFile(classifierOnnx(definition, convs));
  const { tf } = await loadTensorFlow();
  const parity = await proveClassifierParity(tf, definition, convs, onnx, recipe.sidePx);
  io.progress(`ONNX agrees with TensorFlow: scores within ${parity.score.toExponential(1)}, maps within ${parity.map.toExponential(1)}`);
  const file = { path: 'model.onnx', sha256: createHash('sha256').update(onnx).digest('hex'), bytes: onnx.length };
  const given: ClassifierCard = {
    schema: 'smearscope.classifier/1',
    name: recipe.name,
    version,
    task: 'classify',
    architecture: definition.name,
    kinds: recipe.kinds,
    umPerPx: recipe.umPerPx,
    input: { layout: 'NHWC', type: 'uint8', sidePx: recipe.sidePx, stride: definition.stride, turns: TURNS },
    parameters: layout.weightCount,
    metrics: [],
    training: {
      command: record.command,
      commit: record.commit,
      seed: recipe.seed,
      backend: record.backend,
      ...(record.base === undefined ? {} : { base: record.base }),
      finishedAt: record.finishedAt ?? record.startedAt,
      data: recipe.data.map(({ name, source, licence }) => ({ name, source, licence, fields: record.fields[name] ?? 1 })),
    },
    licence: 'Apache-2.0',
    researchOnly: !recipe.data.every(({ licence }) => allowsAnyUse(licence)),
    files: [file],
  };
  await using classifier = await openCellClassifier(given, onnx, 2);
  const metrics: ClassifierCard['metrics'] = [];
  for (const { name, dir, umPerPx, heldOut } of recipe.data) {
    if (heldOut === 0) continue;
    const judged = await judgeClassifier(classifier, { data: path.resolve(dataRoot, dir), split: 'held-out', umPerPx, heldOut }, io);
    const { value, low, high } = judged.balancedAccuracy;
    io.progress(`${name}: balanced accuracy ${value} (${low}–${high}) on ${judged.cells} cells held out`);
    metrics.push(measuredOn(name, judged));
  }
  const card = classifierCard.parse({ ...given, metrics });
  await mkdir(out, { recursive: true });
  await writeFile(path.join(out, file.path), onnx);
  await writeFile(path.join(out, 'card.json'), `${JSON.stringify(card, undefined, 2)}\n`);
  return card;
};
