import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { FaultError } from '../../domain/fault.ts';
import { DETECTOR_NAMES } from '../architectures/detector.ts';
import { openDataset } from '../datasets/open-dataset.ts';
import type { Bundle } from '../runtime/bundle.ts';
import { type TrainingSource, type TrainRecipe, trainRecipe } from '../train/train-options.ts';

/** Fields of a site that the bundle knows already: it goes on seeing some of them while it learns another (rehearsal: Robins, 1995). */
export type KnownSite = {
  readonly name: string;
  /** A data set of ours, splits `train` and `val`. */
  readonly dir: string;
};

export type SessionRecipeOptions = {
  readonly base: Bundle;
  /** Data set that was made of sessions. */
  readonly fields: string;
  /** Sites that bundles before this one were taught. */
  readonly known: readonly KnownSite[];
};

/** Name of the source that the corrected sessions are. */
export const NEW_SITE = 'corrected sessions';

const REHEARSAL = fileURLToPath(new URL('../rehearsal', import.meta.url));
const REHEARSAL_UM_PER_PX = 0.072;
const REHEARSAL_FIELDS = 36;

/** Fields that an epoch shows: of the new site, and of the known ones together. */
const NEW_AN_EPOCH = 120;
const KNOWN_AN_EPOCH = 100;
const EPOCHS = 40;

const shown = (wanted: number, fields: number): number => Math.min(20, Math.max(0.05, wanted / Math.max(1, fields)));

const siteSource = async (name: string, dir: string, wanted: number): Promise<TrainingSource> => {
  const set = await openDataset(dir, { format: 'coco' });
  const fieldsOf = (split: string): number => set.splits.find((item) => item.name === split)?.fields.length ?? 0;
  return {
    name,
    format: 'coco',
    dir,
    train: fieldsOf('train') > 0 ? ['train'] : [],
    validate: fieldsOf('val') > 0 ? ['val'] : [],
    // Each field says its own.
    umPerPx: set.facts.umPerPx ?? 1,
    weight: shown(wanted, fieldsOf('train')),
    complete: true,
    source: set.facts.source ?? 'corrected sessions',
    licence: set.facts.licence ?? 'unknown',
  };
};

/** The fields shipped for rehearsal, under both annotations that the shipped bundle learned from, where the classes are its. */
const shippedSources = (classes: readonly string[], wanted: number): TrainingSource[] =>
  String(classes) === 'RBC,WBC,Platelets'
    ? [
        { suffix: '', name: 'BCCD rehearsal', share: 0.4, complete: true },
        { suffix: '-published', name: 'BCCD rehearsal, published boxes', share: 0.6, complete: false },
      ].map(({ suffix, name, share, complete }) => ({
        ...{ name, complete, format: 'coco', dir: REHEARSAL, umPerPx: REHEARSAL_UM_PER_PX, licence: 'MIT' },
        train: [`train${suffix}`],
        validate: [`val${suffix}`],
        weight: shown(wanted * share, REHEARSAL_FIELDS),
        source: 'BCCD and TXL-PBC v2, 78 fields shipped with the program',
      }))
    : [];

/** A recipe that teaches a bundle what people corrected, the known sites rehearsed beside it. Faults: `bundle`, `data`. */
export const sessionRecipe = async ({ base, fields, known }: SessionRecipeOptions): Promise<TrainRecipe> => {
  const { card } = base;
  const architecture = DETECTOR_NAMES.find((name) => name === card.architecture);
  if (architecture === undefined)
    throw new FaultError({
      kind: 'bundle',
      bundle: card.name,
      what: `its architecture ${card.architecture} is not one that is trained here`,
      remedy: 'start from a bundle of our own, such as default',
    });
  const each = KNOWN_AN_EPOCH / (known.length + 1);
  return trainRecipe.parse({
    name: card.name,
    classes: card.classes,
    architecture,
    umPerPx: card.umPerPx,
    canvas: [416, 320],
    epochs: EPOCHS,
    learningRate: 8e-4,
    trunkRate: 0.5,
    frozenTo: 4,
    calm: { share: 0.3 },
    // A run of ten minutes has some hundred steps: a longer memory would not leave where it began.
    averageDecay: 0.99,
    validateEvery: 5,
    data: [
      await siteSource(NEW_SITE, path.resolve(fields), NEW_AN_EPOCH),
      ...shippedSources(card.classes, each),
      ...(await Promise.all(known.map(({ name, dir }) => siteSource(name, path.resolve(dir), each)))),
    ],
  });
};
