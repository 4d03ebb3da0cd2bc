import { z } from 'zod';
import { DETECTOR_NAMES } from '../architectures/detector.ts';
import { datasetFormat } from '../datasets/dataset-format.ts';
import { augmentSection } from './augment/augmentation.ts';
import { lossOptions } from './loss-options.ts';
import { scheduleSection } from './schedule-options.ts';

/** A folder of labelled fields to train on. */
export const trainingSource = z.strictObject({
  name: z.string().min(1).max(100),
  format: datasetFormat,
  /** Folder, relative to the data root. */
  dir: z.string().min(1),
  /** Splits trained on. */
  train: z.array(z.string().min(1)).max(10),
  /** Splits held out for choosing the best weights and the thresholds: their fields are not trained on, under whichever annotation. */
  validate: z.array(z.string().min(1)).max(10).default([]),
  /** Micrometres for one pixel of its pictures. */
  umPerPx: z.number().positive().max(10),
  /** Classes that were looked for in it; all where left out. Of the others it teaches nothing. */
  labels: z.array(z.string().min(1).max(40)).min(1).max(64).optional(),
  /** How often each field is shown in an epoch; parts of one by chance. */
  weight: z.number().positive().max(20).default(1),
  /** Every cell of the classes labelled has its box, so that these fields choose their thresholds for counting. */
  complete: z.boolean().default(false),
  source: z.string().max(300),
  licence: z.string().max(60),
});

export type TrainingSource = z.infer<typeof trainingSource>;

const canvasSize = z.tuple([z.int().min(32).max(2048).multipleOf(16), z.int().min(32).max(2048).multipleOf(16)]);

/** The recipe of a training run, as written in a JSON file. */
export const trainRecipe = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/),
  classes: z.array(z.string().min(1).max(40)).min(1).max(64),
  architecture: z.enum(DETECTOR_NAMES).default('smear-net-small'),
  /** Micrometres for one input pixel of the network. */
  umPerPx: z.number().positive().max(10),
  /** Width and height of a training canvas in input pixels: multiples of 16. */
  canvas: canvasSize.default([320, 240]),
  /** Sizes of canvas that each batch draws one of; `canvas` alone where left out. */
  canvases: z.array(canvasSize).min(1).max(20).optional(),
  /** Factors of `umPerPx` that canvases are drawn at. */
  scales: z
    .tuple([z.number().min(0.2).max(5), z.number().min(0.2).max(5)])
    .refine(([low, high]) => low <= high, 'write the lower number first')
    .optional(),
  /** What is done to the pictures: a preset's name (`smear` where left out), or a preset with changes. */
  augment: augmentSection.optional(),
  /** Share of the run, at its end, with gentler augmentation: the network settles on fields as they are. */
  calm: z
    .strictObject({
      share: z.number().min(0).max(1).default(0),
      augment: augmentSection.default('light'),
      /** Sizes of canvas in place of those before: whole fields, for what a network is to know of their edges. */
      canvases: z.array(canvasSize).min(1).max(20).optional(),
    })
    .prefault({}),
  /** `balanced` repeats the fields of classes that few fields hold: fewer than the share `repeatThreshold`. */
  sampling: z.enum(['natural', 'balanced']).optional(),
  repeatThreshold: z.number().positive().max(1).optional(),
  /** Probability that a piece's window is laid around a cell of a class drawn evenly from those in its field. */
  aimAtRare: z.number().min(0).max(1).optional(),
  epochs: z.int().min(1).max(10_000),
  batch: z.int().min(1).max(256).default(8),
  seed: z.int().min(0).default(1),
  optimiser: z.enum(['adamw', 'sgd']).default('adamw'),
  learningRate: z.number().positive().max(1).default(0.002),
  /** Share of the run over which the learning rate rises. */
  warmUp: z.number().min(0).max(0.5).default(0.05),
  schedule: scheduleSection,
  /** Judgements without a better one after which the run ends; left out, never. */
  stopAfter: z.int().min(1).max(10_000).optional(),
  loss: lossOptions.prefault({}),
  weightDecay: z.number().min(0).max(1).default(0.03),
  clipNorm: z.number().positive().default(10),
  /** Learning rate of the trunk against that of the rest; 0 freezes it. */
  trunkRate: z.number().min(0).max(1).default(1),
  /** The trunk's layers up to this stride stay as they are; 0 lets all learn. */
  frozenTo: z.int().min(0).max(32).default(0),
  /** Of the moving average of the weights, for each step. */
  averageDecay: z.number().min(0).max(1).default(0.998),
  /** Epochs between two looks at the held-out fields. */
  validateEvery: z.int().min(1).default(2),
  data: z.array(trainingSource).min(1).max(50),
});

export type TrainRecipe = z.infer<typeof trainRecipe>;

/** Where a run keeps its recipe. */
export const RECIPE = 'recipe.json';

/** Options of the command `train`. */
export const trainOptions = z.strictObject({
  recipe: trainRecipe,
  /** Folder that the recipe's `dir` entries are relative to. */
  dataRoot: z.string().min(1),
  /** Folder of the run: checkpoints, `metrics.csv`, `recipe.json`. */
  out: z.string().min(1),
  /** What the run starts from: a bundle's name or folder, or an ONNX file of the same architecture. Layers that do not fit start at random. */
  base: z.string().min(1).optional(),
  /** Go on with the run in `out` from its newest checkpoint. */
  resume: z.boolean().default(false),
  /** Fit the run into this many minutes: at most the recipe's epochs. */
  minutes: z.number().positive().optional(),
  /** MiB that the pixels of the training fields may take in memory, the rest lies on disk; left out, half of what is free. */
  memory: z.number().positive().optional(),
  backend: z.enum(['auto', 'tensorflow', 'webgpu', 'wasm', 'cpu']).default('auto'),
});

export type TrainOptions = z.infer<typeof trainOptions>;
