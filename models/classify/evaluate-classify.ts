import path from 'node:path';
import type { ClassifierCard, measuredKinds } from '../../domain/classifier-card.ts';
import { type ClassifyDocument, classifyDocument } from '../../domain/classify-document.ts';
import type { CommandIo } from '../command-io.ts';
import { createProgress } from '../progress.ts';
import { readRaster } from '../train/picture.ts';
import { type CellClassifier, openCellClassifier } from './cell-classifier.ts';
import { confusionOf, kindMetrics } from './kind-metrics.ts';
import { loadClassifier } from './load-classifier.ts';
import { pointAt } from './pointing.ts';
import { type CellSplit, listCells } from './read-cells.ts';

export type EvaluateClassifyOptions = {
  readonly model: string;
  /** Folder with a folder of pictures for each kind. */
  readonly data: string;
  readonly split: CellSplit;
  /** Scale of the pictures; that of the card where left out. */
  readonly umPerPx?: number | undefined;
  /** Share that is held out. */
  readonly heldOut?: number;
};

const rounded = (value: number): number => Number(value.toFixed(4));

/** Judges an opened classifier. Faults: `data`. */
export const judgeClassifier = async (
  classifier: CellClassifier,
  { data, split, umPerPx = classifier.card.umPerPx, heldOut = 0.2 }: Omit<EvaluateClassifyOptions, 'model'>,
  io: CommandIo,
): Promise<ClassifyDocument> => {
  const { card } = classifier;
  const kinds = card.kinds.map(({ id }) => id);
  const files = await listCells(data, kinds, split, heldOut);
  const progress = createProgress(io, 'cell');
  const pairs: { kind: number; said: number }[] = [];
  const pointed = { cells: 0, onNucleus: 0, onCell: 0 };
  let ms = 0;
  for (const [at, file] of files.entries()) {
    const picture = await readRaster(file.path);
    const before = performance.now();
    const { kind, map } = await classifier.classify(picture, umPerPx);
    ms += performance.now() - before;
    pairs.push({ kind: file.kind, said: kind });
    const point = pointAt(picture, map);
    if (point !== undefined) {
      pointed.cells++;
      pointed.onNucleus += Number(point.onNucleus);
      pointed.onCell += Number(point.onCell);
    }
    progress.at(at + 1, files.length);
  }
  progress.end();
  const matrix = confusionOf(kinds.length, pairs);
  const { cells, accuracy, balancedAccuracy, interval, perKind } = kindMetrics(matrix);
  return classifyDocument.parse({
    schema: 'smearscope.evaluate-classify/1',
    model: { name: card.name, version: card.version },
    data: path.basename(path.resolve(data)),
    split,
    cells,
    accuracy: rounded(accuracy),
    balancedAccuracy: { value: rounded(balancedAccuracy), low: rounded(interval[0]), high: rounded(interval[1]) },
    perKind: Object.fromEntries(
      perKind.map(({ truth, said, recall, precision }, kind) => [
        kinds[kind]!,
        { name: card.kinds[kind]!.name, truth, said, recall: rounded(recall), precision: rounded(precision) },
      ]),
    ),
    confusion: { kinds, matrix },
    pointing: {
      cells: pointed.cells,
      onNucleus: rounded(pointed.onNucleus / Math.max(1, pointed.cells)),
      onCell: rounded(pointed.onCell / Math.max(1, pointed.cells)),
    },
    msPerCell: Number((ms / files.length).toFixed(1)),
  });
};

/** Judges a classifier on pictures of single cells. Faults: `bundle`, `data`. */
export const evaluateClassify = async ({ model, ...options }: EvaluateClassifyOptions, io: CommandIo): Promise<ClassifyDocument> => {
  const { card, network } = await loadClassifier(model);
  await using classifier = await openCellClassifier(card, network, 2);
  return await judgeClassifier(classifier, options, io);
};

/** What goes onto a card. */
export const measuredOn = (
  data: string,
  { split, cells, accuracy, balancedAccuracy }: ClassifyDocument,
): ClassifierCard['metrics'][number] =>
  ({ data, split, cells, accuracy, balancedAccuracy: balancedAccuracy.value }) satisfies typeof measuredKinds._output;
