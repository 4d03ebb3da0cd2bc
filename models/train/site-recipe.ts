import path from 'node:path';
import { FaultError } from '../../domain/fault.ts';
import { DETECTOR_NAMES } from '../architectures/detector.ts';
import type { DatasetFormat } from '../datasets/dataset-format.ts';
import { openDataset } from '../datasets/open-dataset.ts';
import { readDataset } from '../datasets/read-dataset.ts';
import { scaleFromBoxes } from '../evaluate/evaluate-fields.ts';
import { loadBundle } from '../runtime/bundle.ts';
import { type TrainRecipe, trainRecipe } from './train-options.ts';

export type SiteOptions = {
  /** Folder of labelled fields. */
  readonly data: string;
  readonly format: DatasetFormat | 'auto';
  /** Micrometres for one pixel; left out, from the set's own word or its red cells' boxes. */
  readonly umPerPx?: number | undefined;
  /** Bundle that the training starts from. */
  readonly base: string;
};

/** Splits by the names that people give them; a set that is not split is all for training. */
export const TRAIN: readonly string[] = ['train', 'training', 'all'];
export const HELD_OUT: readonly string[] = ['val', 'valid', 'validate', 'validation'];
/** Fewer fields than this are shown several times an epoch. */
const SHOWN_AN_EPOCH = 160;
const EPOCHS = 40;

export const bundleName = (folder: string): string =>
  path
    .basename(path.resolve(folder))
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 64) || 'site';

/**
 * A recipe that teaches a bundle a new site from one folder of labelled fields, the bundle's scale and classes kept. Classes that no box of
 * the set names are left as they are. Faults: `data` where the set or its scale is missing, `bundle`.
 */
export const siteRecipe = async ({ data, format, umPerPx, base }: SiteOptions): Promise<TrainRecipe> => {
  const { card } = await loadBundle(base);
  const architecture = DETECTOR_NAMES.find((name) => name === card.architecture);
  if (architecture === undefined)
    throw new FaultError({
      kind: 'bundle',
      bundle: base,
      what: `its architecture ${card.architecture} is not one that is trained here`,
      remedy: 'start from a bundle of our own, such as default',
    });
  const set = await openDataset(data, { format, classes: card.classes });
  const names = set.splits.map((split) => split.name);
  const train = names.find((name) => TRAIN.includes(name));
  const fields = train === undefined ? [] : await readDataset(set.format, data, train, card.classes);
  if (train === undefined || fields.length === 0)
    throw new FaultError({
      kind: 'data',
      path: data,
      what: `no field to train on (splits: ${names.join(', ') || 'none'})`,
      remedy: 'name a split train, or divide the set with `dataset split`',
    });
  const labels = card.classes.filter((_, index) => fields.some((field) => field.boxes.some((item) => item.classIndex === index)));
  const redCell = card.classes.indexOf('RBC');
  const scale = umPerPx ?? set.facts.umPerPx ?? (redCell < 0 ? undefined : scaleFromBoxes(fields, redCell));
  if (scale === undefined)
    throw new FaultError({ kind: 'data', path: data, what: 'no red cell to take the scale from', remedy: 'give --um-per-px' });
  return trainRecipe.parse({
    name: bundleName(data),
    classes: card.classes,
    architecture,
    umPerPx: card.umPerPx,
    canvas: [416, 320],
    epochs: EPOCHS,
    learningRate: 8e-4,
    trunkRate: 0.5,
    frozenTo: 4,
    calm: { share: 0.25 },
    validateEvery: 5,
    data: [
      {
        name: path.basename(path.resolve(data)),
        format: set.format,
        dir: '.',
        train: [train],
        validate: names.filter((name) => HELD_OUT.includes(name)),
        umPerPx: scale,
        weight: Math.min(20, Math.max(1, SHOWN_AN_EPOCH / fields.length)),
        complete: true,
        ...(labels.length < card.classes.length ? { labels } : {}),
        source: set.facts.source ?? 'a folder of labelled fields',
        licence: set.facts.licence ?? 'unknown',
      },
    ],
  });
};
