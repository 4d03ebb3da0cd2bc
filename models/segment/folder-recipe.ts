import path from 'node:path';
import { damaged } from '../datasets/bounded-read.ts';
import { readDatasetCard } from '../datasets/dataset-card.ts';
import type { DatasetFormat } from '../datasets/dataset-format.ts';
import { openDataset } from '../datasets/open-dataset.ts';
import { readDataset } from '../datasets/read-dataset.ts';
import { scaleFromBoxes } from '../evaluate/evaluate-fields.ts';
import { loadBundle } from '../runtime/bundle.ts';
import { bundleName, HELD_OUT, TRAIN } from '../train/site-recipe.ts';
import { lookAtMasks } from './look-at-masks.ts';
import { findMaskPairs, maskSplits } from './mask-pairs.ts';
import { type SegmentRecipe, type SegmentSource, segmentRecipe } from './segment-recipe.ts';

export type FolderOptions = {
  readonly data: string;
  /** How it is labelled; left out, as it looks. */
  readonly format?: DatasetFormat | 'masks' | undefined;
  readonly umPerPx?: number | undefined;
  /** Bundle of the detector that learns to draw. */
  readonly base: string;
};

type Labels = SegmentSource['labels'];
type Look = {
  readonly labels: Labels | object;
  readonly planes: readonly string[];
  readonly umPerPx?: number | undefined;
  readonly text: string;
};

/** White cells by their usual names have a nucleus. */
const NUCLEATED = /^(wbc|white|leu[ck]o|neutro|eosino|baso|mono|lympho|erythroblast)/i;

const splitsOf = (dir: string, names: readonly string[]): { train: string[]; validate: string[] } => {
  const train = names.filter((name) => TRAIN.includes(name));
  if (train.length === 0) throw damaged(dir, `no split to train on (splits: ${names.join(', ') || 'none'})`, 'name one train');
  return { train, validate: names.filter((name) => HELD_OUT.includes(name)) };
};

const lookAtFolderOfMasks = async (dir: string): Promise<Look> => {
  const splits = await maskSplits(dir);
  const named = splits.length === 0 ? undefined : splitsOf(dir, splits);
  const { pairs } = await findMaskPairs(dir, named?.train[0]);
  const { planes, text, ...meaning } = await lookAtMasks(dir, pairs);
  return { labels: { kind: 'masks', ...meaning, ...named }, planes, text };
};

const lookAtLabels = async (dir: string, format: DatasetFormat | undefined): Promise<Look> => {
  const set = await openDataset(dir, { format: format ?? 'auto' });
  const splits = splitsOf(
    dir,
    set.splits.map(({ name }) => name),
  );
  const marks = set.splits.flatMap(({ fields }) => fields.flatMap((field) => field.marks));
  const { umPerPx } = set.facts;
  if (set.format === 'coco' && marks.some(({ outline }) => outline !== undefined))
    return {
      labels: { kind: 'outlines', classes: Object.fromEntries(set.classes.map((name) => [name, ['cell']])), ...splits },
      ...{ planes: ['cell'], umPerPx, text: 'every outline is taken as a cell' },
    };
  const { classes } = set;
  const redCell = classes.findIndex((name) => /^(rbc|red|erythrocyte$)/i.test(name));
  const fields = umPerPx === undefined && redCell >= 0 ? await readDataset(set.format, dir, splits.train[0]!, classes) : [];
  return {
    labels: {
      ...{ kind: 'boxes', format: set.format, classes, nucleated: classes.filter((name) => NUCLEATED.test(name)), ...splits },
      heldOut: splits.validate.length === 0 ? 0.2 : 0,
    },
    planes: ['cell', 'nucleus'],
    umPerPx: umPerPx ?? (fields.length === 0 ? undefined : scaleFromBoxes(fields, redCell)),
    text: 'outlines are made from the boxes',
  };
};

/**
 * A recipe for one folder, and in words how its labels are understood: cells and nuclei teach the bundle to draw, other planes a network of their own.
 * Faults: `data`, `bundle`.
 */
export const folderRecipe = async (options: FolderOptions): Promise<{ readonly recipe: SegmentRecipe; readonly text: string }> => {
  const { data, base } = options;
  const hasMasks =
    options.format === 'masks' ||
    (options.format === undefined &&
      ((await maskSplits(data)).length > 0 ||
        (await findMaskPairs(data).then(
          () => true,
          () => false,
        ))));
  const format = options.format === 'masks' ? undefined : options.format;
  const { labels, planes, text, ...look } = hasMasks ? await lookAtFolderOfMasks(data) : await lookAtLabels(data, format);
  const set = await readDatasetCard(data);
  const umPerPx = options.umPerPx ?? look.umPerPx ?? set?.umPerPx;
  if (umPerPx === undefined) throw damaged(data, 'the scale of its pictures is not known', 'give --um-per-px');
  const isDetectors = planes.every((name) => name === 'cell' || name === 'nucleus');
  const network = isDetectors
    ? { architecture: 'yolox-nano-masks', umPerPx: (await loadBundle(base)).card.umPerPx, canvas: [416, 304] }
    : { architecture: 'unet-small', umPerPx, canvas: [224, 224] };
  const recipe = segmentRecipe.parse({
    ...{ task: 'segment', name: bundleName(data), planes, ...network, augment: 'smear' },
    ...{ epochs: 8, canvasesPerEpoch: 640, batch: 8, learningRate: 2e-3 },
    data: [
      {
        ...{ name: path.basename(path.resolve(data)).slice(0, 100), dir: '.', umPerPx, labels },
        source: set?.source?.slice(0, 300) ?? 'a folder of labelled fields',
        licence: set?.licence?.slice(0, 60) ?? 'unknown',
      },
    ],
  });
  return { recipe, text };
};
